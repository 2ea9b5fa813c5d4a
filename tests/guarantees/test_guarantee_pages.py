"""The surety's guarantee page, corrections, requests of obligees, and what the contractor asks for and reads, through HTTP."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dsure import keys, reporting
from dsure.models import Deposit
from guarantees import asking, disclosing
from guarantees.endorsement_terms import KeyReissueReason
from guarantees.models import Endorsement, Event, Guarantee, KeySight, NumberSeries
from guarantees.terms import Medium
from tests import stories
from tests.pages import client_of, summary_of, value_of, words

pytestmark = pytest.mark.django_db

ASKS = ("correction", "amendment-cancellation", "key-reissue", "release", "cancellation")


@pytest.fixture
def guarantee(contractor, reviewer, approver) -> Guarantee:
    return stories.issued(contractor, reviewer, approver)


def url_of(name: str, row) -> str:
    return reverse(f"guarantees:{name}", args=[getattr(row, "public_id", row)])


def boxes_of(page) -> dict[str, str]:
    """Every box of the page as it stands, as a browser sends it back."""
    html = page.content.decode()
    found = re.findall(r'<input [^>]*name="(\w+)" value="([^"]*)"', html)
    chosen = re.findall(r'<select name="(\w+)".*?<option value="([^"]*)" selected', html, re.DOTALL)
    texts = re.findall(r'<textarea name="(\w+)"[^>]*>\s*(.*?)</textarea>', html, re.DOTALL)
    return {name: unescape(value) for name, value in [*found, *chosen, *texts] if name != "csrfmiddlewaretoken"}


def acted(browser, url: str, **typed: str):
    """The page's button is pressed, with its token and what is typed."""
    token = value_of(browser.get(url), "token")
    return browser.post(url, {"token": token, **typed}, follow=True)


class TestPage:
    """/surety/guarantees/<uuid>/"""

    def test_it_tells_versions_voidings_and_one_line_of_time(self, contractor, reviewer, approver, guarantee):
        stories.amended(contractor, reviewer, approver, guarantee)
        asked = asking.ask_amendment_cancellation(guarantee=guarantee, reason="取りやめのため", by=reviewer)
        stories.carried_out(asked, reviewer, approver)
        disclosing.show_key(guarantee=guarantee, where=KeySight.Where.PAGE, by=contractor.user)
        page = client_of(reviewer).get(url_of("surety-guarantee", guarantee))
        said = words(page)
        assert re.search(r"2 変更－１ \S+ \S+ 変更 田中 実 取消 変更取消 \S+ \S+ 田中 実 理由：取りやめのため", said)
        assert re.search(r"1 新規 \S+ \S+ 新規 田中 実 現在の内容", said)
        assert "有効な保証証書 新規" in said
        assert "保証金額：20,000,000円 → 22,000,000円" in said
        acts = re.findall(
            r"<th scope=\"row\"[^>]*>([^<]+)<span class=\"nd-second\">(?:変更|変更取消|前払金保証)<",
            page.content.decode(),
        )
        assert acts == [
            "異動の発行",
            "異動の承認",
            "異動の申出",
            "異動の発行",
            "異動の承認",
            "異動の審査を開始",
            "異動の申出",
            "発行",
            "承認",
        ]
        assert "下書きを作成" in said
        assert stories.key_of(guarantee) not in page.content.decode().replace("-", "")
        assert "佐藤 花子 電子保証履歴一覧 第1版" in said

    def test_it_is_of_the_own_branch_and_offers_what_is_possible_now(
        self, contractor, reviewer, nagano_approver, guarantee
    ):
        url = url_of("surety-guarantee", guarantee)
        assert client_of(nagano_approver).get(url).status_code == 404
        for name in ASKS:
            assert client_of(nagano_approver).get(url_of(f"surety-{name}", guarantee)).status_code == 404
        html = client_of(reviewer).get(url).content.decode()
        offered = {name for name in ASKS if f'"{url_of(f"surety-{name}", guarantee)}"' in html}
        assert offered == set(ASKS) - {"amendment-cancellation"}
        endorsement = stories.asked(contractor, guarantee)
        html = client_of(reviewer).get(url).content.decode()
        assert url_of("endorsement-review", endorsement) in html
        assert not {name for name in ASKS if f'"{url_of(f"surety-{name}", guarantee)}"' in html}

    def test_it_takes_as_many_queries_with_one_version_as_with_three(self, contractor, reviewer, approver, guarantee):
        desk, url, counts = client_of(reviewer), url_of("surety-guarantee", guarantee), []
        stories.amended(contractor, reviewer, approver, guarantee)
        for amount in (None, 23_000_000, 24_000_000):
            if amount:
                stories.amended(contractor, reviewer, approver, guarantee, guaranteed_amount=amount)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                desk.get(url)
            counts.append(len(queries))
        assert len(set(counts)) == 1

    def test_paper_has_no_key_and_no_receipt(self, contractor, reviewer, approver):
        paper = stories.issued(contractor, reviewer, approver, stories.advance(medium=Medium.PAPER))
        said = words(client_of(reviewer).get(url_of("surety-guarantee", paper)))
        assert "認証キー" not in said
        assert client_of(reviewer).get(url_of("surety-key-reissue", paper)).status_code == 200


