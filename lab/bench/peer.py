"""A Django site that measures itself: a line of JSON in, a line of JSON out.

Its argument is JSON: the engine, SECRET_KEY, the data of the one session, where
PostgreSQL is if the engine needs it, and the name of the table.
"""

import json
import sys
import time
from importlib import import_module, metadata

import django
from django.conf import settings

config = json.loads(sys.argv[1])
settings.configure(
    SECRET_KEY=config["key"],
    INSTALLED_APPS=["django.contrib.sessions"],
    SESSION_ENGINE="django.contrib.sessions.backends." + config["engine"],
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", **config["database"]}} if config["database"] else {},
    USE_TZ=True,
)
django.setup()

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore

if config["database"]:
    from django.contrib.sessions.models import Session
    from django.db import connection

    Session._meta.db_table = config["table"]
    with connection.schema_editor() as editor:
        editor.create_model(Session)

session = SessionStore()
session.update(config["data"])
session.save()

themes = ["dark", "pale"]


def read(request):
    return HttpResponse("ok", status=200 if request.session.get("username") == "alice" else 500)


def write(request):
    global themes
    themes = themes[::-1]
    request.session["theme"] = themes[0]
    return HttpResponse("ok")


def request(view):
    """Whole requests: the middleware around a view. The request is used again and again."""
    site, r = SessionMiddleware(view), HttpRequest()
    r.COOKIES[settings.SESSION_COOKIE_NAME] = session.session_key

    def visit():
        return site(r).status_code == 200

    return visit


def load():
    return "username" in SessionStore(session.session_key).load()


def save():
    global themes
    themes = themes[::-1]
    session["theme"] = themes[0]
    session.save()
    return True


acts = {"read": request(read), "write": request(write), "load": load, "save": save}


def bench(q):
    act, right = acts[q["act"]], True
    start = time.perf_counter_ns()
    for _ in range(q["n"]):
        right = act() and right
    return {"nanos": time.perf_counter_ns() - start, "right": right}


def theme(q):
    """What is really kept, for the tests."""
    return SessionStore(session.session_key).load()["theme"]


def versions(q):
    names = ["itsdangerous", "Django", "psycopg"]
    return ["Python " + sys.version.split()[0]] + [n + " " + metadata.version(n) for n in names]


ops = {"bench": bench, "theme": theme, "versions": versions}

for line in sys.stdin:
    q = json.loads(line)
    print(json.dumps(ops[q["op"]](q)), flush=True)
