"""A Flask application with Flask-Session: a line of JSON in, a line of JSON out.

Runs with Flask-Session 0.8 and with 0.3.2.
"""

import datetime
import decimal
import json
import logging
import math
import pickle
import random
import struct
import sys
import time
import uuid
import warnings
from importlib.metadata import version

from flask import Flask, session
from flask_session import Session
from markupsafe import Markup

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

apps = {}


def store(app, q):
    """Settings for the SESSION_TYPE of the question."""
    kind, where = q["type"], q["where"]
    host, _, port = where.partition(":")
    app.config["SESSION_TYPE"] = kind
    if kind == "redis":
        import redis

        app.config["SESSION_REDIS"] = redis.Redis(host, int(port))
    elif kind == "memcached":
        from pymemcache.client.base import Client

        # Without default_noreply it is not yet done when it returns.
        app.config["SESSION_MEMCACHED"] = Client((host, int(port)), default_noreply=False)
    elif kind == "filesystem":
        app.config["SESSION_FILE_DIR"] = where
    elif kind == "sqlalchemy":
        from flask_sqlalchemy import SQLAlchemy

        app.config["SQLALCHEMY_DATABASE_URI"] = where
        app.config["SESSION_SQLALCHEMY"] = SQLAlchemy(app)


def make(q):
    app = Flask("peer")
    app.config.update(SECRET_KEY="a key of some length", TESTING=True)
    app.config.update(q.get("config") or {})
    store(app, q)
    Session(app)
    app.add_url_rule("/", "view")
    if q["type"] == "sqlalchemy":
        with app.app_context():
            app.config["SESSION_SQLALCHEMY"].create_all()
    return app


def app_of(q):
    key = json.dumps([q["type"], q["where"], q.get("config")])
    if key not in apps:
        apps[key] = make(q)
    return apps[key]


def ask(q, view):
    """Has the application answer one request, and returns its cookie."""
    app = app_of(q)
    app.view_functions["view"] = view
    client = app.test_client(use_cookies=False)
    headers = {"Cookie": "session=" + q["cookie"]} if q.get("cookie") else {}
    r = client.get("/", headers=headers)
    if r.status_code != 200:
        raise RuntimeError("status %d" % r.status_code)
    for line in r.headers.getlist("Set-Cookie"):
        return line.split(";")[0].partition("=")[2]
    return q.get("cookie")


def text(r):
    ranges = [(32, 127), (0, 32), (127, 256), (0x400, 0x500), (0xE000, 0x10000), (0x10000, 0x110000)]
    low, high = r.choice(ranges)
    return "".join(chr(r.randrange(low, high)) for _ in range(r.choice([0, 1, 3, 20, 300])))


def number(r, bits):
    return r.getrandbits(r.choice([b for b in [1, 8, 16, 31, 32, 53, 62, 63, 100, 300, 3000] if b <= bits])) * r.choice([1, -1])


def real(r):
    pick = [r.uniform(-10, 10), float(r.randrange(-1000, 1000)), 10.0 ** r.randrange(-30, 30)]
    pick.append(r.choice([math.nan, math.inf, -math.inf, -0.0, struct.unpack("<d", struct.pack("<Q", r.getrandbits(64)))[0]]))
    return r.choice(pick)


def moment(r):
    return datetime.datetime(r.randrange(1, 10000), r.randrange(1, 13), r.randrange(1, 29), r.randrange(24), r.randrange(60), r.randrange(60))


def plain(r, bits, depth, pickled):
    """A value that Go and Python show alike."""
    utc = datetime.timezone.utc
    kinds = [text, lambda r: number(r, bits), real, lambda r: None, lambda r: r.random() < 0.5]
    kinds += [lambda r: r.getrandbits(64).to_bytes(8, "big")[: r.randrange(9)], lambda r: moment(r).replace(tzinfo=utc)]
    kinds += [lambda r: uuid.UUID(int=r.getrandbits(128))]
    if pickled:
        kinds.append(lambda r: Markup("<b>"))
    if depth > 0 and r.random() < 0.6:
        several = range(r.choice([0, 1, 2, 3] if depth > 1 else [0, 1, 20]))
        kinds = [
            lambda r: [plain(r, bits, depth - 1, pickled) for _ in several],
            lambda r: tuple(plain(r, bits, depth - 1, pickled) for _ in several),
            lambda r: {text(r): plain(r, bits, depth - 1, pickled) for _ in several},
        ]
    return r.choice(kinds)(r)


