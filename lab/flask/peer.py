"""Runs the real Flask: a line of JSON in, a line of JSON out."""

import json
import math
import random
import struct
import sys
import time
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from importlib.metadata import version

import itsdangerous.timed
from flask import Flask, flash, get_flashed_messages, session
from flask.json.tag import JSONTag, TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface
from markupsafe import Markup
from werkzeug.test import Client

class Clock:
    """Takes the place of module time in itsdangerous: a clock that is slow."""

    behind = 0

    def time(self):
        return time.time() - self.behind


clock = itsdangerous.timed.time = Clock()

KEY = "a key of some length"
apps = {}


def app_of(config):
    name = json.dumps(config, sort_keys=True)
    if name not in apps:
        app = apps[name] = Flask("peer")
        app.logger.disabled = True
        app.config["SECRET_KEY"] = KEY
        app.config.update(config)
        app.add_url_rule("/", "index", lambda: view(apps[name]))
    return apps[name]


def dump(value):
    """As save_session does: in the context of an application, whose JSON sorts."""
    app = app_of({})
    with app.app_context():
        return app.session_interface.get_signing_serializer(app).dumps(value)


steps = {
    "set": lambda key, value: session.__setitem__(key, value),
    "get": lambda key: session.get(key),
    "has": lambda key: key in session,
    "len": lambda: len(session),
    "delete": lambda key: session.pop(key, None) and None,
    "clear": lambda: session.clear(),
    "permanent": lambda on: setattr(session, "permanent", on),
    "flash": lambda message, category: flash(message, category),
    "flashed": lambda: get_flashed_messages(with_categories=True),
}


def view(app):
    answers, status = [], 200
    for name, *args in app.steps:
        if name == "status":
            status = args[0]
        elif name == "raise":
            raise RuntimeError("as asked")
        else:
            answers.append(steps[name](*args))
    return app.response_class(json.dumps(answers), status=status)


def request(q):
    app = app_of(q["config"])
    app.steps = q["steps"]
    headers = {"Cookie": q["cookie"]} if q["cookie"] else {}
    r = Client(app, use_cookies=False).open("/", headers=headers)
    return {
        "status": r.status_code,
        "vary": r.headers.get("Vary", ""),
        "cookies": r.headers.getlist("Set-Cookie"),
        "body": r.get_data(as_text=True),
    }


# Random sessions.

tags = [" di", " t", " b", " m", " u", " d", " x"]


def text(r):
    ranges = [(32, 127), (0, 32), (127, 256), (0x400, 0x500), (0xE000, 0x10000), (0x10000, 0x110000)]
    low, high = r.choice(ranges)
    return "".join(chr(r.randrange(low, high)) for _ in range(r.choice([0, 1, 3, 20])))


def moment(r):
    return datetime(1970, 1, 1) + timedelta(seconds=r.randrange(-(10**10), 10**11))


def real(r):
    pick = [float(r.randrange(-1000, 1000)), 10.0 ** r.randrange(-30, 30)]
    pick.append(struct.unpack("<d", r.randbytes(8))[0])
    pick.append(r.choice([math.nan, math.inf, -math.inf, -0.0]))
    return r.choice(pick)


scalars = [
    text,
    real,
    lambda r: None,
    lambda r: r.random() < 0.5,
    lambda r: r.getrandbits(r.choice([1, 8, 31, 53, 64, 100, 300])) * r.choice([1, -1]),
    lambda r: r.randbytes(r.randrange(6)),
    lambda r: Markup(text(r)),
    lambda r: uuid.UUID(int=r.getrandbits(128)),
    lambda r: moment(r),
    lambda r: moment(r).replace(tzinfo=timezone(timedelta(hours=r.randrange(-12, 12)))),
    lambda r: date(r.randrange(1, 9999), 2, 3),
    lambda r: Decimal(r.randrange(10**6)) / 100,
]


def value(r, depth):
    if depth > 0 and r.random() < 0.5:
        return r.choice([listing, lambda r, d: tuple(listing(r, d)), mapping])(r, depth - 1)
    return r.choice(scalars)(r)


def listing(r, depth):
    return [value(r, depth) for _ in range(r.randrange(5))]


def mapping(r, depth):
    if r.random() < 0.4:
        return {r.choice(tags): value(r, depth)}
    return {text(r): value(r, depth) for _ in range(r.randrange(5))}


def random_session(r):
    d = mapping(r, 3) if r.random() < 0.8 else {}
    if r.random() < 0.2:
        d["long"] = "".join(r.choices("0123456789abcdef", k=3000))
    if r.random() < 0.2:
        d["_permanent"] = r.random() < 0.7
    if r.random() < 0.2:
        d["username"] = r.choice([text(r), value(r, 1)])
    if r.random() < 0.2:
        d["_flashes"] = [(text(r) or "message", r.choice([text(r), Markup(text(r))])) for _ in range(3)]
    return d


def random_token(q):
    r = random.Random(q["seed"])
    while True:
        token = dump(random_session(r))
        if len(token) < 3900:
            return {"token": token}


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, float):
        return struct.pack("<d", a) == struct.pack("<d", b) or a != a and b != b
    return a == b


def load(token):
    """What a view would see of a cookie."""
    app = app_of({})
    with app.test_request_context("/", headers={"Cookie": "session=" + token}):
        return dict(session)


def compare(q):
    a, b = load(q["a"]), load(q["b"])
    if q.get("mark") and b.pop(q["mark"], None) != 1:
        return {"error": "the mark is missing"}
    return {"error": "" if same(a, b) else f"{a!r} became {b!r}"}


def slow(q):
    """Whether a host with a slow clock takes a cookie."""
    clock.behind = q["seconds"]
    taken = bool(load(q["token"]))
    clock.behind = 0
    return {"taken": taken}


class TagComplex(JSONTag):
    """A tag of the application's own."""

    key = " c"

    def check(self, value):
        return isinstance(value, complex)

    def to_json(self, value):
        return [value.real, value.imag]

    def to_python(self, value):
        return complex(*value)


class TaggedInterface(SecureCookieSessionInterface):
    serializer = TaggedJSONSerializer()


TaggedInterface.serializer.register(TagComplex)


def own_tag(q):
    """A cookie with values of TagComplex, and what a cookie holds."""
    app = app_of({})
    with app.app_context():
        s = TaggedInterface().get_signing_serializer(app)
        value = {"z": [1 - 2j], "t": (0.5j,), "d": {" c": 1}}
        return {"token": s.dumps(value), "holds": repr(s.loads(q["token"])) if q["token"] else repr(value)}


def again(q):
    return {"token": dump(load(q["token"]))}


def bench(q):
    """Nanoseconds of each dumps or loads of Flask's own serializer."""
    app = app_of({})
    with app.app_context():
        s = app.session_interface.get_signing_serializer(app)
        value = s.serializer.loads(q["data"])
        token = s.dumps(value)
        f, arg = (s.dumps, value) if q["what"] == "seal" else (s.loads, token)
        start = time.perf_counter_ns()
        for _ in range(q["n"]):
            f(arg)
        return {"ns": (time.perf_counter_ns() - start) / q["n"]}


def versions(q):
    return {"python": sys.version.split()[0], "flask": version("Flask"), "werkzeug": version("Werkzeug")}


ops = {
    "request": request,
    "random": random_token,
    "compare": compare,
    "again": again,
    "bench": bench,
    "own_tag": own_tag,
    "slow": slow,
    "versions": versions,
}

for line in sys.stdin:
    q = json.loads(line)
    print(json.dumps(ops[q["op"]](q)), flush=True)
