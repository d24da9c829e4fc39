"""signed_cookies: the session is in the cookie."""

import time
from unittest import mock

from django.conf import settings
from django.core import signing
from django.test import override_settings

from .base import Case

SALT = "django.contrib.sessions.backends.signed_cookies"


class CookieCases(Case):
    def test_the_key_is_the_session(self):
        session = self.saved(a=1)
        self.assertEqual(signing.loads(session.session_key, salt=SALT), {"a": 1})

    def test_save_changes_the_key(self):
        session = self.saved(a=1)
        key = session.session_key
        session["a"] = 2
        session.save()
        self.assertNotEqual(session.session_key, key)
        self.assertEqual(self.again(session)["a"], 2)

    def test_save_marks_it(self):
        session = self.again(self.saved(a=1))
        session.save()
        self.assertTrue(session.modified)

    def test_create_marks_it(self):
        session = self.backend()
        session.create()
        self.assertTrue(session.modified)

    def test_nothing_exists_elsewhere(self):
        session = self.saved(a=1)
        self.assertFalse(session.exists(session.session_key))

    def test_an_old_cookie_is_good_after_delete(self):
        session = self.saved(a=1)
        key = session.session_key
        session.delete()
        self.assertIsNone(session.session_key)
        self.assertEqual(list(session.items()), [])
        self.assertTrue(session.modified)
        self.assertEqual(self.backend(key)["a"], 1)

    def test_cycle_key_keeps_the_data(self):
        session = self.saved(a=1)
        session.cycle_key()
        self.assertEqual(self.again(session)["a"], 1)

    def test_flush(self):
        session = self.saved(a=1)
        session.flush()
        self.assertIsNone(session.session_key)
        self.assertTrue(session.is_empty())

    def test_a_changed_cookie(self):
        key = self.saved(a=1).session_key
        for bad in (key[:-1], key + "x", "x" + key[1:], key.replace(":", ".")):
            with self.subTest(bad):
                session = self.backend(bad)
                self.assertNotIn("a", session)

    def test_of_another_secret_key(self):
        key = self.saved(a=1).session_key
        with override_settings(SECRET_KEY="another"):
            self.assertEqual(self.backend(key).load(), {})

    def signed(self, seconds):
        """A cookie that is so old."""
        then = time.time() - seconds
        with mock.patch("time.time", lambda: then):
            return signing.dumps({"a": 1}, salt=SALT)

    def test_its_age(self):
        self.assertEqual(self.backend(self.signed(0)).load(), {"a": 1})
        self.assertEqual(self.backend(self.signed(settings.SESSION_COOKIE_AGE - 60)).load(), {"a": 1})
        self.assertEqual(self.backend(self.signed(settings.SESSION_COOKIE_AGE + 60)).load(), {})

    def test_its_age_by_the_setting(self):
        with override_settings(SESSION_COOKIE_AGE=100):
            self.assertEqual(self.backend(self.signed(200)).load(), {})
            self.assertEqual(self.backend(self.signed(50)).load(), {"a": 1})

    def test_what_is_no_session(self):
        self.assertEqual(self.backend(signing.dumps("text", salt="another")).load(), {})

    def test_clear_expired_does_nothing(self):
        self.backend().clear_expired()
