"""Every page, at 1200 and at 320 pixels: no violation of WCAG 2.2 A and AA that axe can find, and no page wider than its window."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from dsure.models import Deposit, ElsewhereVersion, Officer, Request, ViewingReceipt, Webhook
from guarantees import drafting
from guarantees.forms.obligee_file import LineForm, labels
from guarantees.models import (
    Application,
    Bill,
    Certificate,
    Dispatch,
    Draft,
    Endorsement,
    Guarantee,
    RequestedGuarantee,
)
from guarantees.terms import ApplicationStatus, Medium, Product, Status
from guarantees.watching import Watch
from netdesk import csv, passwords
from netdesk.models import User

AXE = Axe()
WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # what is in order is not described
    "preload": False,  # no rule of these reads the style sheets or the media themselves
}
WIDTHS = (1200, 320)
ON_AN_APPLICATION = ("take-up", "take-over", "review-note", "review-message", "attach-obligee")
ENDORSEMENT_ACTS = ("approve", "send-back", "decline", "issue")


@pytest.fixture
def story(cast):
    """Every state of the demo world."""
    from guarantees import demo_story

    demo_story.tell()


def look_over(page: Page, urls: list[str]) -> list[str]:
    """What is wrong, page by page; each page is opened once and looked at in both widths."""
    faults = []
    for url in urls:
        page.goto(url)
        faults += faults_of(page)
    return faults


def faults_of(page: Page) -> list[str]:
    """What is wrong with the page as it stands, in both widths; axe is brought into it once."""
    faults = []
    page.evaluate(AXE.axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        where = f"{re.sub('[0-9a-f-]{36}', '…', page.url)} at {width}"
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{where}: wider than its window")
        found = page.evaluate("options => axe.run(document, options)", WCAG)["violations"]
        faults += [f"{where}: {one['id']} {one['nodes'][0]['target']}" for one in found]
    return faults


def test_every_desks_pages_are_accessible(desk, story, contractor):
    """One story for all of them: telling it takes as long as looking at a desk."""
    faults = [*suretys_faults(desk), *faults_of_money_and_papers(desk), *d_sures_faults(desk)]
    assert [*faults, *faults_of_other_systems(desk), *contractors_faults(desk, contractor)] == []


def contractors_faults(desk, contractor) -> list[str]:
    page = desk("contractor")
    draft = Application.objects.get(status=ApplicationStatus.DRAFT).public_id
    returned = Application.objects.get(status=ApplicationStatus.RETURNED).public_id
    guarantee = Guarantee.objects.electronic().first().public_id
    typed = Draft.objects.get().public_id
    open_advance = Guarantee.objects.filter(product=Product.ADVANCE, followed_by=None).first().public_id
    open_reservation = Guarantee.objects.get(product=Product.RESERVATION, followed_by=None)
    awaiting = Application.objects.get(work_name="下水道管渠布設工事").public_id
    urls = [
        "/",
        reverse("guarantees:drafts"),
        reverse("guarantees:application-edit", args=[typed]),
        reverse("guarantees:application-new") + f"?from={returned}",
        reverse("guarantees:draft-discard", args=[typed]),
        reverse("guarantees:application-withdraw", args=[returned]),
        reverse("guarantees:application-confirm", args=[returned]),
        reverse("guarantees:application-new"),
        reverse("guarantees:application-edit", args=[returned]),
        reverse("guarantees:application-confirm", args=[draft]),
        reverse("guarantees:application", args=[returned]),
        reverse("guarantees:application-complete", args=[returned]),
        reverse("guarantees:contract-list"),
        reverse("guarantees:contract-list") + "?tab=keys",
        reverse("guarantees:contract-list") + "?tab=bonds",
        reverse("guarantees:contract-list") + "?from_on=20260230&number=1",
        reverse("guarantees:work", args=[Guarantee.objects.get(public_id=guarantee).work.public_id]),
        reverse("guarantees:contract", args=[guarantee]),
        reverse("guarantees:certificate", args=[guarantee, 1]),
        reverse("guarantees:interim", args=[open_advance]),
        reverse("guarantees:reservation-new"),
        reverse("guarantees:performance", args=[open_reservation.public_id]),
        reverse("guarantees:application", args=[open_reservation.requested.application.public_id]),
        reverse("guarantees:application-complete", args=[open_reservation.requested.application.public_id]),
        *amendment_urls(guarantee),
        *closed_urls(),
        reverse("guarantees:statement-list"),
        reverse("guarantees:statement-list") + "?first=abc&last=&number=12",
        reverse("guarantees:statement-list") + "?first=&last=20200101&number=",
        reverse("guarantees:application", args=[awaiting]),
        *(reverse("guarantees:application", args=[one]) for one in paid_applications()),
        reverse("guarantees:bill-list"),
        reverse("guarantees:branches"),
        reverse("guarantees:obligees"),
        reverse("guarantees:obligees") + f"?name={'市' * 61}&prefecture=13",
        "/demo/mails/",
        "/no-such-page/",
    ]
    faults = look_over(page, urls)
    page.goto(reverse("guarantees:application-new"))
    page.get_by_label("前払金保証を申し込む").check()
    page.get_by_role("button", name="申込内容を確認する").click()
    expect(page).to_have_title(re.compile("^エラー："))
    faults += faults_of(page)
    page.get_by_label("前払金保証を申し込む").check()
    page.locator("[name=advance-medium][value=paper]").check()
    page.locator("[name=information-delivery][value=post]").check()
    page.locator("[name=work-addressee]").select_option(label="長野県（長野県知事）")
    page.get_by_text("長野県は電子保証に対応していません").wait_for()
    faults += faults_of(page)
    page.get_by_role("button", name="入札の状況をクリア").click()
    page.get_by_text("入札の状況をクリアしました").wait_for()
    faults += faults_of(page)
    for url in (reverse("guarantees:interim", args=[open_advance]), reverse("guarantees:reservation-new")):
        page.goto(url)
        page.get_by_role("button", name="申込内容を確認する").click()
        expect(page).to_have_title(re.compile("^エラー："))
        faults += faults_of(page)
    page.goto(reverse("guarantees:application-edit", args=[typed]))
    drafting.keep(by=contractor, public_id=typed, typed={"work-work_name": ["別の工事"]}, revision=None)
    page.get_by_role("button", name="一時保存する").click()
    expect(page.get_by_role("heading", name="異なる項目")).to_be_visible()
    faults += faults_of(page)
    drafting.discard(by=contractor, public_id=typed)
    page.get_by_role("button", name="一時保存する").click()
    page.get_by_text("この申込は、別の画面で破棄されています").wait_for()
    return faults + faults_of(page)


def amendment_urls(guarantee) -> list[str]:
    """The contractor's pages about changes: one in each state, and the form, open and with one open already."""
    pages = [reverse("guarantees:endorsement", args=[one.public_id]) for one in Endorsement.objects.order_by("pk")]
    amended = Certificate.objects.filter(target="変更－１", voiding=None).first().guarantee.public_id
    opened = Endorsement.objects.open().order_by("pk").first().guarantee.public_id
    forms = [reverse("guarantees:amendment", args=[public_id]) for public_id in (amended, guarantee, opened)]
    on_paper = (
        Guarantee.objects.filter(medium=Medium.PAPER, product=Product.ADVANCE).first().requested.application.public_id
    )
    complete = reverse("guarantees:endorsement-complete", args=[Endorsement.objects.last().public_id])
    return [*pages, *forms, complete, reverse("guarantees:application", args=[on_paper])]


