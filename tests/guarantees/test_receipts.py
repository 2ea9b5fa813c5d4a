"""What the obligee did with a certificate, in the contractor's words."""

from datetime import UTC, datetime

import time_machine

from dsure.reporting import Receipt
from guarantees import receipts
from guarantees.receipts import Told

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
