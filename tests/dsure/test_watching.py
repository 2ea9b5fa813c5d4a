"""What the operator watches: counts and accounts, and never a number."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from dsure import watching
from dsure.models import Failure, Officer
from tests.dsure.test_registering import stop
from tests.pages import client_of, words

pytestmark = pytest.mark.django_db

NUMBER = "14081-00099M"
ALERTS = "/d-sure/operator/alerts/"


def fail(officer: Officer, times: int, at: datetime | None = None, number: str = NUMBER) -> None:
    row = {"number": number, "obligee": officer.obligee, "failed_by": officer.user}
    Failure.objects.bulk_create(Failure(failed_at=at or timezone.now(), **row) for _ in range(times))


def test_a_quiet_day_tells_nothing(operator, officer):
    fail(officer, watching.MANY_IN_A_DAY - 1)
    found = watching.alerts(timezone.now())
    assert (found.count, found.hour.failures, found.hour.is_unusual) == (0, 29, False)
    text = words(client_of(operator).get(ALERTS))
    for said in (
        "照会を停止している利用者はいません。",
        "該当する発注者はありません。",
        "該当する保証契約はありません。",
    ):
        assert said in text
    assert "確認が必要なことが" not in words(client_of(operator).get("/d-sure/operator/"))


def test_stopped_accounts_and_failing_organisations_are_told(operator, officer, colleague, rival_officer):
    stop(officer)
    yesterday = timezone.now() - timedelta(hours=25)
    fail(officer, 20)
    fail(colleague, 10, number="14081-00098M")
    fail(rival_officer, 40, at=yesterday, number="14081-00097M")
    found = watching.alerts(timezone.now())
    assert found.stopped == [officer]
    assert [(row["obligee__name"], row["failures"], row["accounts"]) for row in found.organisations] == [
        ("平塚市", 30, 2)
    ]
    assert (found.spread, found.count) == ([], 2)
    text = words(client_of(operator).get(ALERTS))
    for said in ("照会を停止している利用者（1名）", "平塚 花子", "30件", "2名"):
        assert said in text
    assert "確認が必要なことが2件あります" in words(client_of(operator).get("/d-sure/operator/"))


def test_one_guarantee_tried_by_several_organisations_is_told_without_its_number(operator, officer, rival_officer):
    fail(officer, 12)
    fail(rival_officer, 8)
    fail(officer, 20, number="14081-00098M")
    (spread,) = watching.alerts(timezone.now()).spread
    assert (spread["failures"], spread["accounts"], spread["organisations"]) == (20, 2, ["平塚市", "柏市"])
    assert "number" not in spread
    text = words(client_of(operator).get(ALERTS))
    assert ("平塚市、柏市" in text, "14081" in text) == (True, False)


def test_an_hour_far_above_the_usual_is_told(operator, officer):
    now = timezone.now()
    fail(officer, 24 * 7 * 4, at=now - timedelta(days=3))  # four in a usual hour
    fail(officer, 49, at=now - timedelta(minutes=30))
    assert watching.alerts(now).hour == watching.Hour(failures=49, usual=4.0)
    assert not watching.alerts(now).hour.is_unusual
    fail(officer, 1, at=now - timedelta(minutes=30))
    assert watching.alerts(now).hour.is_unusual
    assert "直近1時間：50件（この1週間の1時間平均：4.0件）" in words(client_of(operator).get(ALERTS))
