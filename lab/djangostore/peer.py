"""A Django site: a line of JSON in, a line of JSON out.

Its argument is JSON: the databases, the caches and other settings. Runs with Django 5.2
and with 3.2.
"""

import base64
import datetime
import importlib
import json
import logging
import os
import pickle
import random
import sys
import time
import warnings

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
    SECRET_KEY="a key of some length",
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
from django.core.cache import caches


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
    kinds += [lambda r: r.uniform(-1e9, 1e9), lambda r: None, lambda r: r.random() < 0.5]
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


def random_dict(q):
    """A session's dict, with an expiry in one of the four forms."""
    r = random.Random(q["seed"])
    d = {text(r): value(r, q.get("rich")) for _ in range(r.randrange(1, 6))}
    expiry = q["seed"] % 4
    if expiry:
        moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)
        d["_session_expiry"] = [None, 3600, 0, moment.isoformat()][expiry]
    if expiry == 3 and django.VERSION < (4, 1):
        d["_session_expiry"] = 7200
    return d


def canonical(v):
    """A text that two values have in common if they are equal and of equal types."""
    if isinstance(v, dict):
        return "{" + ",".join(repr(k) + ":" + canonical(x) for k, x in v.items()) + "}"
    if isinstance(v, (set, frozenset)):
        return "set{" + ",".join(sorted(map(canonical, v))) + "}"
    if isinstance(v, (list, tuple)):
        return type(v).__name__ + "(" + ",".join(map(canonical, v)) + ")"
    return type(v).__name__ + repr(v)


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
    s = store(q)
    s.update(random_dict(q))
    s.save()
    return {"key": s.session_key, "dict": canonical(s._session)}


def make(q):
    """A random session's payload, not stored."""
    d = random_dict(q)
    return {"payload": b64(payload(q, d)), "dict": canonical(d)}


def parse(q):
    return {"dict": canonical(parsed(q, base64.b64decode(q["payload"])))}


def cached(q):
    """What cached_db would put into the cache for a row's text."""
    d = store(q).decode(base64.b64decode(q["payload"]).decode())
    data = json.dumps(d).encode() if q["kind"].get("json") else pickle.dumps(d, pickle.HIGHEST_PROTOCOL)
    return {"payload": b64(data)}


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
    try:
        s.save()
    except UpdateError:
        return {"gone": True}
    return {"key": s.session_key, "dict": canonical(s._session)}


def end(q):
    store(q, q["key"]).delete()
    return {}


def late(q):
    """A request that has read the session before something else happens, and saves it after."""
    s = store(q, q["key"])
    s["late"] = 1
    wait()
    try:
        s.save()
    except UpdateError:
        return {"gone": True}
    return {}


def fills(q):
    """cached_db: a reader that misses the cache, and is held up before it fills it."""
    s = store(q, q["key"])

    class Slow:
        def get(self, key):
            return caches[settings.SESSION_CACHE_ALIAS].get(key)

        def set(self, *args):
            wait()
            caches[settings.SESSION_CACHE_ALIAS].set(*args)

    s._cache = Slow()
    s.load()
    return {}


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


ops = {f.__name__: f for f in (fill, make, parse, cached, bump, look, put, end, late, fills, forget, race, tables, clear, version)}

while True:
    line = sys.stdin.readline()
    if not line:
        break
    q = json.loads(line)
    print(json.dumps(ops[q["op"]](q)), flush=True)
