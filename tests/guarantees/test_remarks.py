"""Notes for colleagues, words for the contractor, an obligee that was meant, and work taken over."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from guarantees import applying, issuing, reviewing
from guarantees.models import Addressee, Application, Event, ReviewNote
from guarantees.terms import Act, Medium
from tests import stories
from tests.guarantees.test_surety_pages import act, url_of
from tests.pages import client_of, summary_of, words

pytestmark = pytest.mark.django_db

TYPED = {"obligee": None, "addressee": None, "typed_obligee": "ひらつか市", "typed_addressee": "市長"}


def typed_by_hand(contractor) -> Application:
    application = stories.submitted(contractor, stories.advance(medium=Medium.PAPER))
    Application.objects.update(**TYPED)
    application.refresh_from_db()
    return application


def test_a_note_stays_with_its_writer_and_the_contractor_never_reads_it(contractor, reviewer):
    application = stories.submitted(contractor)
    url = url_of("review-note", application)
    assert summary_of(act(client_of(reviewer), url, text=" ")) == ["メモを入力してください"]
    said = words(act(client_of(reviewer), url, text="電話で\n<b>確認</b>済み"))
    assert "電話で <b>確認</b>済み 2026/11/20 10:00 高橋 恵" in said
    note = ReviewNote.objects.get()
    assert (note.text, note.written_by) == ("電話で\n<b>確認</b>済み", reviewer.user)
    assert "確認</b>済み" not in words(client_of(contractor).get(url_of("application", application)))
    for change in (lambda: ReviewNote.objects.update(text="別"), lambda: note.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_a_message_is_read_by_the_contractor_at_once_and_can_be_taken_away(contractor, reviewer):
    application = stories.submitted(contractor)
    browser, url = client_of(reviewer), url_of("review-message", application)
    act(browser, url, message="契約書の写しを\nお送りください。")
    page = client_of(contractor).get(url_of("application", application))
    assert "弊社からお客様へのお知らせ 契約書の写しを お送りください。" in words(page)
    assert "契約書の写しを\nお送りください。</textarea>" in browser.get(url).content.decode()
    act(browser, url, message="")
    application.refresh_from_db()
    events = [(event.act, event.details) for event in Event.objects.order_by("sequence")][-2:]
    assert (application.message_to_contractor, events) == (
        "",
        [
            (Act.TELL, {"reason": "契約書の写しを\nお送りください。"}),
            (Act.TELL, {"reason": "（お知らせを消去）"}),
        ],
    )


def test_an_approval_stands_after_a_message(contractor, reviewer, approver):
    one = stories.approved(contractor, reviewer)
    reviewing.tell(application=one.application, by=reviewer, message="まもなく発行します。")
    assert issuing.issue(requested=one, by=approver).number == "34081-00001M"


def test_a_typed_obligee_is_attached_and_the_medium_stays(contractor, reviewer):
    application = typed_by_hand(contractor)
    browser = client_of(reviewer)
    assert "手入力の発注者を一覧と結び付ける" in words(browser.get(url_of("review", application)))
    url = url_of("attach-obligee", application)
    assert "お客様が入力した発注者： ひらつか市（市長）" in words(browser.get(url))
    assert summary_of(act(browser, url, addressee="")) == ["発注者を選択してください"]
    act(browser, url, addressee=str(Addressee.objects.get(title="平塚市長").pk))
    application = Application.objects.with_parties().get()
    assert (application.obligee_name, application.addressee_title, application.typed_obligee, application.revision) == (
        "平塚市",
        "平塚市長",
        "",
        2,
    )
    assert application.requested.get().medium == Medium.PAPER
    assert Event.objects.last().details == {"reason": "ひらつか市（市長）を、平塚市（平塚市長）に結び付け"}
    assert "手入力の発注者を一覧と結び付ける" not in words(browser.get(url_of("review", application)))


@pytest.mark.parametrize(
    ("stage", "refusal"),
    [
        ("listed", reviewing.ObligeeIsListed),
        ("approved", reviewing.AlreadyAgreed),
        ("withdrawn", reviewing.NotAtThisStage),
    ],
)
def test_an_obligee_is_attached_to_nothing_that_is_agreed_or_gone(contractor, reviewer, stage, refusal):
    application = stories.submitted(contractor) if stage == "listed" else typed_by_hand(contractor)
    if stage == "approved":
        reviewing.take_up(application=application, by=reviewer)
        reviewing.approve(requested=application.requested.get(), by=reviewer, revision=1)
    elif stage == "withdrawn":
        applying.withdraw(application=application, by=contractor)
    with pytest.raises(refusal):
        reviewing.attach_obligee(application=application, by=reviewer, addressee=Addressee.objects.get(title="柏市長"))
    application.refresh_from_db()
    assert (application.revision, application.obligee_name) == (1, "平塚市" if stage == "listed" else "ひらつか市")


def test_a_page_of_before_the_attaching_approves_nothing(contractor, reviewer):
    application = typed_by_hand(contractor)
    reviewing.take_up(application=application, by=reviewer)
    reviewing.attach_obligee(application=application, by=reviewer, addressee=Addressee.objects.get(title="柏市長"))
    with pytest.raises(reviewing.ChangedMeanwhile):
        reviewing.approve(requested=application.requested.get(), by=reviewer, revision=1)


def test_a_colleague_takes_over_and_the_history_says_from_whom(contractor, reviewer, approver):
    application = stories.under_review(contractor, reviewer, stories.advance(), stories.performance())
    assert "審査を引き継ぐ" not in words(client_of(reviewer).get(url_of("review", application)))
    browser, url = client_of(approver), url_of("take-over", application)
    said = words(browser.get(url))
    assert "前払金保証（現在の担当：高橋 恵） 契約保証（現在の担当：高橋 恵）" in said
    assert "審査を引き継ぐ 高橋 恵から引き継ぎ" in words(act(browser, url))
    assert {one.taken_up_by for one in application.requested.all()} == {approver.user}
    with pytest.raises(reviewing.NotAtThisStage):
        reviewing.take_over(application=application, by=approver)


def test_what_changed_since_the_approval_stands_beside_what_changed_since_the_return(contractor, reviewer):
    one = stories.approved(contractor, reviewer, work_name="承認した工事")
    public_id = one.application.public_id
    for name in ("一度目の工事", "二度目の工事"):
        reviewing.return_to_contractor(application=Application.objects.get(), by=reviewer, reason="工事名")
        edited = stories.drafted(contractor, public_id=public_id, work_name=name)
        applying.submit(application=edited, revision=edited.revision, by=contractor)
    said = words(client_of(reviewer).get(reverse("guarantees:review", args=[public_id])))
    assert "差戻し後の変更点（1件） 項目 差戻し時 現在 工事名 一度目の工事 二度目の工事" in said
    assert "承認後の変更点（1件） 項目 承認時 現在 工事名 承認した工事 二度目の工事" in said


def test_another_branch_meets_404(contractor, nagano_approver):
    application = stories.submitted(contractor)
    browser = client_of(nagano_approver)
    names = ("take-up", "take-over", "review-note", "review-message", "attach-obligee")
    assert [browser.get(url_of(name, application)).status_code for name in names] == [404] * 5
