"""Sessions in cookies: SESSION_ENGINE = "coatcheck_sessions.signed_cookies".

The session_key is the cookie, and so saving changes it.
"""

from . import base


class SessionStore(base.SessionStore):
    engine = "signed_cookies"

    def create(self):
        self.modified = True

    def save(self, must_create=False):
        self._settle()
        self._ask("save")
        self.accessed = self.modified = True

    def exists(self, session_key=None):
        return super().exists(session_key)

    def delete(self, session_key=None):
        self.flush()

    def cycle_key(self):
        self.save()
