"""Sessions in files: SESSION_ENGINE = "coatcheck_sessions.file"."""

import os
import tempfile

from django.conf import settings

from . import base


class SessionStore(base.SessionStore):
    engine = "file"

    def __init__(self, session_key=None):
        self.storage_path = self._get_storage_path()
        super().__init__(session_key)
        self._ask("open")  # tells at once if there is no such folder

    @classmethod
    def _get_storage_path(cls):
        """Django's tests delete _storage_path when they change the setting."""
        if not hasattr(cls, "_storage_path"):
            cls._storage_path = settings.SESSION_FILE_PATH or tempfile.gettempdir()
        return cls._storage_path

    def _key_to_file(self, session_key=None):
        """The file of a key that Go accepts."""
        session_key = session_key or self.session_key
        self._ask("check_key", key=session_key)
        return os.path.join(self.storage_path, settings.SESSION_COOKIE_NAME + session_key)

    def _settings(self):
        return {**super()._settings(), "folder": str(self.storage_path)}
