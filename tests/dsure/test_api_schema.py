"""Whatever the schema allows, and some that it does not, is answered as the schema says (schemathesis, by WSGI in this process)."""

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from dsure import connecting, viewing
from dsure.api import urls as api
from tests.dsure.test_api import ALL

pytestmark = pytest.mark.django_db
OPERATIONS = [(path, method.upper()) for path, methods in api.schema()["paths"].items() for method in methods]
# Valid by its shape is not yet right: a key has a check character (422), and a return says why (409).
NOT_SAID_BY_A_SCHEMA = {"positive_data_acceptance"}


@pytest.fixture
def token(administrator, hand_in, monkeypatch) -> str:
    """A token of an organisation with one registered certificate; its misses are not throttled here."""
    handed = hand_in()
    viewing.look_up(by=administrator, number_text=handed.number, key_text=handed.key)
    monkeypatch.setattr("netdesk.throttling.begin", lambda subject: None)
    return connecting.make(name="schemathesis", scopes=ALL, ends_on=None, by=administrator)[1]


@pytest.fixture(autouse=True)
def _one_connection():
    """The application is called in this thread and inside the test's transaction: no request may close the connection."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_the_api_answers_as_its_schema_says(token, path, method, mode):
    load_all_checks()
    checks = [check for name, check in CHECKS._items.items() if name not in NOT_SAID_BY_A_SCHEMA]
    schema = schemathesis.openapi.from_dict(api.schema())
    schema.app = get_wsgi_application()
    operation = schema[path][method]

    @settings(
        max_examples=12,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def call(case):
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=checks)

    call()
