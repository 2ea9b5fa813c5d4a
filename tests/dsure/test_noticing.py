"""What changed since the organisation last looked: the list on the first page, and the banner with its differences."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from dsure import depositing, differing, keys, noticing, viewing
from dsure.models import Deposit, register_of
from tests.dsure.conftest import NUMBER, deposition, facts_of
from tests.dsure.reading import LOOK_UP, open_in_browser, page_of, queries_of, words_of

MORE = {"guaranteed_amount": 22_000_000, "guarantee_ends_on": "2099-06-30", "entrusted_bank": None}


def later(**duration):
    """It is later than everything so far."""
    return time_machine.travel(timezone.now() + timedelta(**duration), tick=True)


def amended(version: int = 2, **changes) -> depositing.Deposition:
    mark = "変更－" + "０１２３"[version - 1]
    return deposition(version=version, facts=facts_of(mark=mark, **changes))


@pytest.fixture
def opened(hand_in, officer):
    handed = hand_in()
    viewing.look_up(by=officer, number_text=handed.number, key_text=handed.key)
    return Deposit.objects.get()


def look(officer) -> viewing.Opened:
    return viewing.open_from_register(by=officer, public_id=Deposit.objects.get().public_id)


def changed_numbers(officer) -> list[str]:
    return [one.number for one in register_of(officer.obligee).with_changes().changed_since_seen()]


def test_nothing_changed_nothing_is_said(opened, officer):
    assert look(officer).missed is None
    assert changed_numbers(officer) == []


def test_an_amendment_is_told_field_by_field(opened, officer):
    with later(days=1):
        depositing.deposit(amended(**MORE), arrived_at=timezone.now())
        assert changed_numbers(officer) == [NUMBER]
    with later(days=2):
        missed = look(officer).missed
        assert missed.seen_target == "新規"
        assert [one.words for one in missed.happened] == ["変更－１の電子証書が発行されました"]
        assert missed.differences == [
            differing.Row("変更の表示", "記載なし", "変更－１"),
            differing.Row("保証金額（総額）", "20,000,000円", "22,000,000円"),
            differing.Row("保証期限", "2099年3月31日（令和81年3月31日）", "2099年6月30日（令和81年6月30日）"),
            differing.Row("預託金融機関", "○○銀行　××支店", "記載なし"),
        ]
        assert changed_numbers(officer) == []


def test_the_notice_stays_for_the_one_who_looks_and_is_gone_for_the_next(opened, officer, colleague):
    with later(days=1):
        depositing.deposit(amended(**MORE), arrived_at=timezone.now())
    with later(days=2):
        assert look(officer).missed
        assert look(officer).missed
        assert look(colleague).missed is None
    with later(days=2, minutes=31):
        assert look(officer).missed is None


def test_what_came_after_the_last_look_is_told_against_what_was_in_force_then(opened, officer):
    with later(days=1):
        depositing.deposit(amended(**MORE), arrived_at=timezone.now())
        look(officer)
    with later(days=2):
        depositing.deposit(amended(3, **MORE | {"guaranteed_amount": 23_000_000}), arrived_at=timezone.now())
    with later(days=3):
        depositing.void(NUMBER, 3, "amendment_cancellation", voided_at=timezone.now())
    with later(days=4):
        missed = look(officer).missed
        assert missed.seen_target == "変更－１"
        assert [one.words for one in missed.happened] == [
            "変更－２の電子証書が発行されました",
            "変更－２が取り消されました（変更取消）",
        ]
        assert missed.differences == []


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda at: depositing.close(NUMBER, "released", closed_at=at), "保証契約が解除されました"),
        (lambda at: depositing.close(NUMBER, "cancelled", closed_at=at), "保証契約が解約されました"),
        (
            lambda at: depositing.replace_verifier(NUMBER, keys.verifier(NUMBER, keys.make(NUMBER)), replaced_at=at),
            "認証キーが再発行されました（以前の認証キーでは閲覧できません）",
        ),
        (
            lambda at: depositing.deposit(
                deposition(
                    version=2, target="新規", cause="correction", voids=1, facts=facts_of(work_name="正しい工事名")
                ),
                arrived_at=at,
            ),
            "訂正した新規の電子証書が発行されました",
        ),
    ],
    ids=["released", "cancelled", "new key", "corrected"],
)
def test_every_other_change_is_told_in_words(opened, signed_in, act, words):
    with later(days=1):
        act(timezone.now())
    with later(days=2):
        signed_in.logout()
        signed_in.force_login(opened.register_entry.first_opened_by)
        listed = words_of(page_of(signed_in.get(LOOK_UP)))
        assert "前回の閲覧の後に変更のあった保証契約が1件あります" in listed
        assert words in listed
        shown = words_of(page_of(signed_in.get(f"/d-sure/certificates/{opened.public_id}/")))
        assert "前回の閲覧の後に変更がありました" in shown
        assert f"{words}" in shown
        assert "変更のあった保証契約が" not in words_of(page_of(signed_in.get(LOOK_UP)))


def test_fetching_a_pdf_is_no_look(opened, officer):
    with later(days=1):
        depositing.deposit(amended(**MORE), arrived_at=timezone.now())
        viewing.pdf(by=officer, public_id=opened.public_id, version=1)
        assert changed_numbers(officer) == [NUMBER]


def test_each_version_shows_what_it_changed(opened, signed_in, officer):
    depositing.deposit(amended(**MORE), arrived_at=timezone.now())
    look(officer)
    with later(hours=1):
        words = words_of(page_of(signed_in.get(f"/d-sure/certificates/{opened.public_id}/")))
        assert "この版で変わった項目（4件）" in words
        assert "保証金額（総額）20,000,000円22,000,000円" in words
        assert "前回ご覧になった内容との違い" not in words


def test_every_fact_of_a_certificate_has_its_words():
    assert set(facts_of()) == set(differing.LABELS) | differing.UNSHOWN
    assert differing.rows({"later_fact": "甲"}, {"later_fact": "乙"}) == [differing.Row("later_fact", "甲", "乙")]


def test_the_first_page_shows_five_and_counts_all_in_a_fixed_number_of_queries(signed_in, hand_in, monkeypatch):
    counts = []
    for serials in ((1,), (2, 3, 4, 5, 6, 7)):
        for serial in serials:
            open_in_browser(signed_in, hand_in(f"14081-0000{serial}M"))
            with later(hours=1):
                depositing.close(f"14081-0000{serial}M", "released", closed_at=timezone.now())
        counts.append(queries_of(signed_in, LOOK_UP))
    html = page_of(signed_in.get(LOOK_UP))
    assert "（7件）" in html
    assert html.count("保証契約が解除されました") == 5
    assert counts[0] == counts[1]


def test_what_was_in_force_then():
    class Version:
        def __init__(self, number, arrived, voided=None):
            self.version, self.arrived_at = number, arrived
            if voided is not None:
                self.voiding = type("Voiding", (), {"voided_at": voided})()

    versions = [Version(3, 5, voided=7), Version(2, 3), Version(1, 1)]
    in_force = {at: getattr(noticing.in_force_at(versions, at), "version", None) for at in (1, 2, 4, 6, 8)}
    assert in_force == {1: None, 2: 1, 4: 2, 6: 3, 8: 2}
