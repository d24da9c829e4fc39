"""The databases and caches of a Django site for tests, and the kinds of engines on them.

servers are the addresses of what runs: {"postgresql": "host:port", "mysql": "host:port",
"redis": "host:port", "memcached": "host:port"}, each of them or none. PostgreSQL's user is
"coatcheck" and MySQL's "root", both without a password.
"""

import os

BACKENDS = "django.contrib.sessions.backends."
OURS = "coatcheck_sessions."

# SESSION_ENGINE's last part, the database and the cache.
KINDS = {
    "db on SQLite": ("db", "sqlite", None),
    "db on PostgreSQL": ("db", "postgresql", None),
    "db on MariaDB": ("db", "mysql", None),
    "file": ("file", None, None),
    "cache on Redis": ("cache", None, "redis"),
    "cache on django-redis": ("cache", None, "django-redis"),
    "cache on memcached": ("cache", None, "memcached"),
    "cache on FileBasedCache": ("cache", None, "files"),
    "cache on DatabaseCache": ("cache", "sqlite", "table"),
    "cached_db on SQLite and FileBasedCache": ("cached_db", "sqlite", "files"),
    "cached_db on PostgreSQL and Redis": ("cached_db", "postgresql", "redis"),
    "cached_db on MariaDB and memcached": ("cached_db", "mysql", "memcached"),
    "signed_cookies": ("signed_cookies", None, None),
}


def databases(folder, servers):
    """What can be in DATABASES."""
    from django.db.backends.signals import connection_created

    connection_created.connect(hurry)
    sqlite = os.path.join(folder, "site.sqlite3")
    options = {"timeout": 20}
    found = {"sqlite": {"ENGINE": "django.db.backends.sqlite3", "NAME": sqlite, "OPTIONS": options, "TEST": {"NAME": sqlite}}}
    if "postgresql" in servers:
        found["postgresql"] = {"ENGINE": "django.db.backends.postgresql", "USER": "coatcheck", "NAME": "postgres"}
    if "mysql" in servers:
        use_pymysql()
        found["mysql"] = {"ENGINE": "django.db.backends.mysql", "USER": "root", "NAME": "mysql"}
    for name, database in found.items():
        if name in servers:
            database["HOST"], database["PORT"] = servers[name].rsplit(":", 1)
    return found


def hurry(connection, **kwargs):
    """Lets SQLite not wait for the disk: what is in it ends with the tests."""
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous = OFF")


def use_pymysql():
    """Lets Django have PyMySQL where there is no mysqlclient."""
    try:
        import MySQLdb  # noqa: F401
    except ImportError:
        import pymysql

        pymysql.install_as_MySQLdb()


def caches(folder, servers):
    """What can be in CACHES."""
    import django

    core = "django.core.cache.backends."
    roomy = {"MAX_ENTRIES": 1 << 20}
    found = {
        "files": {"BACKEND": core + "filebased.FileBasedCache", "LOCATION": os.path.join(folder, "cache"), "OPTIONS": roomy},
        "table": {"BACKEND": core + "db.DatabaseCache", "LOCATION": "cache_table", "OPTIONS": roomy},
    }
    if "redis" in servers:
        where = {"LOCATION": "redis://" + servers["redis"]}
        if django.VERSION >= (4, 0):
            found["redis"] = {"BACKEND": core + "redis.RedisCache", **where}
        found["django-redis"] = {"BACKEND": "django_redis.cache.RedisCache", "KEY_PREFIX": "d", **where}
    if "memcached" in servers:
        found["memcached"] = {"BACKEND": core + "memcached.PyMemcacheCache", "LOCATION": servers["memcached"]}
    return found


def available(databases, caches):
    """Those kinds that can be had."""
    return {
        name: kind
        for name, kind in KINDS.items()
        if kind[1] in {None, *databases} and kind[2] in {None, *caches}
    }
