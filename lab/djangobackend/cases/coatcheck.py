"""What Coatcheck's engines promise beyond Django's."""

from datetime import timedelta

from django.contrib.sessions.backends.base import UpdateError

from .base import Case


class StrongerCases(Case):
    def test_two_requests_with_different_keys(self):
        """Django keeps what was saved last, and nothing else."""
        first, second = self.saved(a=1), None
        second = self.again(first)
        second["b"] = 2
        first["c"] = 3
        second.save()
        first.save()
        self.assertEqual(dict(self.again(first).items()), {"a": 1, "b": 2, "c": 3})

    def test_cycle_key_does_not_bring_back(self):
        """Django makes a new session of what it has in memory."""
        session = self.saved(a=1)
        session.get("a")
        self.again(session).delete()
        with self.assertRaises(UpdateError):
            session.cycle_key()


class StrongerTimeCases(Case):
    def test_a_save_after_the_end(self):
        """Django writes over a row whose time is over, and so it goes on."""
        session = self.backend()
        session["a"] = 1
        session.set_expiry(timedelta(seconds=-60))
        session.save()
        session.set_expiry(None)
        with self.assertRaises(UpdateError):
            session.save()


class StrongerCookieCases(Case):
    def test_its_own_expiry(self):
        """Django looks at SESSION_COOKIE_AGE only."""
        session = self.backend()
        session["a"] = 1
        session.set_expiry(timedelta(seconds=-60))
        session.save()
        self.assertEqual(self.again(session).load(), {})
