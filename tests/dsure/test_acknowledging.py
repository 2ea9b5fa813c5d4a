"""受領, 返戻 and its withdrawal; the handing over to a section. As stages and by HTTP."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from dsure import acknowledging, depositing, handing_over, reporting, viewing
from dsure.models import Acknowledgement, Department, Deposit, Handover
from tests.dsure.conftest import NUMBER, deposition
from tests.dsure.reading import open_in_browser, page_of, words_of
from tests.pages import value_of
from tests.racing import at_once

REASON = "工期の終わりの日が請負契約書と異なります。"


@pytest.fixture
def shown(hand_in, officer) -> dict:
    """What the acts are told: the officer's own guarantee, opened, in its first version."""
    handed = hand_in()
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    return {"by": officer, "public_id": Deposit.objects.get().public_id, "version": 1}


def told() -> tuple:
    """What the surety and the contractor read."""
    receipt = reporting.receipts([NUMBER])[NUMBER]
    return receipt.acknowledged_at, receipt.returned_at, receipt.returned_reason


def test_acknowledging_is_told_at_once_and_written_down(shown, officer):
    made = acknowledging.acknowledge(**shown)
    assert (made.kind, made.acknowledged_by, made.organisation, made.reason) == (
        "received",
        officer.user,
        "平塚市 契約検査課",
        "",
    )
    assert told() == (made.acknowledged_at, None, "")


def test_a_return_is_told_with_its_reason(shown):
    made = acknowledging.send_back(**shown, reason=REASON)
    assert told() == (None, made.acknowledged_at, REASON)


def test_a_withdrawal_takes_back_either_and_leaves_the_way_open(shown):
    for act in (acknowledging.acknowledge, lambda **shown: acknowledging.send_back(**shown, reason=REASON)):
        act(**shown)
        acknowledging.withdraw(**shown, reason="誤って操作したため")
        assert told() == (None, None, "")
    kinds = Acknowledgement.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["received", "withdrawn", "returned", "withdrawn"]


def test_an_answer_that_stands_refuses_another(shown):
    acknowledging.acknowledge(**shown)
    with pytest.raises(acknowledging.AlreadyAnswered):
        acknowledging.acknowledge(**shown)
    with pytest.raises(acknowledging.AlreadyAnswered):
        acknowledging.send_back(**shown, reason=REASON)


def test_nothing_to_withdraw(shown):
    with pytest.raises(acknowledging.NothingToWithdraw):
        acknowledging.withdraw(**shown, reason="誤り")


def test_only_the_version_in_force_that_was_seen_may_be_answered(shown, officer):
    depositing.deposit(deposition(version=2), arrived_at=timezone.now())
    with pytest.raises(acknowledging.Superseded):
        acknowledging.acknowledge(**shown)
    with pytest.raises(acknowledging.NotSeen):
        acknowledging.acknowledge(**shown | {"version": 2})
    viewing.pdf(by=officer, public_id=shown["public_id"], version=2)
    with pytest.raises(acknowledging.NotSeen):
        acknowledging.acknowledge(**shown | {"version": 2})
    viewing.open_from_register(by=officer, public_id=shown["public_id"])
    assert acknowledging.acknowledge(**shown | {"version": 2}).kind == "received"


@pytest.mark.parametrize("state", ["released", "cancelled"])
def test_a_closed_guarantee_is_neither_received_nor_returned(shown, state):
    acknowledging.acknowledge(**shown)
    depositing.close(NUMBER, state, closed_at=timezone.now())
    acknowledging.withdraw(**shown, reason="誤り")
    with pytest.raises(acknowledging.Closed):
        acknowledging.acknowledge(**shown)


def test_outside_the_own_register_there_is_nothing_to_answer(shown, rival_officer):
    for act in (acknowledging.acknowledge, acknowledging.withdraw, acknowledging.send_back):
        reason = {} if act is acknowledging.acknowledge else {"reason": REASON}
        with pytest.raises(Deposit.DoesNotExist):
            act(**shown | {"by": rival_officer}, **reason)
    assert not Acknowledgement.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_answers(hand_in, officer, colleague):
    handed = hand_in()
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    public_id = Deposit.objects.get().public_id
    people = [officer, colleague] * 2
    answers = at_once(
        *(lambda by=by: acknowledging.acknowledge(by=by, public_id=public_id, version=1).kind for by in people)
    )
    kinds = sorted(one if isinstance(one, str) else type(one).__name__ for one in answers)
    assert kinds == ["AlreadyAnswered"] * 3 + ["received"]
    assert Acknowledgement.objects.count() == 1


def test_handing_over_is_a_row_a_time_and_the_newest_stands(shown, officer, colleague):
    place = {"by": officer, "public_id": shown["public_id"]}
    handing_over.hand_over(**place, department=colleague.department, note="着工後の確認をお願いします。")
    with pytest.raises(handing_over.AlreadyThere):
        handing_over.hand_over(**place, department=colleague.department)
    handing_over.hand_over(**place | {"by": colleague}, department=officer.department)
    rows = Handover.objects.order_by("pk").values_list(
        "department__name", "handed_by__username", "organisation", "note"
    )
    assert list(rows) == [
        ("道路整備課", "officer", "平塚市 契約検査課", "着工後の確認をお願いします。"),
        ("契約検査課", "colleague", "平塚市 道路整備課", ""),
    ]