def exotic(r, bits, pickled):
    """Values that Go shows as something else and must not change."""
    return {
        "set": {number(r, bits) for _ in range(r.randrange(4))},
        "frozen": frozenset(text(r) for _ in range(r.randrange(4))),
        "decimal": decimal.Decimal(r.randrange(10**9)) / 1000,
        "date": moment(r).date(),
        "time": moment(r).replace(microsecond=r.randrange(10**6), tzinfo=datetime.timezone.utc),
        "naive": moment(r).replace(microsecond=r.randrange(10**6)),
        "delta": datetime.timedelta(seconds=r.randrange(-(10**8), 10**8), microseconds=r.randrange(10**6)),
        "keys": {None: 1, True: 2, 2.5: 3} if pickled else {},
    }


def canonical(v):
    """A text that two values have in common if they are equal and of equal types."""
    if v is None or isinstance(v, bool):
        return json.dumps(v)
    if isinstance(v, int):
        return "i%d" % v
    if isinstance(v, float):
        return "fnan" if v != v else "f" + struct.pack(">d", v).hex()
    if isinstance(v, Markup):
        return "m" + v.encode().hex()
    if isinstance(v, str):
        return "s" + v.encode().hex()
    if isinstance(v, bytes):
        return "b" + v.hex()
    if isinstance(v, uuid.UUID):
        return "u" + v.hex
    if isinstance(v, datetime.datetime) and v.tzinfo and not v.microsecond:
        return "d%d" % ((v - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(seconds=1))
    if isinstance(v, list):
        return "[" + ",".join(map(canonical, v)) + "]"
    if isinstance(v, tuple):
        return "(" + ",".join(map(canonical, v)) + ")"
    if isinstance(v, dict):
        return "{" + ",".join(sorted(canonical(k) + ":" + canonical(v[k]) for k in v)) + "}"
    if isinstance(v, (set, frozenset)):
        return type(v).__name__ + "{" + ",".join(sorted(map(canonical, v))) + "}"
    return repr(v)


def fill(q):
    """A new session with random values."""
    r = random.Random(q["seed"])

    def view():
        session["v"] = plain(r, q["bits"], 3, q["pickled"])
        session["exotic"] = exotic(r, q["bits"], q["pickled"])
        session["count"] = 0
        return ""

    return {"cookie": ask(q, view)}


def look(q):
    """What is in a session, which is saved as it is."""
    seen = {}

    def view():
        seen.update({k: canonical(session[k]) for k in session})
        session.modified = True
        return ""

    cookie = ask(q, view)
    return {"cookie": cookie, "values": seen}


def end(q):
    return {"cookie": ask(q, lambda: session.clear() or "")}


def rebuilt(v):
    """v of objects that are used once only, but for those that Python has only once."""
    if isinstance(v, Markup):
        return Markup(rebuilt(str(v)))
    if isinstance(v, str):
        return v.encode().decode()
    if isinstance(v, bytes):
        return bytes(list(v))
    if isinstance(v, (list, tuple, set, frozenset)):
        return type(v)([rebuilt(x) for x in v])
    if isinstance(v, dict):
        return {rebuilt(k): rebuilt(v[k]) for k in v}
    return v


def dumps(q):
    """Pickles of a random value by CPython itself."""
    r = random.Random(q["seed"])
    v = {"plain": plain(r, 3000, 4, True), "exotic": exotic(r, 3000, True), "large": "x" * (70_000 * (q["seed"] % 7 == 0))}
    if q["seed"] % 5 == 0:
        v["many"] = {i: [i, {i}, frozenset([i])] for i in range(q["seed"] * 20)}
        v["list"] = list(range(q["seed"] * 100))
        v["set"] = set(range(q["seed"] * 50))
    v = rebuilt(v)
    return {str(p): pickle.dumps(v, p).hex() for p in (0, 2, 4, 5)}


def race(q):
    """Counts in a session for some seconds, and tells how often its count was set back."""
    r = random.Random(1)
    done = {"writes": 0, "lost": 0}
    until = time.monotonic() + q["seconds"]

    def view():
        done["lost"] += session["flask"] != done["writes"]
        time.sleep(r.random() / 500)
        done["writes"] += 1
        session["flask"] = done["writes"]
        return ""

    while time.monotonic() < until:
        ask(q, view)
    return done


def versions(q):
    return {"flask_session": version("Flask-Session"), "flask": version("Flask")}


def begin(q):
    """Makes the application, and with it a table, and dumps its settings."""
    return {"settings": json.dumps(dict(app_of(q).config), default=str)}


ops = {"begin": begin, "race": race, "fill": fill, "look": look, "end": end, "dumps": dumps, "versions": versions}

for line in sys.stdin:
    q = json.loads(line)
    print(json.dumps(ops[q["op"]](q)), flush=True)
