"""What a new application begins with, what undo survives, and a page whose draft was discarded in another tab."""

import re
import uuid
from datetime import date

import pytest
from django.urls import reverse

from guarantees import drafting
from guarantees.models import Application, Branch, ContractorMember, Draft
from guarantees.terms import Medium
from tests import stories
from tests.pages import client_of, summary_of, value_of, words
from tests.typed import typed, typed_in_full, without

pytestmark = pytest.mark.django_db

NEW = reverse("guarantees:application-new")
DISCARDED = "この申込は、別の画面で破棄されています まだ保存も送信もしていません。"
CLEARED = "入札の状況をクリアしました 元に戻す"


def url(name: str, public_id: uuid.UUID) -> str:
    return reverse(f"guarantees:{name}", args=[public_id])


def information(page) -> dict[str, object]:
    """What インフォメーション shows of whom to reach and where it goes."""
    names = ("branch", "contact_section", "contact_post", "contact_name", "contact_phone")
    return {name: page.context["form"].information[name].value() for name in names}


def save_url(page) -> str:
    return re.search(r'<form method="post" action="(/applications/[^"]*)"', page.content.decode())[1]


# -- What it begins with -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [NEW, reverse("guarantees:reservation-new")])
def test_new_form_prefers_what_was_registered_to_what_was_typed_last(contractor, address):
    usual = Branch.objects.get(name="神奈川支店")
    company = contractor.contractor
    company.usual_branch = usual
    company.save(update_fields=["usual_branch"])
    ContractorMember.objects.filter(pk=contractor.pk).update(section="総務部", post="主任", phone="0463-11-1111")
    name = contractor.user.full_name
    said = {"contact_section": "土木部", "contact_name": name, "contact_phone": "0463-22-2222"}
    stories.drafted(contractor, branch=Branch.objects.get(name="長野支店"), **said)

    assert information(client_of(contractor).get(address)) == {
        "branch": usual.pk,
        "contact_section": "総務部",
        "contact_post": "主任",
        "contact_name": name,
        "contact_phone": "0463-11-1111",
    }


def test_new_form_fills_an_empty_record_from_the_persons_own_last_application(contractor):
    nagano = Branch.objects.get(name="長野支店")
    ContractorMember.objects.filter(pk=contractor.pk).update(section="", post="課長", phone="")
    name = contractor.user.full_name
    said = {"contact_section": "土木部", "contact_post": "係員", "contact_phone": "0463-22-2222"}
    stories.drafted(contractor, contact_name=name, **said)
    stories.drafted(contractor, branch=nagano, contact_name="田中 次郎", contact_phone="0463-33-3333")

    assert information(client_of(contractor).get(NEW)) == {
        "branch": nagano.pk,
        "contact_section": "土木部",
        "contact_post": "課長",
        "contact_name": name,
        "contact_phone": "0463-22-2222",
    }


def test_new_form_never_names_a_colleague_and_falls_back_to_the_companys_telephone(contractor, rival_contractor):
    ContractorMember.objects.filter(pk=contractor.pk).update(section="", post="", phone="")
    colleague = rival_contractor
    ContractorMember.objects.filter(pk=colleague.pk).update(contractor=contractor.contractor)
    colleague.refresh_from_db()
    stories.drafted(colleague, contact_name=contractor.user.full_name, contact_phone="0463-33-3333")

    assert information(client_of(contractor).get(NEW)) == {
        "branch": Application.objects.get().branch_id,
        "contact_section": "",
        "contact_post": "",
        "contact_name": contractor.user.full_name,
        "contact_phone": contractor.contractor.phone,
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "平塚市は、この案件で電子保証を利用できます"),
        (
            {"contract_price": 1_499_999},
            "電子保証の利用条件を満たしていません 平塚市の電子保証は、請負金額が1,500,000円以上",
        ),
    ],
)
def test_copy_says_at_once_what_the_terms_say(contractor, changes, said):
    source = stories.drafted(contractor, stories.advance(guaranteed_amount=500_000), **changes)
    browser = client_of(contractor)
    page = browser.get(f"{NEW}?from={source.public_id}")
    assert said in words(page)
    names = ("addressee", "work_kind", "contract_price", "contracted_on")
    boxes = {f"work-{name}": str(page.context["form"].work[name].value()).replace("-", "/") for name in names}
    asked = browser.get(reverse("guarantees:application-terms"), boxes).content.decode()
    assert asked.strip() in page.content.decode()


# -- 元に戻す --------------------------------------------------------------------------------------------------------


def cleared(browser, public_id: uuid.UUID) -> dict[str, str]:
    """The page's boxes after 入札の状況をクリア, with what it carries."""
    page = browser.post(url("application-edit", public_id), typed_in_full(revision="0", clear="bidding"))
    rest = {name: value for name, value in typed_in_full().items() if not name.startswith("bidding-")}
    return rest | {"revision": "0", "kept-bidding": value_of(page, "kept-bidding")}