def closed_urls() -> list[str]:
    """The contractor's pages about what was re-keyed and what is over, and what may be asked for besides a change."""
    of_cause = {one.cause: one.guarantee.public_id for one in Endorsement.objects.filter(status="issued")}
    asks = [(name, of_cause[cause]) for name in ("key-reissue", "cancellation") for cause in ("correction", "release")]
    pages = [("contract", of_cause[cause]) for cause in ("key_reissue", "release", "cancellation")]
    return [reverse(f"guarantees:{name}", args=[public_id]) for name, public_id in [*asks, *pages]]


def life_urls() -> list[str]:
    """The surety's pages about what becomes of a guarantee, and about what obligees ask for."""
    acts = ("correction", "amendment-cancellation", "key-reissue", "release", "cancellation")
    of_cause = {one.cause: one.guarantee.public_id for one in Endorsement.objects.filter(status="issued")}
    free = Certificate.objects.filter(target="変更－１", voiding=None).first().guarantee.public_id
    pages = [reverse("guarantees:surety-guarantee", args=[public_id]) for public_id in of_cause.values()]
    asks = [
        reverse(f"guarantees:surety-{act}", args=[public_id])
        for act in acts
        for public_id in (free, of_cause["release"])
    ]
    requests = [reverse("guarantees:request", args=[one.pk]) for one in Request.objects.all()]
    answer = reverse("guarantees:request-answer", args=[Request.objects.get(kind="claim").pk])
    return [*pages, *asks, reverse("guarantees:request-list"), *requests, answer]


