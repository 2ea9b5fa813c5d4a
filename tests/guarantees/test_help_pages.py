"""Help and guide: who reads them, every field of the application explained, the six answers word for word."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from guarantees.forms.information import InformationForm
from guarantees.forms.products import AdvanceForm, PerformanceForm
from guarantees.forms.work import WorkForm
from tests.pages import client_of, words

pytestmark = pytest.mark.django_db

PAGES = {
    "/help/": "ヘルプ",
    "/help/application/": "保証申込のヘルプ",
    "/help/printing/": "印刷方法について",
    "/guide/system/": "電子保証の仕組み",
    "/guide/next/": "次に何をするか",
    "/guide/key/": "認証キーの取得方法",
    "/guide/hand-in/": "発注者への提出方法",
    "/guide/questions/": "よくある質問",
    "/branches/": "営業部・支店",
}
QUESTIONS = [
    "Q1. 発注案件は、すべて電子保証としないといけないのでしょうか？ 電子保証はあくまで受注者の選択肢の拡大であり、従来通り紙の保証証書を選択いただくことも可能です。",
    "Q2. 保証料の領収証や計算書も電子化されますか？ 計算書は電子化していますが、領収証は引き続き書面にてお渡しします。",
    "Q3. 電子保証の利用にあたり、保証料以外に発生する費用はありますか？ 保証料以外に追加費用は発生しません。",
    "Q4. 電子保証を選択した場合、発注者に保証証書を提出するまでの日数は従来より短縮されるのでしょうか？ 保証証書の受取り・提出に要していた郵送や移動の手間がなくなるため、保証申込みから提出までを、最短で当日中に行うことが可能です。",
    "Q5. 電子保証をした工事について変更の保証証書が必要となりました。紙の保証証書を選択することは可能でしょうか？ 同じ保証契約において、電子証書と紙の保証証書は混在できません。",
    "Q6. 同一の工事で、前払金保証は電子証書、契約保証は紙の保証証書といった保証申込みは可能でしょうか？ 可能です。商品ごとに保証証書の形式が異なっても構いません。",
]
# Section E of the seeds, beside what the forms of today have.
OF_THE_SEEDS = [
    "手続状況",
    "保証契約番号",
    "当該工事の中間前払金の有無",
    "中間前払金の請求予定",
    "受注区分",
    "落札日",
    "入札回数",
    "入札参加者数",
    "失格者数",
    "二番札入札者",
    "二番札入札金額",
    "最高札入札者",
    "最高札入札金額",
    "申込送信先",
    "受取方法",
    "受取希望日",
    "来店予定日",
    "保証証書送付先",
    "弊社からお客様へのお知らせ",
]


@pytest.mark.parametrize(("url", "title"), PAGES.items())
def test_help_is_read_by_contractors_and_the_surety_in_their_own_frames(contractor, reviewer, officer, url, title):
    for person, product in ((contractor, "Net Desk"), (reviewer, "Net Desk 業務")):
        page = client_of(person).get(url)
        assert (page.status_code, f"<title>{title} - {product}</title>" in page.content.decode()) == (200, True)
        assert title in words(page)
    assert client_of(officer).get(url).status_code == 404
    assert Client().get(url)["Location"] == f"/login/?next={url}"


@pytest.mark.parametrize("url", PAGES)
def test_help_links_and_pictures_lead_somewhere(contractor, reviewer, url):
    for person in (contractor, reviewer):
        client = client_of(person)
        html = client.get(url).content.decode()
        ids = set(re.findall(r'\bid="([^"]+)"', html))
        assert set(re.findall(r'href="#([^"]+)"', html)) <= ids
        for link in set(re.findall(r'href="(/(?!static)[^"#]*)"', html)):
            assert client.get(link).status_code == 200, link
        pictures = re.findall(r'<img src="/static/([^"]+)" alt="([^"]*)"', html)
        assert all(alt and (Path(settings.BASE_DIR) / "static" / name).is_file() for name, alt in pictures)


@pytest.mark.parametrize("url", PAGES)
def test_help_takes_no_query_for_each_row(contractor, url, django_assert_max_num_queries):
    client = client_of(contractor)
    with django_assert_max_num_queries(4):
        client.get(url)


def test_help_explains_every_field_of_the_application(contractor):
    html = client_of(contractor).get("/help/application/").content.decode()
    explained = {re.sub(r"\s*<.*", "", label).strip() for label in re.findall(r"<dt>(.*?)</dt>", html)}
    labels = {
        str(field.label)
        for form in (WorkForm, AdvanceForm, PerformanceForm, InformationForm)
        for field in form.base_fields.values()
        if not field.widget.is_hidden
    }
    explained |= {"受取希望日", "来店予定日"}
    assert (labels | set(OF_THE_SEEDS)) - explained == set()


def test_questions_are_those_of_the_seeds_word_for_word(contractor):
    text = words(client_of(contractor).get("/guide/questions/"))
    assert [question for question in QUESTIONS if question not in text] == []


def test_hand_in_says_what_is_handed_in_when_and_what_is_not(contractor):
    text = words(client_of(contractor).get("/guide/hand-in/"))
    for said in (
        "保証証書の画面やPDFを提出しないでください",
        "①電子契約システムへのアップロード",
        "②電子メールに添付して送信",
        "※同じ工事でも、契約保証と前払金保証では、異なる「認証キー」が発行されます。契約時、前払金請求時にそれぞれ提出してください。",
    ):
        assert said in text


def test_next_walks_the_five_steps_in_order(contractor):
    text = words(client_of(contractor).get("/guide/next/"))
    steps = [
        "「保証契約一覧」をクリック",
        "「電子保証（認証キー）」タブを選択",
        "「詳細」をクリック",
        "保証契約内容を確認",
        "「印刷」をクリック",
    ]
    places = [text.index(step) for step in steps]
    assert places == sorted(places)


def test_branches_are_named_with_telephone_hours_and_mail(contractor):
    text = words(client_of(contractor).get("/branches/"))
    assert (
        "神奈川支店 神奈川県横浜市中区○○1-1 045-000-0000 0120-000-034 kanagawa@example.jp 9:00~17:00（土日祝日・年末年始除く）"
        in text
    )


def test_every_page_of_the_contractor_leads_to_the_help(contractor):
    html = client_of(contractor).get("/contracts/").content.decode()
    header, footer = html.split("<main")[0], html.split("</main>")[1]
    assert '"/help/application/"' in header
    for url in ("/help/", "/guide/system/", "/guide/key/", "/guide/hand-in/", "/guide/questions/", "/branches/"):
        assert f'"{url}"' in footer


def test_pictures_of_the_guide_are_small():
    pictures = list((Path(settings.BASE_DIR) / "static" / "guide").glob("*.png"))
    assert len(pictures) == 10
    assert [path.name for path in pictures if path.stat().st_size > 80_000] == []