def test_undo_is_there_after_a_draft_was_saved_and_opened_again(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    where = url("application-edit", public_id)
    saved = browser.post(where, cleared(browser, public_id) | {"keep": "1"}, follow=True)
    assert CLEARED in words(saved)
    opened = browser.get(where)
    assert CLEARED in words(opened)

    carried = {"kept-bidding": value_of(opened, "kept-bidding"), "revision": "1"}
    rest = without(cleared(browser, public_id), "kept-bidding") | carried
    restored = browser.post(where, rest | {"restore": "bidding"})

    assert restored.context["form"].bidding["second_bidder"].value() == "××組 株式会社"
    assert "クリアしました" not in words(restored)
    browser.post(where, typed_in_full(revision="1") | {"keep": "1"})
    assert "クリアしました" not in words(browser.get(where))


def test_undo_is_there_after_an_error_and_on_an_older_page(contractor):
    browser, public_id = client_of(contractor), uuid.uuid4()
    where, data = url("application-edit", public_id), cleared(browser, public_id)
    failed = browser.post(where, data)
    assert summary_of(failed) == ["受注区分を選択してください"]
    assert CLEARED in words(failed)
    drafting.keep(by=contractor, public_id=public_id, typed={"work-work_name": ["別"]}, revision=0)
    older = words(browser.post(where, data | {"keep": "1"}))
    assert ("異なる項目" in older, CLEARED in older) == (True, True)


def test_undo_that_was_not_signed_here_is_neither_shown_nor_in_the_way(contractor):
    public_id = uuid.uuid4()
    drafting.keep(by=contractor, public_id=public_id, typed={"kept-bidding": ["x:y"], "clear": ["z"]}, revision=0)
    assert Draft.objects.get().typed == {"kept-bidding": ["x:y"]}
    assert "クリアしました" not in words(client_of(contractor).get(url("application-edit", public_id)))


# -- Discarded in another tab --------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_typed_only", [True, False])
@pytest.mark.parametrize("button", [{}, {"keep": "1"}])
def test_page_of_a_discarded_draft_keeps_what_was_typed_and_saves_it_as_a_new_one(contractor, is_typed_only, button):
    browser, public_id = client_of(contractor), uuid.uuid4()
    if is_typed_only:
        drafting.keep(by=contractor, public_id=public_id, typed={"x": ["1"]}, revision=0)
    else:
        stories.drafted(contractor, public_id=public_id)
    drafting.discard(by=contractor, public_id=public_id)

    page = browser.post(url("application-edit", public_id), typed(work__work_place="□□地内", revision="1") | button)

    assert (page.status_code, summary_of(page)) == (200, [])
    assert DISCARDED in words(page)
    assert page.context["form"].work["work_place"].value() == "□□地内"
    assert Draft.objects.count() == Application.objects.exclude(status="discarded").count() == 0
    assert (save_url(page) != url("application-edit", public_id), value_of(page, "revision")) == (True, "0")

    browser.post(save_url(page), typed(work__work_place="□□地内", revision="0"))
    assert Application.objects.exclude(public_id=public_id).get().work_place == "□□地内"


def test_page_of_a_discarded_reservation_keeps_what_was_typed(contractor):
    application = stories.drafted(contractor, stories.reservation(), **stories.tender())
    drafting.discard(by=contractor, public_id=application.public_id)
    data = {"work-work_name": "橋梁補修工事", "reservation-guaranteed_amount": "１００"}
    page = client_of(contractor).post(url("reservation-edit", application.public_id), data)
    assert DISCARDED in words(page)
    assert page.context["form"].work["work_name"].value() == "橋梁補修工事"
    assert str(application.public_id) not in save_url(page)


def test_sending_what_was_discarded_says_so(contractor):
    application = stories.drafted(contractor)
    browser = client_of(contractor)
    page = browser.get(url("application-confirm", application.public_id))
    drafting.discard(by=contractor, public_id=application.public_id)
    sent = {"token": value_of(page, "token"), "revision": "1"}
    answer = browser.post(url("application-confirm", application.public_id), sent, follow=True)
    assert drafting.Discarded.sentence in words(answer)
    assert answer.redirect_chain == [(reverse("guarantees:drafts"), 302)]


def test_rivals_discarded_draft_is_not_found(contractor, rival_contractor):
    application = stories.drafted(contractor)
    drafting.discard(by=contractor, public_id=application.public_id)
    rival = client_of(rival_contractor)
    for name in ("application-edit", "application-confirm", "reservation-edit"):
        assert rival.post(url(name, application.public_id), typed(revision="1")).status_code == 404


# -- What follows, and what is on paper ----------------------------------------------------------------------------


def test_confirm_of_an_interim_advance_offers_no_correction_where_there_is_none(contractor, reviewer, approver):
    advance = stories.issued(contractor, reviewer, approver, **stories.running())
    application = stories.drafted(contractor, stories.interim(advance), **stories.running())
    browser = client_of(contractor)
    html = browser.get(url("application-confirm", application.public_id)).content.decode()
    links = re.findall(r'href="([^"]*)#(\w+)">修正する', html)
    assert [section for _edit, section in links] == ["guarantees", "information"]
    form = browser.get(links[0][0], follow=True).content.decode()
    assert all(f'<section class="nd-card" id="{section}"' in form for _edit, section in links)


def test_paper_guarantees_page_lists_its_versions(contractor, reviewer, approver):
    guarantee = stories.issued(contractor, reviewer, approver, stories.advance(medium=Medium.PAPER))
    stories.amended(contractor, reviewer, approver, guarantee)
    page = client_of(contractor).get(url("application", guarantee.requested.application.public_id))
    today = f"{date.today():%Y/%m/%d}"
    assert (
        "保証証書（紙）の履歴（前払金保証） ※訂正、変更取消された履歴は表示されません。 No. 対象 発行日 保証期限"
        f" 2 変更－１ {today} 2027/04/30 1 新規 {today} 2027/03/31"
    ) in words(page)
    assert "D-Sure" not in words(page)