def suretys_faults(desk) -> list[str]:
    page = desk("approver")
    approved = RequestedGuarantee.objects.at(Status.APPROVED).first()
    under_review = RequestedGuarantee.objects.at(Status.UNDER_REVIEW).first()
    issued = RequestedGuarantee.objects.filter(status=Status.ISSUED).first()
    sent_again = Application.objects.get(status=ApplicationStatus.SUBMITTED, returned_at__isnull=False)
    followers = [
        RequestedGuarantee.objects.filter(product=product).first() for product in (Product.INTERIM, Product.RESERVATION)
    ]
    inbox = reverse("guarantees:surety-inbox")
    tabs = ("received", "under_review", "approved", "returned", "issued", "closed", "endorsements")
    urls = [
        *(f"{inbox}?tab={tab}" for tab in tabs),
        reverse("guarantees:review", args=[approved.application.public_id]),
        reverse("guarantees:review", args=[under_review.application.public_id]),
        reverse("guarantees:review", args=[sent_again.public_id]),
        reverse("guarantees:approve", args=[under_review.public_id]),
        reverse("guarantees:decline", args=[under_review.public_id]),
        reverse("guarantees:send-back", args=[approved.public_id]),
        reverse("guarantees:return", args=[under_review.application.public_id]),
        reverse("guarantees:issue", args=[approved.public_id]),
        reverse("guarantees:issued", args=[issued.public_id]),
        f"{inbox}?first_on=20260230&number=x",
        f"{inbox}?contractor=nobody",
        *(reverse(f"guarantees:{name}", args=[under_review.application.public_id]) for name in ON_AN_APPLICATION),
        *(f"{reverse('guarantees:watch')}?tab={watch}" for watch in Watch.values),
        reverse("guarantees:figures"),
        *(reverse("guarantees:review", args=[one.application.public_id]) for one in followers),
        *(reverse("guarantees:issued", args=[one.public_id]) for one in followers),
        *(reverse("guarantees:endorsement-review", args=[one.public_id]) for one in Endorsement.objects.order_by("pk")),
        *(
            reverse(f"guarantees:endorsement-{act}", args=[Endorsement.objects.first().public_id])
            for act in ENDORSEMENT_ACTS
        ),
        *life_urls(),
    ]
    faults = look_over(page, urls)
    free = Certificate.objects.filter(target="変更－１", voiding=None).first().guarantee.public_id
    page.goto(reverse("guarantees:surety-correction", args=[free]))
    page.get_by_label("工事場所").fill("平塚市△△地内")
    page.get_by_role("button", name="訂正前と訂正後を確認する").click()
    expect(page).to_have_title(re.compile("^エラー："))
    faults += faults_of(page)
    page.get_by_label("訂正の理由").fill("町名の誤り")
    page.get_by_role("button", name="訂正前と訂正後を確認する").click()
    expect(page.get_by_role("button", name="この内容で訂正の審査を始める")).to_be_visible()
    faults += faults_of(page)
    faults += look_over(desk("head-office"), [inbox, reverse("guarantees:figures")])
    return faults


def paid_applications() -> list:
    """Of the applications that something was paid for: withdrawn, waiting for issue, sent on paper."""
    paid = Application.objects.filter(requested__payments__isnull=False).distinct().order_by("pk")
    return list(paid.values_list("public_id", flat=True))