class TestCorrection:
    """The page of a correction: boxes, both sides, sent."""

    def sent(self, desk, guarantee, **typed: str):
        url = url_of("surety-correction", guarantee)
        boxes = boxes_of(desk.get(url))
        return desk.post(url, boxes | {"reason": "町名の誤り"} | typed)

    def test_both_sides_are_shown_before_it_is_asked_for_once(self, reviewer, guarantee):
        desk = client_of(reviewer)
        confirm = self.sent(desk, guarantee, work_place="平塚市△△地内", contracted_on="令和8年12月2日")
        said = words(confirm)
        assert "工事場所 平塚市○○地内 平塚市△△地内 変更" in said
        assert "請負契約日 2026年12月1日（令和8年12月1日） 2026年12月2日（令和8年12月2日） 変更" in said
        assert "保証金額 20,000,000円 変更なし" in said
        assert not Endorsement.objects.exists()
        hidden = boxes_of(confirm)
        first = desk.post(url_of("surety-correction", guarantee), hidden)
        again = desk.post(url_of("surety-correction", guarantee), hidden)
        endorsement = Endorsement.objects.get()
        assert (first["Location"], again["Location"]) == (url_of("endorsement-review", endorsement),) * 2
        assert (endorsement.facts_after["work_place"], endorsement.facts_after["contracted_on"]) == (
            "平塚市△△地内",
            "2026-12-02",
        )

    @pytest.mark.parametrize(
        ("typed", "sentences"),
        [
            ({}, ["現在の内容から訂正された項目がありません。正しい内容を入力してください"]),
            ({"work_name": "", "reason": ""}, ["工事名を入力してください", "訂正の理由を入力してください"]),
            ({"work_ends_on": "2026/11/30"}, ["工期（終わり）は、工期の始まり（2026年12月1日（令和8年12月1日））以降の日付を入力してください"]),
            ({"guaranteed_amount": "50,000,001"}, ["保証金額は請負金額（50,000,000円）以下で入力してください"]),
            ({"addressee": "柏市長"}, ["被保証者の職名を選択肢の中から選択してください"]),
        ],
    )  # fmt: skip
    def test_what_is_wrong_has_its_sentence_and_is_kept(self, reviewer, guarantee, typed, sentences):
        page = self.sent(client_of(reviewer), guarantee, **typed)
        assert summary_of(page) == sentences
        assert not Endorsement.objects.exists()

    def test_a_correction_against_an_amendment_that_was_faster_is_refused_in_words(
        self, contractor, reviewer, guarantee
    ):
        desk = client_of(reviewer)
        confirm = self.sent(desk, guarantee, work_place="平塚市△△地内")
        stories.asked(contractor, guarantee)
        page = desk.post(url_of("surety-correction", guarantee), boxes_of(confirm), follow=True)
        assert "この保証契約には、手続き中の異動があります。" in words(page)
        assert Endorsement.objects.get().cause == "amendment"


