"""A Django site: a line of JSON in, a line of JSON out.

Its argument is JSON: the databases, the caches and other settings. Runs with Django 5.2
and with 3.2.
"""

import base64
import datetime
import importlib
import json
import logging
import math
import os
import pickle
import random
import struct
import sys
import time
import warnings
from unittest import mock

import django
from django.conf import settings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

config = json.loads(sys.argv[1])
if any(d["ENGINE"].endswith("mysql") for d in config["DATABASES"].values()):
    try:
        import MySQLdb
    except ImportError:
        import pymysql

        pymysql.install_as_MySQLdb()

for cache in config["CACHES"].values():
    if "serde" in cache["OPTIONS"]:
        import pymemcache.serde

        cache["OPTIONS"]["serde"] = getattr(pymemcache.serde, cache["OPTIONS"]["serde"], None)

current = {"database": "default"}


class Router:
    """All models are in the database of the question."""

    def db_for_read(self, model, **hints):
        return current["database"]

    db_for_write = db_for_read


settings.configure(
    INSTALLED_APPS=["django.contrib.sessions"],
    DATABASE_ROUTERS=["__main__.Router"],
    **config
)
django.setup()
# As Django does for a module of settings.
os.environ["TZ"] = settings.TIME_ZONE
time.tzset()

from django.contrib.sessions.backends import file as file_backend
from django.contrib.sessions.backends.base import UpdateError
from django.core import signing
from django.core.cache import caches
from django.db.backends.signals import connection_created
from django.dispatch import receiver


@receiver(connection_created)
def set_synchronous(connection, **more):
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous=" + settings.SYNCHRONOUS)


def store(q, key=None):
    """A SessionStore of the kind of the question."""
    kind = q["kind"]
    current["database"] = kind.get("database", "default")
    settings.SESSION_CACHE_ALIAS = kind.get("cache", "default")
    file_backend.SessionStore._storage_path = kind.get("folder")
    return importlib.import_module("django.contrib.sessions.backends." + kind["engine"]).SessionStore(key)


def text(r):
    low, high = r.choice([(32, 127), (0, 32), (127, 256), (0x400, 0x500), (0xE000, 0x10000), (0x10000, 0x110000)])
    return "".join(chr(r.randrange(low, high)) for _ in range(r.choice([0, 1, 3, 20, 100])))


def value(r, rich, depth=3):
    """A random value: what JSON has, or also what only pickle has."""
    kinds = [text, lambda r: r.getrandbits(r.choice([1, 8, 31, 63, 300])) * r.choice([1, -1])]
    kinds += [real, lambda r: None, lambda r: r.random() < 0.5]
    if rich:
        kinds += [
            lambda r: r.getrandbits(64).to_bytes(8, "big"),
            lambda r: datetime.datetime(r.randrange(1, 9999), 1, 2, 3, 4, 5, r.randrange(10**6), datetime.timezone.utc),
            lambda r: tuple(text(r) for _ in range(3)),
            lambda r: {text(r) for _ in range(3)},
        ]
    if depth and r.random() < 0.5:
        several = range(r.choice([0, 1, 2, 8]))
        kinds = [
            lambda r: [value(r, rich, depth - 1) for _ in several],
            lambda r: {text(r): value(r, rich, depth - 1) for _ in several},
        ]
    return r.choice(kinds)(r)


def real(r):
    """A float of any size, or one of the odd ones."""
    some = [float(r.randrange(-1000, 1000)), 10.0 ** r.randrange(-30, 30), struct.unpack("<d", r.getrandbits(64).to_bytes(8, "big"))[0]]
    return r.choice(some + [math.nan, math.inf, -math.inf, -0.0])


def random_expiry(r, times):
    """What set_expiry takes; JSON has no times before Django 4.1."""
    forms = [None, 0, r.randrange(60, 10**7)]
    if times:
        length = datetime.timedelta(seconds=r.randrange(60, 10**7), microseconds=r.randrange(10**6))
        forms += [datetime.datetime.now(datetime.timezone.utc) + length, length]
    return r.choice(forms)


def random_values(r, kind):
    """A session's dict, without an expiry."""
    d = {text(r): value(r, False) for _ in range(r.randrange(1, 6))}
    if pickled(kind):
        d["rich"] = value(r, True)
    if r.random() < 0.2:
        d["long"] = "".join(r.choice("0123456789abcdef") for _ in range(1500))
    if r.random() < 0.2:
        d["_messages"] = json.dumps([["__json_message", 0, 20, text(r)], ["__json_message", 1, 99, text(r), text(r)]])
    if r.random() < 0.1:
        d["_flashes"] = value(r, False)  # a name that Go has for something else
    if r.random() < 0.2:
        d.update({"_auth_user_id": "1", "_auth_user_backend": "somewhere.else"})
    return d


