"""The whole way of one guarantee, through HTTP and on real input: from application to D-Sure, for three people."""

import re
import uuid
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from dsure import viewing
from dsure.models import Viewing
from guarantees.models import Guarantee, KeySight, RequestedGuarantee
from netdesk.models import Mail
from tests.pages import client_of, value_of, words
from tests.queue import run_queue
from tests.typed import typed

pytestmark = pytest.mark.django_db(transaction=True)


def act(browser, url: str, **data: str):
    page = browser.get(url)
    hidden = {name: value_of(page, name) for name in ("token", "revision") if f'name="{name}"' in page.content.decode()}
    return browser.post(url, {**hidden, **data}, follow=True)


def test_one_application_travels_from_net_desk_to_d_sure(
    contractor, reviewer, approver, officer, rival_officer, mailoutbox
):
    clerk, public_id = client_of(contractor), uuid.uuid4()
    clerk.post(reverse("guarantees:application-edit", args=[public_id]), typed())
    sent = act(clerk, reverse("guarantees:application-confirm", args=[public_id]))
    assert "申込を送信しました" in words(sent)

    branch = client_of(reviewer)
    take_up_url = reverse("guarantees:take-up", args=[public_id])
    branch.post(take_up_url, {"token": value_of(branch.get(take_up_url), "token")})
    requested = list(RequestedGuarantee.objects.order_by("pk"))
    for one in requested:
        act(branch, reverse("guarantees:approve", args=[one.public_id]))
    for one in requested:
        issued = act(client_of(approver), reverse("guarantees:issue", args=[one.public_id]))
        assert "保証証書を発行しました" in words(issued)

    run_queue()
    assert [mail.subject for mail in mailoutbox] == ["電子保証（認証キー）発行完了のお知らせ"] * 2
    assert Mail.objects.filter(sent_at__isnull=False).count() == 2

    guarantees = list(Guarantee.objects.order_by("pk"))
    keys = {one.number: key_of(clerk, one) for one in guarantees}
    assert len(set(keys)) == len(set(keys.values())) == 2

    counter = client_of(officer)
    for one in guarantees:
        shown = look_up(counter, one.number, keys[one.number])
        certificate = one.certificates.get()
        said = words(shown)
        assert f"保証契約番号 {one.number}" in said
        assert "平塚市長 様" in said
        assert "有効" in said
        pdf_url = re.search(r'href="([^"]+certificate\.pdf)"', shown.content.decode()).group(1)
        assert counter.get(pdf_url).content == bytes(certificate.pdf)

    rival = client_of(rival_officer)
    for number, key in keys.items():
        assert viewing.NO_MATCH in words(look_up(rival, number, key))
    assert {row.viewed_by for row in Viewing.objects.all()} == {officer.user}


def key_of(clerk, guarantee: Guarantee) -> str:
    """The key as the downloaded notice says it, which is the key that the page shows."""
    page = clerk.get(reverse("guarantees:contract", args=[guarantee.public_id]))
    on_page = re.search(r'class="nd-key">([^<]+)<', page.content.decode()).group(1)
    notice = clerk.get(reverse("guarantees:key-notice", args=[guarantee.public_id]))
    assert notice["Content-Disposition"].startswith("attachment;")
    text = PdfReader(BytesIO(notice.content)).pages[0].extract_text()
    assert on_page in text
    assert guarantee.number in text
    assert [sight.where for sight in guarantee.key_sights.order_by("pk")] == [
        KeySight.Where.PAGE,
        KeySight.Where.NOTICE,
    ]
    return on_page


def look_up(browser, number: str, key: str):
    """Type the pair as people do: full width, in groups, with blanks around."""
    wide = number.translate(str.maketrans("0123456789-M", "０１２３４５６７８９－Ｍ"))
    return browser.post(reverse("dsure:lookup"), {"number": f" {wide} ", "key": key.replace("-", " ")}, follow=True)
