"""Where sessions are kept, on a server or in files."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.test import override_settings

from .base import Case

UNKNOWN = "abcdefghijklmnopqrstuvwxyz012345"


class KeyCases(Case):
    """The session_key, wherever sessions are."""

    def test_it_is_read_only(self):
        with self.assertRaises(AttributeError):
            self.backend().session_key = UNKNOWN

    def test_none_at_first(self):
        session = self.backend()
        session["a"] = 1
        self.assertIsNone(session.session_key)

    def test_a_short_one_is_none(self):
        for key in ("", "1", "1234567"):
            self.assertIsNone(self.backend(key).session_key)

    def test_one_of_eight_characters_is_one(self):
        self.assertEqual(self.backend("12345678").session_key, "12345678")

    def test_an_unknown_one_is_an_empty_session(self):
        for key in (UNKNOWN, "../../../../etc/passwd", "a" * 1000, "with blanks and \n", "Zoë's session", UNKNOWN.upper()):
            with self.subTest(key):
                self.assertEqual(self.backend(key).load(), {})
                self.assertEqual(list(self.backend(key).items()), [])


class StoreCases(Case):
    def test_save_makes_a_key(self):
        session = self.saved(a=1)
        self.assertRegex(session.session_key, "^[a-z0-9]{32}$")
        self.assertEqual(self.again(session)["a"], 1)

    def test_keys_differ(self):
        self.assertEqual(len({self.saved(a=1).session_key for _ in range(5)}), 5)

    def test_save_keeps_the_key(self):
        session = self.saved(a=1)
        key = session.session_key
        session["b"] = 2
        session.save()
        self.assertEqual(session.session_key, key)
        self.assertEqual(dict(self.again(session).items()), {"a": 1, "b": 2})

    def test_create(self):
        session = self.backend()
        session["last_login"] = 1376587691
        session.create()
        self.assertTrue(session.modified)
        self.assertEqual(self.again(session)["last_login"], 1376587691)

    def test_create_with_nothing(self):
        session = self.backend()
        session.create()
        self.assertTrue(session.exists(session.session_key))
        self.assertEqual(self.again(session).load(), {})

    def test_save_with_nothing(self):
        session = self.backend()
        session.save()
        self.assertTrue(session.exists(session.session_key))

    def test_nothing_is_stored_without_save(self):
        session = self.saved(a=1)
        again = self.again(session)
        again["a"] = 2
        self.assertEqual(self.again(session)["a"], 1)

    def test_save_does_not_end_what_is_in_memory(self):
        session = self.saved(a=1)
        self.assertEqual(session["a"], 1)
        self.assertEqual(list(session.keys()), ["a"])

    def test_a_removed_value_stays_away(self):
        session = self.again(self.saved(a=1, b=2))
        del session["a"]
        session.save()
        self.assertEqual(dict(self.again(session).items()), {"b": 2})

    def test_an_emptied_session_is_kept(self):
        session = self.again(self.saved(a=1))
        session.clear()
        session.save()
        self.assertTrue(session.exists(session.session_key))
        self.assertEqual(list(self.again(session).items()), [])

    def test_save_without_a_change(self):
        session = self.again(self.saved(a=1))
        session.save()
        self.assertEqual(self.again(session)["a"], 1)

    def test_load(self):
        session = self.saved(a=1, b=[2])
        self.assertEqual(self.again(session).load(), {"a": 1, "b": [2]})

    def test_load_reads_the_store(self):
        session = self.saved(a=1)
        session["a"] = 2
        self.assertEqual(session.load(), {"a": 1})
        self.assertEqual(session["a"], 2)

    def test_exists(self):
        session = self.saved(a=1)
        self.assertTrue(self.backend().exists(session.session_key))
        self.assertFalse(self.backend().exists(UNKNOWN))

    def test_reading_an_unknown_key_makes_nothing(self):
        session = self.backend(UNKNOWN)
        self.assertIsNone(session.get("a"))
        self.assertIsNone(session.session_key)
        self.assertFalse(session.exists(UNKNOWN))

    def test_an_unknown_key_is_not_taken_over(self):
        session = self.backend(UNKNOWN)
        session["a"] = 1
        session.save()
        self.assertNotEqual(session.session_key, UNKNOWN)
        self.assertFalse(session.exists(UNKNOWN))

    def test_delete(self):
        session = self.saved(a=1)
        session.delete()
        self.assertFalse(session.exists(session.session_key))
        self.assertEqual(self.again(session).load(), {})

    def test_delete_another(self):
        session, other = self.saved(a=1), self.saved(b=2)
        session.delete(other.session_key)
        self.assertFalse(session.exists(other.session_key))
        self.assertEqual(self.again(session)["a"], 1)

    def test_delete_what_is_not_there(self):
        self.backend().delete()
        self.backend().delete(UNKNOWN)
        session = self.saved(a=1)
        session.delete()
        session.delete()

    def test_delete_without_reading(self):
        session = self.saved(a=1)
        self.again(session).delete()
        self.assertFalse(session.exists(session.session_key))

    def test_a_deleted_session_is_not_brought_back(self):
        session = self.saved(a=1)
        self.again(session).delete()
        session["a"] = 2
        with self.assertRaises(UpdateError):
            session.save()
        self.assertFalse(session.exists(session.session_key))
        self.assertEqual(session.load(), {})

    def test_a_deleted_session_is_not_brought_back_without_a_change(self):
        session = self.again(self.saved(a=1))
        session.get("a")
        self.again(session).delete()
        with self.assertRaises(UpdateError):
            session.save()

    def test_must_create(self):
        session = self.saved(a=1)
        second = self.backend(session.session_key)
        with self.assertRaises(CreateError):
            second.save(must_create=True)
        self.assertEqual(self.again(session)["a"], 1)

    def test_must_create_a_new_one(self):
        session = self.backend()
        session["a"] = 1
        session.save(must_create=True)
        self.assertEqual(self.again(session)["a"], 1)

    def test_flush(self):
        session = self.saved(a=1)
        key = session.session_key
        self.reset(session)
        session.flush()
        self.assertFlags(session, True, True)
        self.assertIsNone(session.session_key)
        self.assertTrue(session.is_empty())
        self.assertEqual(list(session.items()), [])
        self.assertFalse(session.exists(key))

    def test_flush_without_reading(self):
        session = self.saved(a=1)
        again = self.again(session)
        again.flush()
        self.assertFalse(session.exists(session.session_key))

    def test_flush_of_a_new_one(self):
        session = self.backend()
        session["a"] = 1
        session.flush()
        self.assertTrue(session.is_empty())

    def test_after_flush_it_is_another_session(self):
        session = self.saved(a=1)
        key = session.session_key
        session.flush()
        session["b"] = 2
        session.save()
        self.assertNotEqual(session.session_key, key)
        self.assertEqual(dict(self.again(session).items()), {"b": 2})

    def test_cycle_key(self):
        session = self.saved(a=1, b=[2])
        key = session.session_key
        self.reset(session)
        session.cycle_key()
        self.assertTrue(session.modified)
        self.assertRegex(session.session_key, "^[a-z0-9]{32}$")
        self.assertNotEqual(session.session_key, key)
        self.assertFalse(session.exists(key))
        self.assertEqual(dict(self.again(session).items()), {"a": 1, "b": [2]})

    def test_cycle_key_without_reading(self):
        session = self.again(self.saved(a=1))
        key = session.session_key
        session.cycle_key()
        self.assertEqual(session["a"], 1)
        self.assertFalse(session.exists(key))

    def test_cycle_key_of_a_new_one(self):
        session = self.backend()
        session["a"] = 1
        session.cycle_key()
        self.assertEqual(self.again(session)["a"], 1)

    def test_cycle_key_keeps_what_was_changed(self):
        session = self.again(self.saved(a=1))
        session["b"] = 2
        session.cycle_key()
        self.assertEqual(dict(self.again(session).items()), {"a": 1, "b": 2})

    def test_cycle_key_keeps_the_expiry(self):
        session = self.backend()
        session["a"] = 1
        session.set_expiry(100)
        session.save()
        session.cycle_key()
        self.assertEqual(self.again(session).get_expiry_age(), 100)

    def test_save_after_cycle_key(self):
        session = self.saved(a=1)
        session.cycle_key()
        session["b"] = 2
        session.save()
        self.assertEqual(dict(self.again(session).items()), {"a": 1, "b": 2})

    def test_what_both_have_read(self):
        first = self.saved(a=1)
        second = self.again(first)
        second["b"] = 2
        second.save()
        self.assertEqual(self.again(first)["b"], 2)

    def test_clear_expired_leaves_the_live_ones(self):
        session = self.saved(a=1)
        self.backend().clear_expired()
        self.assertEqual(self.again(session)["a"], 1)

    def test_cookie_age_of_now_counts(self):
        with override_settings(SESSION_COOKIE_AGE=3600):
            session = self.saved(a=1)
            self.assertEqual(self.again(session)["a"], 1)


class SharedCases(Case):
    """What one side writes the other reads, whichever that is."""

    def test_django_reads_it(self):
        session = self.saved(a=1.0, b=["zoë", None])
        self.assertEqual(dict(self.django_backend(session.session_key).items()), {"a": 1.0, "b": ["zoë", None]})

    def test_django_wrote_it(self):
        theirs = self.django_backend()
        theirs.update({"a": 1.0, "b": ["zoë", None]})
        theirs.save()
        self.assertEqual(dict(self.backend(theirs.session_key).items()), {"a": 1.0, "b": ["zoë", None]})

    def test_expiry(self):
        session = self.backend()
        session["a"] = 1
        for value in (100, 0, None):
            session.set_expiry(value)
            session.save()
            theirs = self.django_backend(session.session_key)
            self.assertEqual(theirs.get_expiry_age(), value or self.age())
            self.assertEqual(theirs.get_expire_at_browser_close(), value == 0)
            theirs["b"] = value
            theirs.save()
            session = self.backend(theirs.session_key)
            self.assertEqual(session.get_expiry_age(), value or self.age())
            self.assertEqual(session.get_expire_at_browser_close(), value == 0)

    def test_own_keys_of_django(self):
        message = '[["__json_message", 0, 20, "hello"]]'
        session = self.saved(_messages=message, _csrftoken="x" * 32, _language="de")
        theirs = self.django_backend(session.session_key)
        self.assertEqual(dict(theirs.items()), {"_messages": message, "_csrftoken": "x" * 32, "_language": "de"})
        self.assertEqual(dict(self.backend(session.session_key).items()), dict(theirs.items()))

    def test_signed_text(self):
        data = {"a": [1, {"b": "zoë"}]}
        self.assertEqual(self.django_backend().decode(self.backend().encode(data)), data)
        self.assertEqual(self.backend().decode(self.django_backend().encode(data)), data)


class TextCases(Case):
    """encode and decode, as the model Session calls them."""

    def setUp(self):
        super().setUp()
        self.session = self.backend()

    def test_round_trip(self):
        for data in ({}, {"a": 1}, {"long": "abc" * 1000, "zoë": [None, True, 1.0]}):
            text = self.session.encode(data)
            self.assertTrue(text.isascii())
            self.assertEqual(self.session.decode(text), data)

    def test_long_text_is_compressed(self):
        self.assertLess(len(self.session.encode({"a": "b" * 5000})), 500)

    def test_what_is_not_signed(self):
        text = self.session.encode({"a": 1})
        self.assertEqual(self.session.decode(""), {})
        for bad in ("x", "a:b:c", text[:-1], text + "x", "A" + text[1:], text.replace(":", ".")):
            with self.subTest(bad), self.assertLogs("django.security.SuspiciousSession", "WARNING"):
                self.assertEqual(self.session.decode(bad), {})

    def test_another_secret_key(self):
        text = self.session.encode({"a": 1})
        with override_settings(SECRET_KEY="another"), self.assertLogs("django.security.SuspiciousSession", "WARNING"):
            self.assertEqual(self.session.decode(text), {})


class FallbackCases(Case):
    """SECRET_KEY_FALLBACKS, which Django has since 4.1."""

    def test_text_of_before(self):
        session = self.backend()
        text = session.encode({"a": 1})
        with override_settings(SECRET_KEY="a newer key", SECRET_KEY_FALLBACKS=["x", settings.SECRET_KEY]):
            self.assertEqual(session.decode(text), {"a": 1})

    def test_session_of_before(self):
        session = self.saved(a=1)
        with override_settings(SECRET_KEY="a newer key", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
            again = self.again(session)
            self.assertEqual(again["a"], 1)
            again["b"] = 2
            again.save()
        with override_settings(SECRET_KEY="a newer key"):
            self.assertEqual(self.again(again)["b"], 2)


class TableCases(Case):
    """With db and cached_db a session is a row, and a model."""

    def row(self, session):
        from django.contrib.sessions.models import Session

        return Session.objects.get(pk=session.session_key)

    def test_the_model(self):
        session = self.saved(a=1, b="zoë")
        row = self.row(session)
        self.assertEqual(row.get_decoded(), {"a": 1, "b": "zoë"})
        self.assertEqual(str(row), session.session_key)

    def left(self, session):
        return (self.row(session).expire_date - self.now()).total_seconds()

    def test_expire_date(self):
        session = self.saved(a=1)
        self.assertAlmostEqual(self.left(session), self.age(), delta=30)
        session.set_expiry(500)
        session.save()
        self.assertAlmostEqual(self.left(session), 500, delta=30)

    def test_expire_date_of_the_setting(self):
        with override_settings(SESSION_COOKIE_AGE=900):
            self.assertAlmostEqual(self.left(self.saved(a=1)), 900, delta=30)

    def test_a_deleted_row(self):
        session = self.saved(a=1)
        self.row(session).delete()
        session["a"] = 2
        with self.assertRaises(UpdateError):
            session.save()


class UncachedTableCases(TableCases):
    """With db a row counts at once."""

    def test_a_deleted_row_is_gone(self):
        session = self.saved(a=1)
        self.row(session).delete()
        self.assertFalse(session.exists(session.session_key))
        self.assertEqual(self.again(session).load(), {})

    def test_an_old_row_is_ended(self):
        session = self.saved(a=1)
        row = self.row(session)
        row.expire_date = self.now() - timedelta(seconds=1)
        row.save()
        self.assertEqual(self.again(session).load(), {})
        self.backend().clear_expired()
        self.assertEqual(type(row).objects.filter(pk=session.session_key).count(), 0)


class FileCases(Case):
    def test_name_and_content(self):
        session = self.saved(a=1)
        path = settings.SESSION_FILE_PATH + "/" + settings.SESSION_COOKIE_NAME + session.session_key
        with open(path) as file:
            self.assertEqual(self.backend().decode(file.read()), {"a": 1})

    def test_cookie_name(self):
        session = self.saved(a=1)
        with override_settings(SESSION_COOKIE_NAME="another"):
            self.assertEqual(self.again(session).load(), {})
            other = self.saved(b=2)
        self.assertEqual(self.again(other).load(), {})

    def test_an_empty_file_is_an_empty_session(self):
        session = self.saved(a=1)
        open(settings.SESSION_FILE_PATH + "/" + settings.SESSION_COOKIE_NAME + session.session_key, "w").close()
        self.assertEqual(list(self.again(session).items()), [])


class CacheCases(Case):
    """With cache and cached_db a session is an entry of SESSION_CACHE_ALIAS."""

    def test_the_entry(self):
        from django.core.cache import caches

        session = self.saved(a=[1])
        self.assertIsNotNone(caches[settings.SESSION_CACHE_ALIAS].get(session.cache_key))
        session.delete()
        self.assertIsNone(caches[settings.SESSION_CACHE_ALIAS].get(session.cache_key))

    def test_another_cache(self):
        session = self.saved(a=1)
        other = "files" if settings.SESSION_CACHE_ALIAS != "files" else "table"
        with override_settings(SESSION_CACHE_ALIAS=other):
            self.assertEqual(self.again(session).load(), self.without_its_entry({"a": 1}))

    def without_its_entry(self, values):
        """What is left of a session that isn't in the cache: all of it, if it is in a table."""
        return values if self.engine.endswith("cached_db") else {}