def pickled(kind):
    return kind["engine"] == "cache" and not kind.get("json")


def random_session(q, seed, key=None):
    """A session with random values and an expiry in one of the forms, not stored."""
    r = random.Random(seed)
    d = random_values(r, q["kind"])
    while q["kind"]["engine"] == "signed_cookies" and len(json.dumps(d)) > 2000:
        d = random_values(r, q["kind"])  # one that a cookie has room for
    s = store(q, key)
    s.update(d)
    s.set_expiry(random_expiry(r, pickled(q["kind"]) or django.VERSION >= (4, 1)))
    return s


def canonical(v, order=list):
    """A text that two values have in common if they are equal and of equal types. With
    sorted as the order, that of the dicts in v's values doesn't matter."""
    if isinstance(v, dict):
        return "{" + ",".join(repr(k) + ":" + nested(v[k], order) for k in v) + "}"
    return nested(v, order)


def nested(v, order):
    if isinstance(v, dict):
        return "{" + ",".join(repr(k) + ":" + nested(v[k], order) for k in order(v)) + "}"
    if isinstance(v, (set, frozenset)):
        return "set{" + ",".join(sorted(nested(x, order) for x in v)) + "}"
    if isinstance(v, (list, tuple)):
        return type(v).__name__ + "(" + ",".join(nested(x, order) for x in v) + ")"
    if isinstance(v, datetime.datetime) and v.tzinfo is not None:
        v = v.astimezone(datetime.timezone.utc)  # Django 3.2 has a UTC of its own
    return type(v).__name__ + repr(v)


def told(v):
    """A text that says what a value of JSON is, as told in Go does."""
    if isinstance(v, dict):
        return "{" + ",".join(told(k) + ":" + told(v[k]) for k in sorted(v)) + "}"
    if isinstance(v, list):
        return "[" + ",".join(map(told, v)) + "]"
    if isinstance(v, str):
        return "'" + v.encode().hex() + "'"
    return "<nil>" if v is None else json.dumps(v)


def payload(q, d):
    """What Django itself would store for a dict, without what the kv.Store takes off."""
    if q["kind"]["engine"] != "cache":
        return store(q).encode(d).encode()
    if q["kind"].get("json"):
        return json.dumps(d).encode()
    return pickle.dumps(d, q["kind"].get("protocol", pickle.HIGHEST_PROTOCOL))


def parsed(q, data):
    if q["kind"]["engine"] != "cache":
        return store(q).decode(data.decode())
    if q["kind"].get("json"):
        return json.loads(data)
    return pickle.loads(data)


def b64(data):
    return base64.b64encode(data).decode()


def fill(q):
    """A new session, stored."""
    s = random_session(q, q["seed"])
    if "expiry" in q:
        s.set_expiry(q["expiry"])
    s.save()
    return {"key": s.session_key, "dict": canonical(s._session)}


def make(q):
    """A random session's payload, not stored."""
    d = random_session(q, q["seed"])._session
    return {"payload": b64(payload(q, d)), "dict": canonical(d)}


def fill_all(q):
    """New sessions, stored, and what is in each."""
    keys = []
    for seed in q["seeds"]:
        s = random_session(q, seed)
        s.save()
        keys.append(s.session_key)
    return show_all({**q, "keys": keys})


def change_all(q):
    """Changes sessions as views do."""
    keys = []
    for seed, key in zip(q["seeds"], q["keys"]):
        s = random_session(q, seed, key)
        s.save()
        keys.append(s.session_key)
    return show_all({**q, "keys": keys})


def show_all(q):
    return [shown(q, store(q, key)) for key in q["keys"]]


def shown(q, s):
    """All that Django says of a session."""
    d = s._session
    if s.session_key is None:
        return {}
    expiry = d.get("_session_expiry")
    private = ("rich", "_messages", "_flashes", "_session_expiry", "_auth_user_id", "_auth_user_backend")
    return {
        "key": s.session_key,
        "dict": canonical(d),
        "loose": canonical(d, sorted),
        "values": told({k: v for k, v in d.items() if k not in private}),
        "expiry": expiry.isoformat() if isinstance(expiry, datetime.datetime) else str(expiry),
        "age": s.get_expiry_age(),
        "browser": s.get_expire_at_browser_close(),
        "spelling": spelling(q, s),
    }


