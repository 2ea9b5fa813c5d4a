"""The checks of a review: ○ or 要確認 on exact integers, one yen on each side."""

from datetime import date

import pytest

from guarantees import checking
from guarantees.check import Check
from guarantees.terms import Medium, TermsBasis, WorkKind
from tests import stories

pytestmark = pytest.mark.django_db


def checks(contractor, *requested: dict, **changes) -> list[Check]:
    application = stories.submitted(contractor, *requested, **changes)
    return checking.checks(application.requested.with_application().get())


def ratio(contractor, requested: dict, **changes) -> Check:
    return next(check for check in checks(contractor, requested, **changes) if check.subject == "保証金額の割合")


def test_checks_of_the_journey_are_all_fine_in_the_order_of_the_page(contractor):
    assert checks(contractor) == [
        Check("電子保証の利用条件", True, "発注者の条件を満たしています。"),
        Check("保証金額の割合", True, "20,000,000円は50,000,000円の40.0%（上限40%）"),
        Check(
            "工期と保証期限",
            True,
            "請負契約日 令和8年12月1日、工期の終わり 令和9年3月31日、保証期限 2027年3月31日（令和9年3月31日）",
        ),
        Check("発注者", True, "登録済みの発注者です。"),
        Check("この工事の保証", True, "この保証のほかにはありません。"),
        Check("重複", True, "同じ工事、または同じ発注者・金額の申込はありません。"),
        Check("保証金額の合計", True, "1件の保証金額の合計 20,000,000円、請負金額 50,000,000円"),
    ]


@pytest.mark.parametrize(
    ("kind", "price", "amount", "is_fine", "why"),
    [
        (WorkKind.WORKS, 50_000_000, 19_999_999, True, "19,999,999円は50,000,000円の39.9%（上限40%）"),
        (WorkKind.WORKS, 50_000_000, 20_000_000, True, "20,000,000円は50,000,000円の40.0%（上限40%）"),
        (WorkKind.WORKS, 50_000_000, 20_000_001, False, "20,000,001円は50,000,000円の40.0%（上限40%）"),
        (WorkKind.WORKS, 49_999_999, 19_999_999, True, "19,999,999円は49,999,999円の39.9%（上限40%）"),
        (WorkKind.WORKS, 49_999_999, 20_000_000, False, "20,000,000円は49,999,999円の40.0%（上限40%）"),
        (WorkKind.CONSULTING, 6_000_000, 1_799_999, True, "1,799,999円は6,000,000円の29.9%（上限30%）"),
        (WorkKind.CONSULTING, 6_000_000, 1_800_000, True, "1,800,000円は6,000,000円の30.0%（上限30%）"),
        (WorkKind.CONSULTING, 6_000_000, 1_800_001, False, "1,800,001円は6,000,000円の30.0%（上限30%）"),
    ],
)
def test_an_advance_is_at_most_the_cap_of_its_kind(contractor, kind, price, amount, is_fine, why):
    requested = stories.advance(guaranteed_amount=amount)
    check = ratio(contractor, requested, work_kind=kind, contract_price=price)
    assert check == Check("保証金額の割合", is_fine, why)


@pytest.mark.parametrize(
    ("price", "amount", "is_fine", "why"),
    [
        (50_000_000, 4_999_999, False, "4,999,999円は50,000,000円の9.9%（下限10%）"),
        (50_000_000, 5_000_000, True, "5,000,000円は50,000,000円の10.0%（下限10%）"),
        (50_000_000, 5_000_001, True, "5,000,001円は50,000,000円の10.0%（下限10%）"),
        (50_000_001, 5_000_000, False, "5,000,000円は50,000,001円の9.9%（下限10%）"),
        (50_000_001, 5_000_001, True, "5,000,001円は50,000,001円の10.0%（下限10%）"),
    ],
)
def test_a_performance_guarantee_is_at_least_a_tenth_of_the_price(contractor, price, amount, is_fine, why):
    requested = stories.performance(guaranteed_amount=amount)
    assert ratio(contractor, requested, contract_price=price) == Check("保証金額の割合", is_fine, why)