class TestIssue:
    """The page that says what issuing will do, and what D-Sure refuses."""

    def test_each_cause_says_what_it_will_do(self, contractor, officer, reviewer, approver, guarantee):
        stories.amended(contractor, reviewer, approver, guarantee)
        cursor = stories.filed(officer, guarantee).pk
        lost = {"why": KeyReissueReason.LOST, "reason": "", "by": contractor}
        said = {
            "訂正した保証証書（対象：変更－１": lambda: stories.correction_asked(guarantee, reviewer),
            "変更－１（第2版）の保証証書を取り消します": lambda: asking.ask_amendment_cancellation(
                guarantee=guarantee, reason="取りやめ", by=reviewer
            ),
            "これまでの認証キーは、その時から使えません": lambda: asking.ask_key_reissue(guarantee=guarantee, **lost),
            f"D-Sureの依頼（No.{cursor}）に「実施」と回答します": lambda: asking.take_up_request(
                guarantee=guarantee, cursor=cursor, by=reviewer
            ),
        }
        desk = client_of(approver)
        for sentence, ask in said.items():
            approved = stories.approved_endorsement(ask(), reviewer)
            assert sentence in words(desk.get(url_of("endorsement-issue", approved)))
            Endorsement.objects.filter(pk=approved.pk).delete()

    def test_a_refusal_of_d_sure_is_said_in_words_and_leaves_nothing(self, contractor, reviewer, approver, guarantee):
        approved = stories.asked_and_approved(contractor, reviewer, guarantee)
        Deposit.objects.update(state="cancelled")
        self.refused(approver, "endorsement-issue", approved, "この保証契約はすでに解除または解約されています。")

    def test_a_first_issue_that_d_sure_refuses_is_said_in_words_too(
        self, contractor, rival_officer, reviewer, approver
    ):
        requested = stories.approved(contractor, reviewer)
        Deposit.objects.create(
            number="34081-00001M", obligee=rival_officer.obligee, verifier_text="$argon2id$", pepper_version=1
        )
        sentence = "電子証書の発注者が、預けようとしている発注者と一致しません。"
        self.refused(approver, "issue", requested, sentence)

    def refused(self, approver, page: str, subject, sentence: str) -> None:
        before = (Guarantee.objects.count(), Event.objects.count(), NumberSeries.objects.count())
        said = words(acted(client_of(approver), url_of(page, subject)))
        assert "D-Sureが受け付けなかったため、この操作は行われていません。" in said
        assert sentence in said
        subject.refresh_from_db()
        assert subject.status == "approved"
        assert (Guarantee.objects.count(), Event.objects.count(), NumberSeries.objects.count()) == before


class TestRequests:
    """発注者からの依頼."""

    def test_a_release_goes_from_the_list_to_the_end_and_the_obligee_reads_it(
        self, contractor, officer, reviewer, approver, guarantee
    ):
        desk, cursor = client_of(reviewer), stories.filed(officer, guarantee).pk
        assert f"{cursor} 2026/11/20" in words(desk.get(reverse("guarantees:request-list")))
        url = reverse("guarantees:request", args=[cursor])
        page = desk.get(url)
        assert "未受付" in words(page)
        taken_up = desk.post(f"{url}take-up/", {"token": value_of(page, "token")}, follow=True)
        endorsement = Endorsement.objects.get()
        assert taken_up.redirect_chain[-1][0] == url_of("endorsement-review", endorsement)
        acted(desk, url_of("endorsement-approve", endorsement), revision="1")
        acted(client_of(approver), url_of("endorsement-issue", endorsement))
        assert (Guarantee.objects.get().state, reporting.request(cursor).answer) == ("released", "carried_out")
        assert "実施済" in words(desk.get(url))
        clerk = client_of(contractor)
        for page_of in ("contract", "application"):
            row = guarantee if page_of == "contract" else guarantee.requested.application
            assert "状態 解除" in words(clerk.get(url_of(page_of, row)))
        assert "この保証契約は解除されています" in words(clerk.get(url_of("contract", guarantee)))
        assert clerk.get(reverse("guarantees:certificate", args=[guarantee.public_id, 1])).status_code == 200

    def test_a_claim_is_taken_up_and_answered(self, officer, reviewer, guarantee):
        desk, cursor = client_of(reviewer), stories.filed(officer, guarantee, "claim", 3_000_000).pk
        url = reverse("guarantees:request", args=[cursor])
        desk.post(f"{url}take-up/", {"token": value_of(desk.get(url), "token")})
        assert summary_of(acted(desk, f"{url}answer/")) == [
            "回答を選択してください",
            "発注者への説明を入力してください",
        ]
        said = words(acted(desk, f"{url}answer/", answer="declined", reason="保証の対象外のため。"))
        assert "回答 不可" in said
        assert "保証の対象外のため。" in said
        assert desk.get(reverse("guarantees:request-answer", args=[cursor])).status_code == 200

    def test_they_are_of_the_own_branch_and_an_empty_list_says_so(self, officer, reviewer, nagano_approver, guarantee):
        assert "発注者からの依頼はありません。" in words(client_of(reviewer).get(reverse("guarantees:request-list")))
        url = reverse("guarantees:request", args=[stories.filed(officer, guarantee).pk])
        other = client_of(nagano_approver)
        assert "発注者からの依頼はありません。" in words(other.get(reverse("guarantees:request-list")))
        answers = [other.get(url), other.post(f"{url}take-up/"), other.get(f"{url}answer/")]
        assert [answer.status_code for answer in answers] == [404] * 3

    def test_the_list_takes_as_many_queries_with_one_row_as_with_three(
        self, contractor, officer, reviewer, approver, guarantee
    ):
        desk, counts = client_of(reviewer), []
        for kind, amount in (("release", None), ("claim", 1), (None, None)):
            if kind:
                stories.filed(officer, guarantee, kind, amount)
            else:
                stories.filed(officer, stories.issued(contractor, reviewer, approver))
            with CaptureQueriesContext(connection) as queries:
                desk.get(reverse("guarantees:request-list"))
            counts.append(len(queries))
        assert len(set(counts)) == 1


