"""Sessions in PostgreSQL that know their desk and person, so that they can be listed, ended and split by desk."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

DESK = "desk"


class SessionStore(DatabaseStore):
    """Django's database session on our own table."""

    @classmethod
    def get_model_class(cls):
        from netdesk.models import Session  # noqa: PLC0415 (Django names this module before models are loaded)

        return Session

    def create_model_instance(self, data):
        """The row for this session, with the desk that sign-in wrote into it and the signed-in person."""
        row = super().create_model_instance(data)
        row.desk = data.get(DESK, "")
        row.user_id = data.get("_auth_user_id")
        return row
