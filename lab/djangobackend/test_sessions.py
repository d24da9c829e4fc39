"""Tests what Django's documentation says of sessions on its own engines and Coatcheck's.

    python test_sessions.py [--servers JSON] [word...]

The JSON has the addresses of servers, see kinds.py. With words, only engines run whose name
has all of them, such as: coatcheck db SQLite. Each prints a line of JSON.
"""

import argparse
import importlib
import io
import json
import os
import sys
import tempfile
import time
import unittest
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import kinds


class Router:
    """All models are in the database of the engine under test."""

    alias = "default"

    def db_for_read(self, model, **hints):
        return self.alias

    db_for_write = db_for_read


def configure(folder, servers):
    import django
    from django.conf import settings

    databases, caches = kinds.databases(folder, servers), kinds.caches(folder, servers)
    sessions = os.path.join(folder, "sessions")
    os.mkdir(sessions)
    settings.configure(
        SECRET_KEY="a key of some length",
        INSTALLED_APPS=["django.contrib.sessions"],
        DATABASES={"default": databases["sqlite"], **databases},
        DATABASE_ROUTERS=["__main__.Router"],
        CACHES={"default": caches["files"], **caches},
        SESSION_FILE_PATH=sessions,
        USE_TZ=True,
        TIME_ZONE="Asia/Kolkata",
    )
    os.environ["TZ"] = settings.TIME_ZONE  # as Django does for a module of settings
    time.tzset()
    django.setup()
    return kinds.available(databases, caches)


def make_tables(names):
    """Makes the tables of sessions and of the cache in these databases."""
    from django.contrib.sessions.models import Session
    from django.core.management import call_command
    from django.db import connections

    for name in names:
        Router.alias = name
        own_database(connections[name])
        with connections[name].schema_editor() as editor:
            editor.create_model(Session)
        call_command("createcachetable", database=name)


def own_database(connection):
    """Goes to a database that no other run uses."""
    if connection.vendor != "sqlite":
        name = "sessions_%d" % os.getpid()
        connection.cursor().execute("CREATE DATABASE " + name)
        connection.close()
        connection.settings_dict["NAME"] = name


def classes(engine, ours):
    """The classes of cases for an engine, for the Django that runs."""
    import django
    from cases import asynchronous, coatcheck, cookie, dictionary, expiry, random_acts, request, store

    kept = engine != "signed_cookies"
    found = [dictionary.DictionaryCases, dictionary.ValueCases, dictionary.TestCookieCases]
    found += [expiry.ExpiryCases, store.KeyCases, store.SharedCases, store.TextCases]
    found += [request.RequestCases]
    found += [store.StoreCases, request.InterruptedCases, random_acts.RandomCases] if kept else [cookie.CookieCases]
    found += {
        "db": [store.UncachedTableCases, dictionary.JSONCases],
        "file": [store.FileCases, dictionary.JSONCases],
        "cache": [store.CacheCases],
        "cached_db": [store.TableCases, store.CacheCases],
        "signed_cookies": [dictionary.JSONCases],
    }[engine]
    if ours:
        found += [coatcheck.StrongerCases] if kept else []
    if django.VERSION >= (4, 1):
        found += [request.ServerErrorCases, store.FallbackCases, expiry.TimeKeptCases, expiry.NaiveCases]
        found += [expiry.PastCases] if kept else []
        if ours:
            found += [coatcheck.StrongerTimeCases] if kept else [coatcheck.StrongerCookieCases]
    if django.VERSION >= (5, 1):
        found += [asynchronous.AsyncCases]
        found += [asynchronous.AsyncStoreCases] if kept else []
    return found


def run(kind, whose, engine, database, cache):
    """Runs all cases of an engine."""
    Router.alias = database or "default"
    attributes = {
        "engine": whose + engine,
        "django_engine": kinds.BACKENDS + engine,
        "kept": engine != "signed_cookies",
    }
    load = unittest.defaultTestLoader.loadTestsFromTestCase
    suite = unittest.TestSuite()
    for case in classes(engine, whose == kinds.OURS):
        more = {**attributes, "settings": {**case.settings, "SESSION_CACHE_ALIAS": cache or "default"}}
        suite.addTest(load(type(case.__name__, (case, unittest.TestCase), more)))
    began = time.monotonic()
    result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
    failed = {test.id().partition(".")[2]: text for test, text in [*result.failures, *result.errors]}
    return {"name": kind, "run": result.testsRun, "failed": failed, "seconds": round(time.monotonic() - began, 1)}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--servers", type=json.loads, default={})
    p.add_argument("words", nargs="*")
    a = p.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        found = configure(folder, a.servers)
        make_tables({kind[1] for kind in found.values() if kind[1]} | {"sqlite"})
        ok = True
        for kind, where in found.items():
            for who, whose in (("django", kinds.BACKENDS), ("coatcheck", kinds.OURS)):
                name = who + " " + kind
                if set(a.words) <= set(name.split()):
                    outcome = run(name, whose, *where)
                    print(json.dumps(outcome), flush=True)
                    ok = ok and not outcome["failed"]
        importlib.import_module("coatcheck_sessions.gateway").close()
    sys.exit(not ok)


if __name__ == "__main__":
    main()
