"""Not Django's tests, but something for their runner to run."""

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as Table
from django.contrib.sessions.backends.signed_cookies import SessionStore as Cookie
from django.contrib.sessions.models import Session
from django.test import TestCase


class DatabaseSessionTests(TestCase):
    def test_backend(self):
        self.assertEqual(Table.__module__, "coatcheck_sessions.db")
        self.assertEqual(settings.SESSION_ENGINE, "coatcheck_sessions.db")

    def test_both_sides_see_the_row(self):
        session = Table()
        session["a"] = 1
        session.save()
        self.assertEqual(Session.objects.get(pk=session.session_key).get_decoded(), {"a": 1})

    def test_extra_session_field(self):
        self.fail("as with Django's")

    def test_extra_session_fields(self):
        self.fail("for no known reason")


class DatabaseSessionWithTimeZoneTests(TestCase):
    pass


class CustomDatabaseSessionTests(TestCase):
    pass


class SessionMiddlewareTests(TestCase):
    pass


class CookieSessionTests(TestCase):
    def test_backend(self):
        self.assertEqual(Cookie.__module__, "coatcheck_sessions.signed_cookies")