def faults_of_money_and_papers(desk) -> list[str]:
    page = desk("approver")
    awaited, given_up = (
        RequestedGuarantee.objects.get(application__work_name=name) for name in ("下水道管渠布設工事", "駐輪場整備工事")
    )
    bill, sent = Bill.objects.filter(payments=None).first(), Dispatch.objects.standing().first()
    waiting = Guarantee.objects.filter(medium=Medium.PAPER, dispatches=None).first()
    pay, out = reverse("guarantees:payments"), reverse("guarantees:dispatches")
    urls = [
        *(f"{pay}?tab={tab}" for tab in ("awaited", "repay", "confirmed")),
        *(f"{out}?tab={tab}" for tab in ("waiting", "bills", "done")),
        reverse("guarantees:bills"),
        reverse("guarantees:bills") + "?month=2020-01",
        reverse("guarantees:bill-settle", args=[bill.public_id]),
        reverse("guarantees:payment-confirm", args=[awaited.public_id]),
        reverse("guarantees:repay", args=[given_up.public_id]),
        reverse("guarantees:dispatch", args=[waiting.public_id]),
        reverse("guarantees:dispatch", args=[sent.guarantee.public_id]),
        reverse("guarantees:dispatch-take-back", args=[sent.public_id]),
        *(reverse("guarantees:review", args=[one]) for one in paid_applications()),
    ]
    faults = look_over(page, urls)
    for name, subject in (("payment-confirm", awaited), ("dispatch", waiting)):
        page.goto(reverse(f"guarantees:{name}", args=[subject.public_id]))
        page.locator("main form button").last.click()
        expect(page).to_have_title(re.compile("^エラー："))
        faults += faults_of(page)
    return faults


def d_sures_faults(desk) -> list[str]:
    opened = Deposit.objects.get(register_entry__isnull=False, certificates__version=2, certificates__voiding=None)
    officer = desk("officer")
    of_one = [opened.public_id, 1]
    urls = [reverse(f"dsure:{name}") for name in ("lookup", "register", "receipts", "genuine")]
    urls += [reverse(f"dsure:{name}") for name in ("watch", "compare", "requests", "elsewhere", "elsewhere-new")]
    urls += [reverse("dsure:watch") + f"?tab={tab}" for tab in ("behind", "changed")]
    urls += [reverse(f"dsure:request-{kind}", args=[opened.public_id]) for kind in ("release", "partial-release")]
    urls += entered_urls()
    urls += [reverse("dsure:receipt", args=[ViewingReceipt.objects.first().number])]
    urls += [reverse("dsure:certificate", args=[opened.public_id]), reverse("dsure:certificate-version", args=of_one)]
    urls += [reverse(f"dsure:{name}", args=of_one) for name in ("acknowledge", "send-back", "withdraw", "hand-over")]
    faults = look_over(officer, urls)
    officer.goto(reverse("dsure:lookup"))
    officer.get_by_role("button", name="電子証書を表示する").click()
    faults += faults_of(officer)
    return faults + look_over(desk("operator"), [reverse("dsure:operator")])


def entered_urls() -> list[str]:
    """One guarantee that lives elsewhere, and what may be done with it."""
    call_command("load_demo_cases")
    entry = ElsewhereVersion.objects.current().open().filter(version=2).get().entry.public_id
    return [reverse("dsure:elsewhere-entry", args=[entry])] + [
        reverse(f"dsure:elsewhere-{act}", args=[entry, 2]) for act in ("change", "close")
    ]


def faults_of_other_systems(desk) -> list[str]:
    page = desk("officer-admin")
    tokens, webhooks = reverse("dsure:tokens"), reverse("dsure:webhooks")
    webhook = reverse("dsure:webhook", args=[Webhook.objects.get().public_id])
    faults = look_over(page, [reverse("dsure:api"), tokens, webhooks, webhook])
    page.goto(tokens)
    page.get_by_role("button", name="トークンを発行する").click()
    faults += faults_of(page)
    page.get_by_role("textbox", name="名称").fill("財務会計システム")
    page.get_by_label("登録済みの電子証書の参照").check()
    page.get_by_role("button", name="トークンを発行する").click()
    expect(page.get_by_role("heading", name="トークンを発行しました")).to_be_visible()
    faults += faults_of(page)
    page.goto(webhooks)
    page.get_by_role("textbox", name="送信先のURL").fill("https://hooks.example.jp/another")
    page.get_by_role("button", name="Webhookを登録する").click()
    expect(page.get_by_text("dswh_")).to_be_visible()
    return faults + faults_of(page)


