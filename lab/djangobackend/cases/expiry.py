"""When a session ends."""

from datetime import datetime, timedelta, timezone

from django.test import override_settings

from .base import Case


class ExpiryCases(Case):
    def setUp(self):
        super().setUp()
        self.session = self.backend()

    def assertNear(self, got, want):
        """Some seconds may pass while a test runs."""
        self.assertTrue(want - 30 <= got <= want, "%s, want %s" % (got, want))

    def test_default(self):
        self.assertEqual(self.session.get_expiry_age(), self.age())
        self.assertEqual(self.session.get_session_cookie_age(), self.age())

    def test_default_date(self):
        left = self.session.get_expiry_date() - self.now()
        self.assertNear(left.total_seconds(), self.age())

    def test_default_date_after_a_modification(self):
        then = self.now() - timedelta(days=1)
        self.assertEqual(self.session.get_expiry_date(modification=then), then + timedelta(seconds=self.age()))

    def test_default_follows_the_setting(self):
        with override_settings(SESSION_COOKIE_AGE=77):
            self.assertEqual(self.session.get_expiry_age(), 77)
        self.assertEqual(self.session.get_expiry_age(), self.age())

    def test_seconds(self):
        self.session.set_expiry(100)
        then = self.now()
        self.assertEqual(self.session.get_expiry_age(), 100)
        self.assertEqual(self.session.get_expiry_age(modification=then), 100)
        self.assertEqual(self.session.get_expiry_date(modification=then), then + timedelta(seconds=100))
        self.assertFalse(self.session.get_expire_at_browser_close())

    def test_more_seconds_than_the_setting(self):
        self.session.set_expiry(self.age() * 2)
        self.assertEqual(self.session.get_expiry_age(), self.age() * 2)

    def test_zero(self):
        self.session.set_expiry(0)
        self.assertTrue(self.session.get_expire_at_browser_close())
        self.assertEqual(self.session.get_expiry_age(), self.age())

    def test_none_goes_back_to_the_setting(self):
        for value in (0, 100):
            self.session.set_expiry(value)
            self.session.set_expiry(None)
            self.assertEqual(self.session.get_expiry_age(), self.age())
            self.assertFalse(self.session.get_expire_at_browser_close())

    def test_none_where_nothing_was_set(self):
        self.session.set_expiry(None)
        self.assertFalse(self.session.modified)

    def test_timedelta(self):
        self.session.set_expiry(timedelta(hours=1))
        self.assertNear(self.session.get_expiry_age(), 3600)
        self.assertFalse(self.session.get_expire_at_browser_close())

    def test_datetime(self):
        then = self.now() + timedelta(hours=1, microseconds=5)
        self.session.set_expiry(then)
        self.assertEqual(self.session.get_expiry_date(), then)
        self.assertEqual(self.session.get_expiry_age(modification=then - timedelta(seconds=9)), 9)

    def test_datetime_of_another_zone(self):
        then = datetime(2100, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=5, minutes=30)))
        self.session.set_expiry(then)
        self.assertEqual(self.session.get_expiry_date(), then)

    def test_age_is_of_whole_seconds(self):
        then = self.now()
        self.session.set_expiry(then + timedelta(seconds=9, microseconds=999999))
        self.assertEqual(self.session.get_expiry_age(modification=then), 9)

    def test_argument_expiry(self):
        self.session.set_expiry(5)
        then = self.now()
        for expiry, seconds in ((100, 100), (None, self.age()), (0, self.age()), (then + timedelta(seconds=50), 50)):
            with self.subTest(expiry):
                self.assertEqual(self.session.get_expiry_age(modification=then, expiry=expiry), seconds)
                date = self.session.get_expiry_date(modification=then, expiry=expiry)
                self.assertEqual(date, then + timedelta(seconds=seconds))

    def test_browser_close_follows_the_setting(self):
        self.assertFalse(self.session.get_expire_at_browser_close())
        with override_settings(SESSION_EXPIRE_AT_BROWSER_CLOSE=True):
            self.assertTrue(self.session.get_expire_at_browser_close())

    def test_its_own_expiry_goes_before_the_setting(self):
        with override_settings(SESSION_EXPIRE_AT_BROWSER_CLOSE=True):
            self.session.set_expiry(100)
            self.assertFalse(self.session.get_expire_at_browser_close())
            self.session.set_expiry(0)
            self.assertTrue(self.session.get_expire_at_browser_close())
        self.assertTrue(self.session.get_expire_at_browser_close())

    def test_clear_removes_it(self):
        self.session.set_expiry(100)
        self.session.clear()
        self.assertEqual(self.session.get_expiry_age(), self.age())

    def test_flush_removes_it(self):
        self.session.set_expiry(0)
        self.session.flush()
        self.assertFalse(self.session.get_expire_at_browser_close())

    def test_seconds_are_kept(self):
        self.session.set_expiry(100)
        self.session.save()
        again = self.again(self.session)
        self.assertEqual(again.get_expiry_age(), 100)
        again["a"] = 1
        again.save()
        self.assertEqual(self.again(again).get_expiry_age(), 100)

    def test_zero_is_kept(self):
        self.session.set_expiry(0)
        self.session.save()
        again = self.again(self.session)
        self.assertTrue(again.get_expire_at_browser_close())
        self.assertEqual(again.get_expiry_age(), self.age())

    def test_none_is_kept(self):
        self.session.set_expiry(100)
        self.session.save()
        again = self.again(self.session)
        again.set_expiry(None)
        again.save()
        self.assertEqual(self.again(again).get_expiry_age(), self.age())

    def test_none_of_its_own(self):
        self.session["a"] = 1
        self.session.save()
        again = self.again(self.session)
        self.assertEqual(again.get_expiry_age(), self.age())
        self.assertFalse(again.get_expire_at_browser_close())
        with override_settings(SESSION_EXPIRE_AT_BROWSER_CLOSE=True):
            self.assertTrue(self.again(self.session).get_expire_at_browser_close())


