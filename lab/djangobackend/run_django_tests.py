"""Runs Django's own session tests on Coatcheck's engines.

    python run_django_tests.py --django-tests DIR [engine...]

DIR is the folder "tests" of Django's source, which isn't part of an installed Django. The
Django beside it is the one that runs. An engine is db, file, cache, cached_db,
signed_cookies, or one of them on a server, as --list lists them; without any, all run that
can be had with the servers given. --servers starts servers for all of them.
"""

import argparse
import importlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import differences
import kinds
from coatcheck_sessions import gateway

SERVERS = ("postgresql", "mysql", "redis", "memcached")

# Django's test classes for each engine.
CLASSES = {
    "db": "DatabaseSessionTests DatabaseSessionWithTimeZoneTests CustomDatabaseSessionTests SessionMiddlewareTests",
    "file": "FileSessionTests FileSessionPathLibTests",
    "cache": "CacheSessionTests",
    "cached_db": "CacheDBSessionTests CacheDBSessionWithTimeZoneTests",
    "signed_cookies": "CookieSessionTests",
}


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--django-tests", metavar="DIR", required=True)
    p.add_argument("--own", action="store_true", help="run Django's own engines instead, to compare")
    p.add_argument("--servers", action="store_true", help="start servers in temporary folders")
    p.add_argument("--list", action="store_true", help="list the kinds and end")
    for server in SERVERS:
        p.add_argument("--" + server, metavar="HOST:PORT")
    p.add_argument("--one", help=argparse.SUPPRESS)  # this process runs one kind
    p.add_argument("kinds", nargs="*", metavar="engine")
    return p.parse_args()


def main():
    a = arguments()
    tests = os.path.abspath(a.django_tests)
    if not os.path.isdir(os.path.join(tests, "sessions_tests")):
        sys.exit(tests + " has no folder sessions_tests: it must be the tests of Django's source")
    sys.path[:0] = [os.path.dirname(tests), tests]  # before anything imports Django
    if a.one:
        sys.exit(run(a.one, addresses(a), a.own))
    if not a.servers:
        sys.exit(run_each(a, tests, addresses(a)))
    with subprocess.Popen(["go", "run", "./servers"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as servers:
        sys.exit(run_each(a, tests, json.loads(servers.stdout.readline())))


def addresses(a):
    return {name: getattr(a, name) for name in SERVERS if getattr(a, name)}


def run_each(a, tests, servers):
    """Runs a process for each kind. It returns whether anything failed."""
    import django

    print("Django", django.__version__, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        found = kinds.available(kinds.databases(folder, servers), kinds.caches(folder, servers))
        if a.list:
            return print("\n".join(found))
        unknown = set(a.kinds) - set(found) - {engine for engine, _, _ in found.values()}
        if unknown:
            sys.exit("unknown, or without its server: %s; --list lists the kinds" % ", ".join(sorted(unknown)))
        chosen = [kind for kind, (engine, _, _) in found.items() if not a.kinds or {kind, engine} & set(a.kinds)]
        program = os.path.join(folder, "djangobackend")
        subprocess.run(["go", "build", "-o", program, "."], cwd=HERE, check=True)
        os.environ[gateway.PROGRAM] = program
        command = [sys.executable, __file__, "--django-tests", tests, *(["--own"] if a.own else [])]
        command += [word for name, address in servers.items() for word in ("--" + name, address)]
        return any([subprocess.run([*command, "--one", kind]).returncode for kind in chosen])


def run(kind, servers, own):
    """Runs the tests of one kind, and says how it went. It returns whether anything failed."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        engine = configure(kind, folder, servers, own)
        result = run_tests(engine, own)
    return bool(differences.report(kind, engine, result, own))


def configure(kind, folder, servers, own):
    import django
    from django.conf import settings

    databases, caches = kinds.databases(folder, servers), kinds.caches(folder, servers)
    engine, database, cache = kinds.available(databases, caches)[kind]
    files = os.path.join(folder, "sessions")
    os.mkdir(files)
    settings.configure(
        SECRET_KEY="a key of some length",
        INSTALLED_APPS=["django.contrib.sessions", "sessions_tests"],
        DATABASES={"default": databases[database or "sqlite"]},
        CACHES={"default": caches[cache or "files"]},
        SESSION_ENGINE=(kinds.BACKENDS if own else kinds.OURS) + engine,
        SESSION_FILE_PATH=files,
        # As Django's own runner has them.
        USE_TZ=False,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    # As Django does for a module of settings.
    os.environ["TZ"] = settings.TIME_ZONE
    time.tzset()
    if not own:  # before the tests' own models are made, which derive from a SessionStore
        for name in CLASSES:
            theirs = importlib.import_module(kinds.BACKENDS + name)
            theirs.SessionStore = importlib.import_module(kinds.OURS + name).SessionStore
    django.setup()
    return engine


def run_tests(engine, own):
    """Runs the test classes of the engine, with the backends of Coatcheck."""
    from django import test
    from django.test.runner import DiscoverRunner

    # Go works on connections of its own, which don't see what isn't committed.
    test.TestCase = test.SimpleTestCase = test.TransactionTestCase
    runner = DiscoverRunner(verbosity=0, interactive=False)
    runner.setup_test_environment()
    suite = runner.build_suite(["sessions_tests.tests." + name for name in CLASSES[engine].split()])
    databases = runner.setup_databases()
    try:
        return unittest.TextTestRunner(stream=io.StringIO(), resultclass=Result).run(suite)
    finally:
        gateway.close()
        runner.teardown_databases(databases)


class Result(unittest.TextTestResult):
    """Remembers also what passed."""

    def __init__(self, *args):
        super().__init__(*args)
        self.passed = []

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed.append(test)


if __name__ == "__main__":
    main()
