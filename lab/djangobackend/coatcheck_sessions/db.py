"""Sessions in a table: SESSION_ENGINE = "coatcheck_sessions.db"."""

from . import base, places


class SessionStore(base.SessionStore):
    engine = "db"

    @classmethod
    def get_model_class(cls):
        # Here, since models can be imported only once the applications are ready.
        from django.contrib.sessions.models import Session

        return Session

    @property
    def model(self):
        return self.get_model_class()

    def _settings(self):
        model = self.model
        return {**super()._settings(), "table": model._meta.db_table, "database": places.database(model)}
