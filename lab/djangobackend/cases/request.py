"""The middleware, which saves and sends cookies."""

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from .base import Case


class RequestBase(Case):
    def visit(self, act=lambda session: None, key=None, status=200):
        """What a view answers that does this with its session."""

        def view(request):
            act(request.session)
            return HttpResponse("", status=status)

        request = RequestFactory().get("/")
        if key:
            request.COOKIES[settings.SESSION_COOKIE_NAME] = key
        response = SessionMiddleware(view)(request)
        return response, response.cookies.get(settings.SESSION_COOKIE_NAME)

    def set_a(self, session):
        session["a"] = 1

    def check_unsaved(self, status):
        key = self.saved(a=1).session_key
        _, cookie = self.visit(lambda s: s.__setitem__("a", 2), key, status)
        self.assertIsNone(cookie)
        self.assertEqual(self.backend(key)["a"], 1)


class RequestCases(RequestBase):
    def test_untouched(self):
        response, cookie = self.visit()
        self.assertIsNone(cookie)
        self.assertNotIn("Vary", response)

    def test_read(self):
        response, cookie = self.visit(lambda s: s.get("a"), self.saved(a=1).session_key)
        self.assertIsNone(cookie)
        self.assertEqual(response["Vary"], "Cookie")

    def test_set(self):
        response, cookie = self.visit(self.set_a)
        self.assertEqual(self.backend(cookie.value)["a"], 1)
        self.assertEqual(cookie["max-age"], self.age())
        self.assertEqual(response["Vary"], "Cookie")

    def test_set_in_one_that_is_there(self):
        key = self.saved(a=1, b=2).session_key
        _, cookie = self.visit(lambda s: s.__setitem__("a", 3), key)
        self.assertEqual(dict(self.backend(cookie.value).items()), {"a": 3, "b": 2})

    def test_until_the_browser_closes(self):
        for act, more in ((lambda s: s.set_expiry(0), {}), (self.set_a, {"SESSION_EXPIRE_AT_BROWSER_CLOSE": True})):
            with override_settings(**more):
                _, cookie = self.visit(act)
                self.assertEqual(cookie["max-age"], "")

    def test_for_so_many_seconds(self):
        _, cookie = self.visit(lambda s: s.set_expiry(300))
        self.assertEqual(cookie["max-age"], 300)

    def test_nothing_is_saved_on_an_error(self):
        self.check_unsaved(500)

    def test_flush_removes_the_cookie(self):
        response, cookie = self.visit(lambda s: s.flush(), self.saved(a=1).session_key)
        self.assertEqual(cookie.value, "")
        self.assertEqual(cookie["max-age"], 0)
        self.assertEqual(response["Vary"], "Cookie")

    def test_flush_without_a_cookie(self):
        _, cookie = self.visit(lambda s: s.flush())
        self.assertIsNone(cookie)

    def test_save_every_request(self):
        key = self.saved(a=1).session_key
        with override_settings(SESSION_SAVE_EVERY_REQUEST=True):
            _, cookie = self.visit(key=key)
            self.assertEqual(self.backend(cookie.value)["a"], 1)

    def test_a_list_that_was_changed(self):
        key = self.saved(a=[1]).session_key

        def act(session):
            session["a"].append(2)
            session.modified = True

        _, cookie = self.visit(act, key)
        self.assertEqual(self.backend(cookie.value)["a"], [1, 2])


class ServerErrorCases(RequestBase):
    """Django 3.2 knows of status 500 alone."""

    def test_nothing_is_saved_on_another_error(self):
        self.check_unsaved(503)


class InterruptedCases(RequestBase):
    """Where a session can end while a request is under way."""

    def test_one_that_ends_meanwhile(self):
        key = self.saved(a=1).session_key

        def act(session):
            session["a"] = 2
            self.backend(key).delete()

        with self.assertRaises(Exception) as raised:
            self.visit(act, key)
        self.assertEqual(type(raised.exception).__name__, "SessionInterrupted")
        self.assertFalse(self.backend().exists(key))