@pytest.mark.parametrize(
    ("amount", "is_fine", "why"),
    [
        (10_000_000, True, "10,000,000円は50,000,000円の20.0%（上限20%）"),
        (10_000_001, False, "10,000,001円は50,000,000円の20.0%（上限20%）"),
    ],
)
def test_an_interim_advance_is_at_most_a_fifth(contractor, reviewer, approver, amount, is_fine, why):
    advance = stories.issued(contractor, reviewer, approver)
    requested = stories.interim(advance, guaranteed_amount=amount)
    assert ratio(contractor, requested) == Check("保証金額の割合", is_fine, why)


@pytest.mark.parametrize(
    ("amount", "is_fine", "why"),
    [
        (8_000_000, True, "8,000,000円は20,000,000円の40.0%（上限40%）"),
        (8_000_001, False, "8,000,001円は20,000,000円の40.0%（上限40%）"),
    ],
)
def test_an_advance_of_a_works_year_is_measured_by_the_annual_target(contractor, amount, is_fine, why):
    requested = stories.advance(guaranteed_amount=amount, annual_target_amount=20_000_000)
    assert ratio(contractor, requested) == Check("保証金額の割合", is_fine, why)


def test_an_obligees_own_cap_goes_before_the_usual_one(contractor):
    stories.new_terms("平塚市", WorkKind.WORKS, advance_cap_percent=35)
    assert ratio(contractor, stories.advance()) == Check(
        "保証金額の割合", False, "20,000,000円は50,000,000円の40.0%（上限35%）"
    )


def test_an_amount_of_hundreds_of_billions_is_still_exact(contractor):
    price = 999_999_999_999
    requested = stories.advance(guaranteed_amount=399_999_999_999)
    assert ratio(contractor, requested, contract_price=price) == Check(
        "保証金額の割合", True, "399,999,999,999円は999,999,999,999円の39.9%（上限40%）"
    )
    assert not ratio(contractor, stories.advance(guaranteed_amount=400_000_000_000), contract_price=price).is_fine


@pytest.mark.parametrize(
    ("contracted_on", "is_fine"),
    [(date(2027, 3, 31), True), (date(2027, 4, 1), False)],
    ids=["last day", "a day later"],
)
def test_a_contract_made_after_the_work_ended_wants_a_look(contractor, contracted_on, is_fine):
    period = checks(contractor, contracted_on=contracted_on)[2]
    assert (period.subject, period.is_fine) == ("工期と保証期限", is_fine)


def test_what_the_obligee_no_longer_takes_is_said_whole(contractor):
    application = stories.submitted(contractor)
    stories.new_terms("平塚市", WorkKind.WORKS, basis=TermsBasis.ENDED)
    assert checking.checks(application.requested.with_application().get())[0] == Check(
        "電子保証の利用条件",
        False,
        "平塚市は、工事では電子保証を利用できません。証書（紙）を選択してください。",
    )


def test_paper_is_not_asked_for_electronic_terms(contractor):
    subjects = [check.subject for check in checks(contractor, stories.advance(medium=Medium.PAPER))]
    assert subjects == ["保証金額の割合", "工期と保証期限", "発注者", "この工事の保証", "重複", "保証金額の合計"]


def test_an_obligee_typed_by_hand_wants_a_look_and_goes_by_the_usual_percentages(contractor):
    application = stories.submitted(contractor, stories.advance(medium=Medium.PAPER))
    typed = {"typed_obligee": "架空市", "typed_addressee": "架空市長"}
    type(application).objects.update(obligee=None, addressee=None, **typed)
    found = checking.checks(application.requested.with_application().get())
    assert (found[0], found[2]) == (
        Check("保証金額の割合", True, "20,000,000円は50,000,000円の40.0%（上限40%）"),
        Check("発注者", False, "手入力の発注者です。名称と職名を確認してください。"),
    )


@pytest.mark.parametrize(("amount", "mark"), [(20_000_000, "○"), (20_000_001, "要確認")])
def test_the_review_page_shows_each_check_in_words(contractor, reviewer, client, amount, mark):
    application = stories.under_review(contractor, reviewer, stories.advance(guaranteed_amount=amount))
    client.force_login(reviewer.user)
    page = client.get(f"/surety/applications/{application.public_id}/")
    expected = checking.checks(application.requested.with_application().get())
    assert page.context["guarantees"][0]["checks"] == expected
    assert [check.why in page.content.decode() for check in expected] == [True] * 7
    assert page.content.decode().count("要確認") == (mark == "要確認")
