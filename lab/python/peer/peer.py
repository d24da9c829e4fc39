"""Answers questions about tokens: a line of JSON in, a line of JSON out."""

import functools
import hashlib
import json
import math
import random
import struct
import sys
import time
from importlib.metadata import version

from django.conf import settings
from django.core import signing
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

settings.configure(SECRET_KEY="unused", SECRET_KEY_FALLBACKS=[])


class Clock:
    """Takes the place of module time in django.core.signing."""

    now = 0

    def time(self):
        return self.now


clock = Clock()
signing.time = clock


class FixedSigner(TimestampSigner):
    def get_timestamp(self):
        return int(clock.now)


@functools.cache
def serializer(key, salt, derivation, digest, ascii):
    return URLSafeTimedSerializer(
        key,
        salt=salt,
        signer=FixedSigner,
        signer_kwargs={
            "key_derivation": derivation,
            "digest_method": getattr(hashlib, digest),
        },
        serializer_kwargs={"ensure_ascii": ascii},
    )


class ItsDangerous:
    def __init__(self, q):
        self.s = serializer(
            q["key"], q["salt"], q["derivation"], q["digest"], q.get("ascii", False)
        )
        self.max_age = q.get("max_age")

    def dumps(self, value):
        return self.s.dumps(value)

    def loads(self, token):
        return self.s.loads(token, max_age=self.max_age)


class Django:
    def __init__(self, q):
        self.key, self.salt = q["key"], q["salt"]
        self.compress, self.max_age = q.get("compress", False), q.get("max_age")

    def dumps(self, value):
        return signing.dumps(
            value, key=self.key, salt=self.salt, compress=self.compress
        )

    def loads(self, token):
        return signing.loads(
            token, key=self.key, salt=self.salt, max_age=self.max_age
        )


def tool(q):
    clock.now = q["now"]
    return {"itsdangerous": ItsDangerous, "django": Django}[q["kind"]](q)


def text(r):
    ranges = [(32, 127), (0, 32), (127, 256), (0x400, 0x500), (0xE000, 0x10000), (0x10000, 0x110000)]
    low, high = r.choice(ranges)
    return "".join(chr(r.randrange(low, high)) for _ in range(r.choice([0, 1, 3, 20])))


def number(r):
    bits = r.choice([1, 8, 31, 53, 64, 100, 300])
    return r.getrandbits(bits) * r.choice([1, -1])


def real(r):
    pick = [r.uniform(-10, 10), float(r.randrange(-1000, 1000)), 10.0 ** r.randrange(-30, 30)]
    pick.append(struct.unpack("<d", r.randbytes(8))[0])
    pick.append(r.choice([math.nan, math.inf, -math.inf]))
    return r.choice(pick)


def value(r, depth):
    kinds = [text, number, real, lambda r: None, lambda r: r.random() < 0.5]
    if depth > 0 and r.random() < 0.6:
        kinds = [
            lambda r: [value(r, depth - 1) for _ in range(r.randrange(6))],
            lambda r: mapping(r, depth),
        ]
    return r.choice(kinds)(r)


def mapping(r, depth):
    d = {text(r): value(r, depth - 1) for _ in range(r.randrange(6))}
    return {k: d[k] for k in sorted(d)}


def again(q):
    t = tool(q)
    try:
        v = t.loads(q["token"])
    except Exception as e:
        return {"error": type(e).__name__}
    return {"token": t.dumps(v)}


def random_value(q):
    return {"token": tool(q).dumps(value(random.Random(q["seed"]), 4))}


def bench(q):
    t, v, n = tool(q), json.loads(q["data"]), q["n"]
    token = t.dumps(v)
    f, arg = (t.dumps, v) if q["what"] == "dumps" else (t.loads, token)
    start = time.perf_counter_ns()
    for _ in range(n):
        f(arg)
    return (time.perf_counter_ns() - start) / n


def versions(q):
    names = ["itsdangerous", "Flask", "Django"]
    found = ["Python " + sys.version.split()[0]] + [n + " " + version(n) for n in names]
    return ", ".join(found)


ops = {"again": again, "random": random_value, "bench": bench, "versions": versions}

for line in sys.stdin:
    q = json.loads(line)
    print(json.dumps(ops[q["op"]](q)), flush=True)