class TestContractor:
    """What the contractor asks for in one step, and reads."""

    def test_another_key_is_asked_for_in_one_click_and_read_when_it_is_there(
        self, contractor, reviewer, approver, guarantee
    ):
        clerk, old = client_of(contractor), stories.key_of(guarantee)
        url = url_of("key-reissue", guarantee)
        assert f'"{url}"' in clerk.get(url_of("contract", guarantee)).content.decode()
        assert summary_of(acted(clerk, url)) == ["再発行の理由を選択してください"]
        assert summary_of(acted(clerk, url, why="other")) == ["「その他」を選んだ場合は、詳しい事情を入力してください"]
        assert "認証キー再発行の申込を送信しました" in words(acted(clerk, url, why="lost"))
        stories.carried_out(Endorsement.objects.get(), reviewer, approver)
        page = clerk.get(url_of("contract", guarantee)).content.decode()
        assert keys.grouped(stories.key_of(guarantee)) in page
        assert keys.grouped(old) not in page
        assert KeySight.objects.order_by("pk").last().key_version == 2

    def test_the_end_is_asked_for_and_the_closed_page_offers_nothing_more(
        self, contractor, rival_contractor, reviewer, approver, guarantee
    ):
        clerk, url = client_of(contractor), url_of("cancellation", guarantee)
        assert client_of(rival_contractor).get(url).status_code == 404
        assert summary_of(acted(clerk, url)) == ["理由を入力してください"]
        acted(clerk, url, reason="合意解除のため")
        stories.carried_out(Endorsement.objects.get(), reviewer, approver)
        html = clerk.get(url_of("contract", guarantee)).content.decode()
        assert not {name for name in ("amendment", "cancellation", "key-reissue") if url_of(name, guarantee) in html}
        assert "この保証契約はすでに解除または解約されています。" in words(clerk.get(url))
        assert "解約" in words(clerk.get(reverse("guarantees:contract-list") + "?tab=keys"))

    def test_history_shows_the_corrected_version_alone(self, contractor, reviewer, approver, guarantee):
        endorsement = stories.corrected(guarantee, reviewer, approver)
        clerk = client_of(contractor)
        html = clerk.get(url_of("contract", guarantee)).content.decode()
        shown = re.findall(r"/certificates/(\d+)/", html)
        assert set(shown) == {"2"}
        said = words(clerk.get(url_of("endorsement", endorsement)))
        assert "訂正した保証証書を発行しました" in said
        assert "入力の誤りのため" in said
