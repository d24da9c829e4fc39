"""Sessions in a cache: SESSION_ENGINE = "coatcheck_sessions.cache"."""

from django.conf import settings
from django.core.cache import caches

from . import base, places

KEY_PREFIX = "django.contrib.sessions.cache"


class CacheMixin:
    """The cache of SESSION_CACHE_ALIAS, for an engine that has sessions in it."""

    def __init__(self, session_key=None):
        self._cache = caches[settings.SESSION_CACHE_ALIAS]
        self._cache_place = places.cache(self._cache)
        super().__init__(session_key)

    def _settings(self):
        return {**super()._settings(), "cache": self._cache_place}

    @property
    def cache_key(self):
        return self.cache_key_prefix + self.session_key

    async def acache_key(self):
        return self.cache_key


class SessionStore(CacheMixin, base.SessionStore):
    engine = "cache"
    cache_key_prefix = KEY_PREFIX