def spelling(q, s):
    """Whether the stored text is what Django itself signs at that time: "same", "other", or
    "any" where there are several, since it is compressed or isn't a signed text."""
    kind = q["kind"]
    if kind["engine"] == "cache":
        return "any"
    if kind["engine"] == "file":
        with open(s._key_to_file()) as f:
            text = f.read()
    elif kind["engine"] == "signed_cookies":
        text = s.session_key
    else:
        text = s.model.objects.get(session_key=s.session_key).session_data
    signed_at = text.rsplit(":", 2)[1]
    with mock.patch.object(signing.TimestampSigner, "timestamp", lambda self: signed_at):
        again = s._get_session_key() if kind["engine"] == "signed_cookies" else s.encode(s._session)
    if text[0] == "." or again[0] == ".":
        return "any"
    return "same" if again == text else "other"


def parse(q):
    return {"dict": canonical(parsed(q, base64.b64decode(q["payload"])))}


def bump(q):
    """A payload with one number more."""
    d = parsed(q, base64.b64decode(q["payload"]))
    d[q["name"]] = d.get(q["name"], 0) + 1
    return {"payload": b64(payload(q, d)), "counts": {k: v for k, v in d.items() if k in ("go", "django")}}


def look(q):
    s = store(q, q["key"])
    d = s._session
    return {"there": s.session_key is not None, "dict": canonical(d)}


def put(q):
    """Sets one key; an error is that of Django when the session is gone."""
    s = store(q, q["key"])
    s[q["name"]] = q["value"]
    return saved(s) or {"key": s.session_key, "dict": canonical(s._session)}


def end(q):
    store(q, q["key"]).delete()
    return {}


def cycle(q):
    """Gives a session a new key."""
    s = store(q, q["key"])
    s.cycle_key()
    return {"key": s.session_key}


def late(q):
    """A request that has read the session before something else happens, and saves it after."""
    s = store(q, q["key"])
    s["late"] = 1
    wait()
    return saved(s)


def blind(q):
    """A save that is held up after it has seen that the session is there."""
    s = store(q, q["key"])
    s["late"] = 1
    if q["kind"]["engine"] != "file":
        s._cache = Slow()
        return saved(s)
    mkstemp = file_backend.tempfile.mkstemp
    with mock.patch.object(file_backend.tempfile, "mkstemp", lambda *args, **more: wait() or mkstemp(*args, **more)):
        return saved(s)


def saved(s):
    try:
        s.save()
    except UpdateError:
        return {"gone": True}
    return {}


def fills(q):
    """cached_db: a reader that misses the cache, and is held up before it fills it."""
    s = store(q, q["key"])
    s._cache = Slow()
    s.load()
    return {}


class Slow:
    """A cache that waits before it writes."""

    def get(self, *args):
        return caches[settings.SESSION_CACHE_ALIAS].get(*args)

    def set(self, *args):
        wait()
        caches[settings.SESSION_CACHE_ALIAS].set(*args)


def wait():
    print(json.dumps({"waits": True}), flush=True)
    sys.stdin.readline()


def forget(q):
    """Deletes a session's entry in the cache, as a cache does by itself."""
    s = store(q, q["key"])
    s._cache.delete(s.cache_key)
    return {}


def race(q):
    """Counts for some time. Another writer mustn't set the count back."""
    writes = lost = last = 0
    until = time.time() + q["seconds"]
    while time.time() < until:
        s = store(q, q["key"])
        count = s.get("django", 0)
        lost += count != last
        last = s["django"] = count + 1
        s.save()
        writes += 1
        time.sleep(random.random() / 50)  # or nobody else's conditional write gets through
    return {"writes": writes, "lost": lost}


def tables(q):
    """Makes Django's own tables."""
    from django.core.management import call_command

    store(q)
    call_command("migrate", "sessions", database=current["database"], verbosity=0)
    if q.get("cache_table"):
        call_command("createcachetable", q["cache_table"], database=current["database"], verbosity=0)
    return {}


def clear(q):
    started = time.time()
    store(q).clear_expired()
    return {"seconds": time.time() - started}


def version(q):
    return {"django": "%d.%d" % django.VERSION[:2]}


ops = {f.__name__: f for f in (fill, make, fill_all, change_all, show_all, parse, bump, look, put, end, cycle, late, blind, fills, forget, race, tables, clear, version)}

while True:
    line = sys.stdin.readline()
    if not line:
        break
    q = json.loads(line)
    print(json.dumps(ops[q["op"]](q)), flush=True)
