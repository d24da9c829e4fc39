"""Where sessions are, as Django's settings have it."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, router


def database(model):
    """The database of a model. While tests run, its name is that of the test database."""
    connection = connections[router.db_for_write(model)]
    where = connection.settings_dict
    names = {"name": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return {"vendor": connection.vendor, **{name: str(where.get(key) or "") for name, key in names.items()}}


def cache(backend):
    """The cache of the alias SESSION_CACHE_ALIAS, which backend is the object for."""
    config = settings.CACHES[settings.SESSION_CACHE_ALIAS]
    if config.get("KEY_FUNCTION"):
        raise ImproperlyConfigured("Go can't call the KEY_FUNCTION of a cache")
    location = config.get("LOCATION", "")
    if isinstance(location, (list, tuple)):
        location = location[0]
    place = {
        "backend": config["BACKEND"],
        "location": str(location),
        "prefix": backend.key_prefix,
        "version": backend.version,
        "options": {k: v for k, v in config.get("OPTIONS", {}).items() if isinstance(v, str)},
    }
    if hasattr(backend, "cache_model_class"):
        place["database"] = database(backend.cache_model_class)
    return place
