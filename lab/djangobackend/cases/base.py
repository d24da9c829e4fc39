"""What all cases have."""

import importlib

from django.conf import settings
from django.test import override_settings
from django.utils import timezone


class Case:
    """A test of one engine. test_sessions.py sets the attributes."""

    engine = None  # the module, such as "coatcheck_sessions.db"
    django_engine = None  # Django's own module of the same engine
    kept = True  # sessions are in a store, and not in the cookie
    settings = {}

    def setUp(self):
        changed = override_settings(SESSION_ENGINE=self.engine, **self.settings)
        changed.enable()
        self.addCleanup(changed.disable)

    @classmethod
    def backend(cls, key=None):
        return importlib.import_module(cls.engine).SessionStore(key)

    @classmethod
    def django_backend(cls, key=None):
        return importlib.import_module(cls.django_engine).SessionStore(key)

    def saved(self, **values):
        """A saved session with these values."""
        store = self.backend()
        store.update(values)
        store.save()
        return store

    def again(self, store):
        """The same session, read by another object."""
        return self.backend(store.session_key)

    def reset(self, store):
        store.accessed = store.modified = False

    def assertFlags(self, store, accessed, modified):
        self.assertEqual((store.accessed, store.modified), (accessed, modified))

    def now(self):
        return timezone.now()

    def age(self):
        return settings.SESSION_COOKIE_AGE
