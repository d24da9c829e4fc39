"""Sessions in a table, with a cache before it: SESSION_ENGINE = "coatcheck_sessions.cached_db"."""

from . import cache, db

KEY_PREFIX = "django.contrib.sessions.cached_db"


class SessionStore(cache.CacheMixin, db.SessionStore):
    engine = "cached_db"
    cache_key_prefix = KEY_PREFIX