def test_d_sures_administration_is_accessible(desk, cast):
    call_command("load_demo_administration")
    page, stopped = desk("officer-admin"), Officer.objects.get(user__full_name="石井 亮")
    names = (
        "organisation",
        "invite-officer",
        "departments",
        "hand-in-rules",
        "organisation-phrase",
        "organisation-log",
    )
    urls = [reverse(f"dsure:{name}") for name in (*names, "profile")]
    urls += [reverse("dsure:hand-in-rule", args=["advance"]), reverse("dsure:department", args=[stopped.department_id])]
    urls += [reverse(f"dsure:{name}", args=[stopped.pk]) for name in ("move-officer", "free-officer")]
    faults = look_over(page, urls)
    for name, button in (("invite-officer", "招待メールを送信する"), ("departments", "部署を追加する")):
        page.goto(reverse(f"dsure:{name}"))
        page.get_by_role("button", name=button).click()
        faults += faults_of(page)
    page.goto(reverse("dsure:hand-in-rule", args=["advance"]))
    page.get_by_role("button", name="受注者への表示を確認する").click()
    assert faults + faults_of(page) == []


def test_d_sures_operators_pages_are_accessible(desk, cast):
    call_command("load_demo_administration")
    page, stopped = desk("operator"), Officer.objects.get(user__full_name="石井 亮")
    urls = [reverse(f"dsure:operator{name}") for name in ("", "-alerts", "-log", "-register")]
    urls += [reverse("dsure:operator") + "?words=x", reverse("dsure:operator-free", args=[stopped.pk])]
    urls += [reverse(f"dsure:operator-{name}", args=[stopped.obligee_id]) for name in ("obligee", "rename", "appoint")]
    faults = look_over(page, urls)
    page.goto(reverse("dsure:operator-register"))
    page.get_by_role("button", name="登録して招待メールを送信する").click()
    assert faults + faults_of(page) == []


def test_import_of_obligees_is_accessible(desk, cast):
    page, url = desk("head-approver"), reverse("guarantees:obligee-import")
    lines = ['"団体コード"\r\n'.encode(), obligee_lines()]
    page.goto(url)
    page.get_by_role("button", name="内容を確認する").click()
    faults = faults_of(page)
    for content in lines:
        page.get_by_label("CSVファイル").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": content})
        page.get_by_role("button", name="内容を確認する").click()
        faults += faults_of(page)
    expect(page.get_by_role("heading", name="取込の確認")).to_be_visible()
    page.get_by_role("button", name="取り込む").click()
    expect(page.get_by_text("このファイルを取り込みました")).to_be_visible()
    assert faults + faults_of(page) + look_over(page, [url]) == []


def obligee_lines() -> bytes:
    """A file that brings one obligee, without terms."""
    rows = [labels(LineForm), ["14201", "横須賀市", "横須賀市長", *[""] * 17]]
    return "".join(csv.lines(rows)).encode()


def test_sign_in_page_is_accessible(page, live_server, db):
    page.goto(live_server.url + "/login/")
    faults = faults_of(page)
    page.get_by_role("button", name="ログイン").click()
    assert faults + faults_of(page) == []


def test_help_company_and_password_pages_are_accessible(desk, cast):
    page = desk("contractor")
    names = ["company", "company-edit", "invite", "profile", "help", "help-application", "help-printing", "branches"]
    names += ["guide-system", "guide-next", "guide-key", "guide-hand-in", "guide-questions"]
    faults = look_over(page, [*(reverse(f"guarantees:{name}") for name in names), reverse("password-change")])
    for name, button in (("company-edit", "この内容に変更する"), ("invite", "招待メールを送信する")):
        page.goto(reverse(f"guarantees:{name}"))
        page.locator("[name=email]").fill("x")
        page.get_by_role("button", name=button).click()
        faults += faults_of(page)
    page.goto(reverse("password-change"))
    page.get_by_role("button", name="パスワードを変更する").click()
    assert faults + faults_of(page) == []


def test_pages_of_a_forgotten_password_are_accessible(page, live_server, cast):
    link = passwords.link_for(User.objects.get(username="contractor")).removeprefix(settings.BASE_URL)
    names = ("password-reset", "password-reset-sent")
    used = link.replace("/password/set/", "/password/set/x")
    faults = look_over(page, [live_server.url + path for path in (*(reverse(name) for name in names), link, used)])
    page.goto(live_server.url + link)
    page.get_by_role("button", name="パスワードを設定する").click()
    assert faults + faults_of(page) == []


def test_suretys_help_is_accessible(desk, cast):
    assert look_over(desk("reviewer"), [reverse("guarantees:help"), reverse("guarantees:guide-key")]) == []