def test_nothing_is_handed_to_another_organisation(shown, officer, rival_officer):
    with pytest.raises(Department.DoesNotExist):
        handing_over.hand_over(by=officer, public_id=shown["public_id"], department=rival_officer.department)
    deposit, row = Deposit.objects.get(), {"note": "", "organisation": "x", "handed_at": timezone.now()}
    with pytest.raises(DatabaseError), transaction.atomic():
        Handover.objects.create(
            obligee=officer.obligee,
            deposit=deposit,
            department=rival_officer.department,
            handed_by=officer.user,
            **row,
        )


def addresses(public_id) -> dict[str, str]:
    names = ("acknowledge", "send-back", "withdraw", "hand-over")
    return {name: reverse(f"dsure:{name}", args=[public_id, 1]) for name in names}


def test_an_officer_receives_withdraws_and_returns(signed_in, hand_in):
    certificate = open_in_browser(signed_in, hand_in())
    urls = addresses(Deposit.objects.get().public_id)

    def press(name: str, **typed: str) -> str:
        page = signed_in.get(urls[name])
        page_of(page)
        return words_of(page_of(signed_in.post(urls[name], {"token": value_of(page, "token"), **typed}, follow=True)))

    assert "受領しました。受注者と保証会社の画面に表示されます。" in press("acknowledge")
    words = words_of(page_of(signed_in.get(certificate)))
    assert "平塚市契約検査課平塚花子が受領" in words
    assert "受領する" not in words
    assert "取り消しました。" in press("withdraw", reason="誤って操作したため")
    assert "返戻しました。" in press("send-back", reason=REASON)
    words = words_of(page_of(signed_in.get(certificate)))
    assert f"平塚花子が返戻理由：{REASON}" in words
    assert "取消し（新規）平塚市契約検査課平塚花子誤って操作したため" in words
    assert told()[2] == REASON


def test_one_token_answers_once_and_a_refusal_is_said(signed_in, hand_in):
    open_in_browser(signed_in, hand_in())
    url = addresses(Deposit.objects.get().public_id)["acknowledge"]
    first, second = (value_of(signed_in.get(url), "token") for _ in range(2))
    answers = [signed_in.post(url, {"token": first}) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Acknowledgement.objects.count() == 1
    words = words_of(page_of(signed_in.post(url, {"token": second}, follow=True)))
    assert acknowledging.AlreadyAnswered.sentence in words
    assert "画面の有効期限が切れています。" in words_of(page_of(signed_in.post(url, {"token": "x"}, follow=True)))
    assert Acknowledgement.objects.count() == 1


def test_a_reason_is_asked_for_and_kept_as_typed(signed_in, hand_in):
    open_in_browser(signed_in, hand_in())
    urls = addresses(Deposit.objects.get().public_id)
    for name, label in (("send-back", "返戻の理由"), ("withdraw", "取消しの理由")):
        assert page_of(signed_in.post(urls[name], {"reason": " "})).count(f"{label}を入力してください") == 2
        html = page_of(signed_in.post(urls[name], {"reason": "<b>長い</b>" + "あ" * 1000}))
        assert f"{label}は1000文字以内で入力してください" in html.replace(",", "")
        assert "&lt;b&gt;長い" in html
    assert page_of(signed_in.post(urls["hand-over"], {})).count("引渡し先の部署を選択してください") == 2


def test_handing_over_by_page_offers_own_sections_only(signed_in, hand_in, colleague, rival_officer):
    open_in_browser(signed_in, hand_in())
    url = addresses(Deposit.objects.get().public_id)["hand-over"]
    page = signed_in.get(url)
    assert "道路整備課" in page_of(page)
    assert ">契約課<" not in page_of(page)
    rival = {"department": rival_officer.department.pk, "token": value_of(page, "token")}
    assert "引渡し先の部署を選択肢の中から選択してください" in page_of(signed_in.post(url, rival))
    typed = {"department": colleague.department.pk, "note": "確認済み", "token": value_of(page, "token")}
    words = words_of(page_of(signed_in.post(url, typed, follow=True)))
    assert "引き渡しました。" in words
    assert "引渡し先の部署道路整備課" in words
    assert "確認済み" in words


def test_a_rival_meets_404_at_every_act(client, signed_in, hand_in, rival_officer):
    open_in_browser(signed_in, hand_in())
    urls = addresses(Deposit.objects.get().public_id)
    client.force_login(rival_officer.user)
    for url in urls.values():
        assert [client.get(url).status_code, client.post(url, {"reason": REASON}).status_code] == [404, 404]
    assert (Acknowledgement.objects.count(), Handover.objects.count()) == (0, 0)


@pytest.mark.parametrize("change", ["UPDATE dsure_handover SET note = 'x'", "DELETE FROM dsure_handover"])
def test_a_handover_cannot_be_changed(shown, officer, colleague, change):
    handing_over.hand_over(by=officer, public_id=shown["public_id"], department=colleague.department)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
