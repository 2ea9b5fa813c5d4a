"""The cast, with rivals: who they are in the tests is who they are in the demo world."""

import os
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from dsure.models import Officer
from guarantees.models import ContractorMember, StaffMember
from netdesk import sealing
from netdesk.models import User

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the browser tests' thread


@pytest.fixture(scope="session", autouse=True)
def _seals():
    sealing.make_authority(settings.SEAL_FOLDER)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The test database; at its end without the sessions of the worker's threads, which live on and would not let it be dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _clock(request) -> Iterator[None]:
    """It is a Friday morning of Reiwa 8, and time goes on; a browser has a clock of its own, which must agree."""
    if "browser" in request.path.parts:
        yield
        return
    with time_machine.travel(datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo")), tick=True):
        yield


@pytest.fixture
def cast(db) -> None:
    """Branches, obligees with their terms, and everybody who can sign in; no application yet."""
    call_command("load_masters")
    call_command("load_demo", "--people-only")


def _member(username: str) -> ContractorMember:
    return ContractorMember.objects.select_related("user", "contractor").get(user__username=username)


def _staff(username: str) -> StaffMember:
    return StaffMember.objects.select_related("user", "branch").get(user__username=username)


def _officer(username: str) -> Officer:
    return Officer.objects.select_related("user", "obligee", "department").get(user__username=username)


@pytest.fixture
def contractor(cast) -> ContractorMember:
    return _member("contractor")


@pytest.fixture
def rival_contractor(cast) -> ContractorMember:
    return _member("rival-contractor")


@pytest.fixture
def reviewer(cast) -> StaffMember:
    return _staff("reviewer")


@pytest.fixture
def approver(cast) -> StaffMember:
    return _staff("approver")


@pytest.fixture
def nagano_approver(cast) -> StaffMember:
    return _staff("nagano-approver")


@pytest.fixture
def head_approver(cast) -> StaffMember:
    return _staff("head-approver")


@pytest.fixture
def officer(cast) -> Officer:
    return _officer("officer")


@pytest.fixture
def rival_officer(cast) -> Officer:
    return _officer("rival-officer")


@pytest.fixture
def operator(cast) -> User:
    return User.objects.get(username="operator")
