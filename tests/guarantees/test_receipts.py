"""What the obligee did with a certificate, in the contractor's words."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from dsure.reporting import Receipt
from guarantees import disclosing, receipts
from guarantees.models import KeySight
from guarantees.receipts import Told
from tests import stories
from tests.pages import client_of, value_of, words

SEEN_AT = datetime(2026, 12, 1, 1, 5, tzinfo=UTC)  # 10:05 in JST
LATER = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)  # midnight of new year's day in JST
SEEN = "平塚市 契約検査課が12月1日 10時05分に閲覧しました"


def receipt(**changes) -> Receipt:
    nothing = {"acknowledged_at": None, "returned_at": None, "returned_reason": ""}
    return Receipt(**{"first_viewed_at": SEEN_AT, "viewed_by_organisation": "平塚市 契約検査課", **nothing, **changes})


@time_machine.travel("2026-12-20T12:00:00+09:00")
def test_told_says_each_state_in_words():
    unopened = Told(label="未閲覧", tone="", sentences=("発注者はまだ閲覧していません",))
    assert receipts.told(None) == unopened
    assert receipts.told(receipt(first_viewed_at=None, viewed_by_organisation="")) == unopened
    assert receipts.told(receipt()) == Told(label="閲覧済", tone="blue", sentences=(SEEN,))
    assert receipts.told(receipt(acknowledged_at=SEEN_AT)) == Told(
        label="受領", tone="green", sentences=(SEEN, "発注者が12月1日 10時05分に受領しました")
    )
    assert receipts.told(receipt(returned_at=SEEN_AT, returned_reason="工期の相違")) == Told(
        label="返戻",
        tone="red",
        sentences=(SEEN, "発注者が12月1日 10時05分に返戻しました"),
        returned_reason="工期の相違",
    )


@time_machine.travel("2027-01-05T12:00:00+09:00")
def test_moments_carry_the_year_where_it_is_not_this_years():
    assert receipts.moment(SEEN_AT) == "2026年12月1日 10時05分"
    assert receipts.moment(LATER) == "1月1日 0時00分"


@pytest.mark.django_db
def test_what_an_officer_answers_stands_on_both_desks_at_once(contractor, reviewer, approver, officer):
    guarantee = stories.issued(contractor, reviewer, approver)
    key = disclosing.show_key(guarantee=guarantee, where=KeySight.Where.NOTICE, by=contractor.user)
    counter = client_of(officer)
    certificate = counter.post("/d-sure/", {"number": guarantee.number, "key": key})["Location"]

    def press(act: str, **typed: str) -> None:
        counter.get(certificate)
        url = f"{certificate}1/{act}/"
        counter.post(url, {"token": value_of(counter.get(url), "token"), **typed})

    def desks() -> list[str]:
        application = guarantee.requested.application
        return [
            words(client_of(contractor).get(reverse("guarantees:contract", args=[guarantee.public_id]))),
            words(client_of(contractor).get(reverse("guarantees:work", args=[guarantee.work.public_id]))),
            words(client_of(reviewer).get(reverse("guarantees:review", args=[application.public_id]))),
        ]

    for act, typed, told in (
        ("acknowledge", {}, "に受領しました"),
        ("withdraw", {"reason": "誤って操作したため"}, "閲覧済"),
        ("return", {"reason": "工期の相違"}, "返戻の理由 工期の相違"),
    ):
        press(act, **typed)
        assert [told in said for said in desks()] == [True] * 3, told