class TimeKeptCases(Case):
    """A time is kept: with Django 4.1 and newer, as text."""

    def setUp(self):
        super().setUp()
        self.session = self.backend()
        self.session["a"] = 1
        # Django's clear_expired fails on files with times of before USE_TZ was changed.
        self.addCleanup(lambda: self.session.delete())

    def test_datetime_is_kept(self):
        then = self.now() + timedelta(days=1)
        self.session.set_expiry(then)
        self.session.save()
        self.assertEqual(self.again(self.session).get_expiry_date(), then)

    def test_timedelta_is_kept(self):
        self.session.set_expiry(timedelta(minutes=5))
        date = self.session.get_expiry_date()
        self.session.save()
        again = self.again(self.session)
        self.assertEqual(again.get_expiry_date(), date)
        again["b"] = 1
        again.save()
        self.assertEqual(self.again(again).get_expiry_date(), date)

    def test_later_than_the_setting(self):
        self.session.set_expiry(timedelta(seconds=3 * self.age()))
        self.session.save()
        self.assertEqual(self.again(self.session)["a"], 1)


class NaiveCases(TimeKeptCases):
    """USE_TZ = False."""

    settings = {"USE_TZ": False}

    def test_dates_have_no_zone(self):
        self.assertIsNone(self.session.get_expiry_date().tzinfo)
        self.session.set_expiry(timedelta(hours=1))
        self.assertIsNone(self.session.get_expiry_date().tzinfo)


class PastCases(Case):
    """One that has ended is as if it had never been; Django's cookies don't know that."""

    def ended(self):
        session = self.backend()
        session["a"] = 1
        session.set_expiry(timedelta(seconds=-60))
        session.save()
        return session.session_key

    def test_it_is_not_found(self):
        key = self.ended()
        session = self.backend(key)
        self.assertNotIn("a", session)
        self.assertNotEqual(session.session_key, key)

    def test_clear_expired(self):
        key, live = self.ended(), self.saved(b=2)
        self.backend().clear_expired()
        self.assertFalse(self.backend().exists(key))
        self.assertEqual(self.again(live)["b"], 2)
