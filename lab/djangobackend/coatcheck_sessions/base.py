"""What all engines have in common."""

import json
import logging
from datetime import datetime, timedelta

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.contrib.sessions.exceptions import InvalidSessionKey
from django.core.exceptions import ImproperlyConfigured
from django.core.signing import BadSignature
from django.utils import timezone

from . import gateway

ERRORS = {
    error.__name__: error
    for error in (
        BadSignature,
        ConnectionError,
        CreateError,
        ImproperlyConfigured,
        InvalidSessionKey,
        NotImplementedError,
        UpdateError,
        ValueError,
    )
}
SCALARS = (str, int, float, type(None))
NOT_GIVEN = object()


def dumps(value):
    """The JSON of a value as Django's JSONSerializer writes it."""
    return json.dumps(value, separators=(",", ":"))


def name_of(key):
    """A key as it is after a round trip through JSON: always text."""
    return key if type(key) is str else next(iter(json.loads(json.dumps({key: 0}))))


class SessionStore(SessionBase):
    """A session in Go.

    The object itself has the flags accessed and modified, which belong to a request, and
    the lists, dicts and the like that it has handed out: their owner may change them, and
    Django saves that.
    """

    engine = None  # the last part of Django's SESSION_ENGINE

    def __init__(self, session_key=None):
        super().__init__(session_key)
        self._number = gateway.number(self)
        self._loaded = False
        self._lent = {}  # by name: what was handed out, and its JSON as Go has it

    # The way to Go.

    def _settings(self):
        """Everything that Go must know, as it is now: tests change settings."""
        return {
            "engine": self.engine,
            "class": type(self).__qualname__,
            "secret_keys": [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", [])],
            "hashing": getattr(settings, "DEFAULT_HASHING_ALGORITHM", ""),
            "serializer": settings.SESSION_SERIALIZER,
            "cookie_age": self.get_session_cookie_age(),
            "browser_close": settings.SESSION_EXPIRE_AT_BROWSER_CLOSE,
            "zone": "" if settings.USE_TZ else settings.TIME_ZONE,
            "cookie_name": settings.SESSION_COOKIE_NAME,
        }

    def _ask(self, op, **args):
        answer = gateway.ask(
            {
                "visit": self._number,
                "settings": self._settings(),
                "key": self.session_key or "",
                "op": op,
                "args": args,
            }
        )
        self._session_key = answer["key"] or None
        self._loaded = answer["loaded"]
        if "error" in answer:
            raise ERRORS[answer["error"]](answer["message"])
        return answer["result"]

    def _do(self, op, **args):
        """_ask for what is in the session, of which Go must know the latest."""
        self.accessed = True
        self._settle()
        return self._ask(op, **args)

    def _settle(self):
        """Tells Go of lists and dicts that were changed where they are."""
        for name, (value, text) in self._lent.items():
            now = dumps(value)
            if now != text:
                self._ask("set", name=name, value=now)
                self._lent[name] = value, now

    def _lend(self, name, text):
        """The value of a text. As long as it is what Go has, it is the same object."""
        value, before = self._lent.get(name, (None, None))
        if before == text:
            return value
        value = json.loads(text)
        self._note(name, value, text)
        return value

    def _note(self, name, value, text):
        self._lent.pop(name, None)
        if not isinstance(value, SCALARS):
            self._lent[name] = value, text

    # The dictionary.

    def __contains__(self, key):
        return self._do("has_key", name=name_of(key))

    has_key = __contains__

    def __getitem__(self, key):
        value = self.get(key, NOT_GIVEN)
        if value is NOT_GIVEN:
            raise KeyError(key)
        return value

    def __setitem__(self, key, value):
        self.update({key: value})

    def __delitem__(self, key):
        if not self._do("del", name=name_of(key)):
            raise KeyError(key)
        self._lent.pop(name_of(key), None)
        self.modified = True

    def get(self, key, default=None):
        text = self._do("get", name=name_of(key))
        return default if text is None else self._lend(name_of(key), text)

    def pop(self, key, default=NOT_GIVEN):
        text = self._do("pop", name=name_of(key))
        if text is None:
            if default is NOT_GIVEN:
                raise KeyError(key)
            return default
        value = self._lend(name_of(key), text)
        self._lent.pop(name_of(key), None)
        self.modified = True
        return value

    def setdefault(self, key, value):
        text = dumps(value)
        was = self._do("setdefault", name=name_of(key), value=text)
        if was is not None:
            return self._lend(name_of(key), was)
        self._note(name_of(key), value, text)
        self.modified = True
        return value

    def update(self, dict_):
        values = {name_of(key): (value, dumps(value)) for key, value in dict(dict_).items()}
        self._do("update", pairs=[(name, text) for name, (_, text) in values.items()])
        for name, (value, text) in values.items():
            self._note(name, value, text)
        self.modified = True

    def keys(self):
        return dict.fromkeys(self._do("keys")).keys()

    def items(self):
        return self._get_session().items()

    def values(self):
        return self._get_session().values()

    def clear(self):
        self._do("clear")
        self._lent.clear()
        self.modified = True

    def _get_session(self, no_load=False):
        return {name: self._lend(name, text) for name, text in self._do("items")}

    async def _aget_session(self, no_load=False):
        return await sync_to_async(self._get_session)()

    _session = property(_get_session)

    @property
    def _session_cache(self):
        """What was read and changed; there is none until something needs the session."""
        if not self._loaded:
            raise AttributeError("_session_cache")
        return self._get_session()

    @_session_cache.deleter
    def _session_cache(self):
        self._ask("forget")
        self._lent.clear()

    def set_test_cookie(self):
        self._do("set_test_cookie")
        self.modified = True

    def test_cookie_worked(self):
        return self._do("test_cookie_worked")

    def delete_test_cookie(self):
        if not self._do("delete_test_cookie"):
            raise KeyError(self.TEST_COOKIE_NAME)
        self.modified = True

    def is_empty(self):
        return self._ask("is_empty")

    # Expiry.

    def get_session_cookie_age(self):
        return settings.SESSION_COOKIE_AGE

    def set_expiry(self, value):
        if isinstance(value, timedelta):
            value = timezone.now() + value
        if isinstance(value, datetime):
            value = value.isoformat()
        if self._do("set_expiry", value=dumps(value)):
            self.modified = True

    def _get_expiry(self, modification=None, expiry=NOT_GIVEN):
        if isinstance(expiry, datetime):
            expiry = expiry.isoformat()
        return self._do(
            "get_expiry",
            modification=(modification or timezone.now()).isoformat(),
            value="" if expiry is NOT_GIVEN else dumps(expiry),
        )

    def get_expiry_age(self, **kwargs):
        age = self._get_expiry(**kwargs)["age"]
        return int(age) if age == int(age) else age

    def get_expiry_date(self, **kwargs):
        return datetime.fromisoformat(self._get_expiry(**kwargs)["date"])

    def get_expire_at_browser_close(self):
        return self._do("get_expire_at_browser_close")

    # The store.

    def exists(self, session_key):
        return self._ask("exists", key=session_key or "")

    def load(self):
        return {name: json.loads(text) for name, text in self._ask("load")}

    def create(self):
        self._do("create")
        self.modified = True

    def save(self, must_create=False):
        if self.session_key is None:
            return self.create()
        self._do("save", must_create=must_create)

    def delete(self, session_key=None):
        self._ask("delete", key=session_key or "")

    def flush(self):
        self._ask("flush")
        self._lent.clear()
        self.accessed = self.modified = True

    def cycle_key(self):
        self._do("cycle_key")
        self.modified = True

    @classmethod
    def clear_expired(cls):
        cls()._ask("clear_expired")

    @classmethod
    async def aclear_expired(cls):
        await sync_to_async(cls.clear_expired)()

    # The text in the database.

    def encode(self, session_dict):
        return self._ask("encode", value=dumps(session_dict))

    def decode(self, session_data):
        try:
            return json.loads(self._ask("decode", value=session_data))
        except BadSignature:
            logging.getLogger("django.security.SuspiciousSession").warning("Session data corrupted")
        except ValueError:
            pass  # signed, and yet no session: Django takes it for an empty one
        return {}


def twin(name):
    """The async method beside another."""

    async def method(self, *args, **kwargs):
        return await sync_to_async(getattr(self, name))(*args, **kwargs)

    return method


for name in (
    "get pop setdefault update has_key keys values items set_test_cookie test_cookie_worked delete_test_cookie "
    "get_expiry_age get_expiry_date set_expiry get_expire_at_browser_close flush cycle_key "
    "exists create save delete load"
).split():
    setattr(SessionStore, "a" + name, twin(name))
SessionStore.aset = twin("__setitem__")
