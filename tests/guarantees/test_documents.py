"""The certificate and the key notice say every word of domain.md H and I, on one page, and nothing typed becomes markup."""

import io
import json
import re
from dataclasses import FrozenInstanceError, replace
from html.parser import HTMLParser

import pytest
import segno
from django.template.loader import render_to_string
from pypdf import PdfReader

from dsure import keys
from guarantees import documents
from guarantees.documents import CertificateFacts, KeyNotice
from guarantees.handing_in import Rule
from guarantees.terms import Product
from tests import two_dimensional
from tests.pages import bare

FACTS = CertificateFacts(
    number="37071-00001M",
    product="advance",
    product_name="前払金保証",
    issued_on="2026-12-01",
    contractor_name="湘南みなと建設株式会社",
    contractor_address="神奈川県平塚市見本町９番１号",
    addressee="平塚市長",
    obligee_code="14203",
    obligee_name="平塚市",
    guaranteed_amount=20_000_000,
    guarantee_ends_on="2027-03-31",
    work_name="市道幹線１号線　道路改良工事（その２）",
    work_place="平塚市見本町",
    contract_price=50_000_000,
    work_starts_on="2026-12-02",
    work_ends_on="2027-03-30",
    contracted_on="2026-11-30",
    entrusted_bank="○○銀行　××支店",
    surety_name="○○建設業保証株式会社",
    surety_address="東京都中央区見本一丁目２番３号",
    surety_president="取締役社長　見本　太郎",
    branch_name="神奈川支店",
    branch_phone="045-000-0000",
    branch_fax="045-000-0001",
)
PERFORMANCE = replace(FACTS, product="performance", product_name="契約保証", entrusted_bank=None)
JOINT = replace(
    FACTS,
    contractor_name="湘南みなと・相模野特定建設工事共同企業体",
    representative_name="湘南みなと建設株式会社",
)
LONGEST = replace(
    FACTS,
    product="interim",
    product_name="中間前払金保証",
    mark="変更－１０",
    contractor_name="共" * 59 + "体",
    representative_name="代" * 59 + "表",
    contractor_address="住" * 59 + "所",
    addressee="宛" * 59 + "長",
    guaranteed_amount=999_999_999_999,
    contract_price=999_999_999_999,
    work_name="工" * 99 + "事",
    entrusted_bank="銀" * 59 + "行",
    surety_name="保" * 59 + "証",
    surety_address="址" * 59 + "号",
    surety_president="社" * 59 + "長",
    branch_name="支" * 59 + "店",
    is_specimen=True,
)
PRINTED = [
    "number",
    "contractor_name",
    "representative_name",
    "contractor_address",
    "addressee",
    "work_name",
    "entrusted_bank",
    "mark",
    "surety_name",
    "surety_address",
    "surety_president",
    "branch_name",
    "branch_phone",
    "branch_fax",
]
NOTE_1 = "（注）1. 保証契約を変更する場合は、表題の下に「変更－」の表示と変更の発生番号を付記し、変更後の契約内容を表示します。"
NOTE_2 = "2. 請負金額のみの変更の場合は、この保証契約の効力に影響を及ぼさないので、保証契約の変更の手続きをとる必要はありません。"
NOTICE = KeyNotice(
    work_name=FACTS.work_name,
    contractor_name=FACTS.contractor_name,
    product_name="前払金保証",
    number=FACTS.number,
    key="Ks7uVw4J3xQp",
    surety_name=FACTS.surety_name,
)
OF_THE_CODE = "発注者の読み取り機用。保証契約番号と認証キーが入っています。"


def pages(pdf):
    return [bare(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def only_page(pdf):
    (page,) = pages(pdf)
    return page


def assert_in_order(page, *words):
    place = 0
    for word in words:
        found = page.find(bare(word), place)
        assert found >= 0, f"{word} is missing or out of order in {page}"
        place = found + len(bare(word))


def sheet(facts):
    return render_to_string("documents/certificate_1_sheet.html", {"facts": facts.as_json()})


class Words(HTMLParser):
    """The text of an HTML page, and the names of its elements and attributes."""

    def __init__(self, html):
        super().__init__()
        self.text, self.tags, self.attributes = "", set(), set()
        self.feed(html)

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}


def test_certificate_says_every_word_of_an_advance_guarantee():
    assert_in_order(
        only_page(documents.certificate(FACTS)),
        "令和8年12月1日",
        "保証証書（前払金保証）",
        "保証契約番号 37071-00001M",
        "保証契約者 神奈川県平塚市見本町９番１号 湘南みなと建設株式会社 様",
        "被保証者 平塚市長 様",
        "保証金額（総額） 20,000,000 円",
        "保証期限 令和9年3月31日",
        "工事名 市道幹線１号線　道路改良工事（その２）",
        "請負金額（総額） 50,000,000 円",
        "工期 令和8年12月2日 ～ 令和9年3月30日",
        "請負契約日 令和8年11月30日",
        "預託金融機関 ○○銀行　××支店",
        "当会社は、前払金保証約款に基づき上記のとおり保証契約を締結し、その責に任じます。",
        "東京都中央区見本一丁目２番３号 ○○建設業保証株式会社 取締役社長　見本　太郎",
        "取扱箇所 神奈川支店 TEL：045-000-0000 FAX：045-000-0001",
        NOTE_1,
        NOTE_2,
    )


def test_certificate_of_a_performance_guarantee_has_no_bank_and_one_note():
    page = only_page(documents.certificate(replace(PERFORMANCE, entrusted_bank="○○銀行")))
    assert_in_order(
        page,
        "保証証書（契約保証）",
        "当会社は、契約保証約款に基づき上記のとおり保証契約を締結し、その責に任じます。",
        NOTE_1,
    )
    assert bare("預託金融機関") not in page
    assert bare(NOTE_2) not in page and page.endswith(bare(NOTE_1))


def test_certificate_of_an_interim_guarantee_names_its_own_terms():
    page = only_page(documents.certificate(replace(FACTS, product="interim", product_name="中間前払金保証")))
    assert_in_order(
        page,
        "保証証書（中間前払金保証）",
        "当会社は、中間前払金保証約款に基づき",
        NOTE_2,
    )


def test_certificate_of_a_joint_venture_names_it_then_its_representative():
    assert_in_order(
        only_page(documents.certificate(JOINT)),
        "保証契約者 湘南みなと・相模野特定建設工事共同企業体 様",
        "代表者　湘南みなと建設株式会社",
        "神奈川県平塚市見本町９番１号",
        "被保証者",
    )


def test_certificate_of_an_amendment_is_marked_under_its_title():
    assert_in_order(
        only_page(documents.certificate(replace(FACTS, mark="変更－１"))),
        "保証証書（前払金保証）",
        "変更－１",
        "保証契約番号",
    )
    assert "変更-1" not in only_page(documents.certificate(FACTS))


def test_specimen_is_marked_and_others_are_not():
    specimen = replace(FACTS, is_specimen=True)
    assert bare(Words(sheet(specimen)).text) == "見本" + bare(Words(sheet(FACTS)).text)
    assert only_page(documents.certificate(specimen)) == "見本" + only_page(documents.certificate(FACTS))
    notice = documents.key_notice(replace(NOTICE, is_specimen=True))
    assert only_page(notice) == "見本" + only_page(documents.key_notice(NOTICE))


def test_print_css_holds_nothing_that_the_renderer_ignores(caplog):
    documents.certificate(FACTS)
    documents.key_notice(NOTICE)
    assert [record.getMessage() for record in caplog.records if record.name == "weasyprint"] == []


def test_certificate_shows_days_by_the_japanese_calendar_only():
    assert not re.search(
        "20[0-9]{2}",
        only_page(documents.certificate(replace(FACTS, number="37081-00001M"))),
    )


@pytest.mark.parametrize(
    "facts",
    [
        FACTS,
        PERFORMANCE,
        JOINT,
        replace(FACTS, mark="変更－１", is_specimen=True),
        LONGEST,
    ],
)
def test_page_on_screen_and_pdf_have_the_same_words(facts):
    on_screen, on_paper = (
        bare(Words(sheet(facts)).text),
        only_page(documents.certificate(facts)),
    )
    assert sorted(on_screen) == sorted(on_paper)
    assert on_screen.removeprefix("見本") == on_paper.removeprefix("見本")


def heights(pdf):
    """The words of the first page, each with its distance from the page's foot in points."""
    found = []
    PdfReader(io.BytesIO(pdf)).pages[0].extract_text(
        visitor_text=lambda text, user, text_matrix, _font, _size: (
            found.append((bare(text), text_matrix[5] * user[3] + user[5])) if text.strip() else None
        )
    )
    return found


def elements(pdf):
    """The elements of a tagged PDF."""
    found, waiting = [], [PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop()
        found.append(element)
        below = element.get("/K", [])
        below = below if isinstance(below, list) else [below]
        waiting += [one.get_object() for one in below if isinstance(one.get_object(), dict)]
    return found


def height_of(pdf, start):
    return next(height for text, height in heights(pdf) if text.startswith(bare(start)))


@pytest.mark.parametrize(
    "facts",
    [
        LONGEST,
        replace(
            LONGEST,
            work_name="Ｗ" * 100,
            contractor_address="W" * 60,
            branch_name="、" * 60,
        ),
        replace(FACTS, mark="変更－１", addressee="宛" * 38),
        replace(FACTS, surety_name="保" * 55),
        replace(JOINT, work_name="工" * 59),
        replace(FACTS, work_name="工" * 80),
        replace(FACTS, contractor_name="共" * 31, addressee="宛" * 31),
    ],
)
def test_longest_input_stays_whole_on_one_page_and_clear_of_the_notes(facts):
    made = documents.certificate(facts)
    page = only_page(made)
    for name in PRINTED:
        assert bare(getattr(facts, name) or "") in page
    assert height_of(made, "FAX") - height_of(made, "（注）") > 18


@pytest.mark.parametrize(
    "typed",
    [
        "<b>太字</b>",
        '"><img src="file:///etc/passwd">',
        "{{ facts.number }}",
        "&lt;",
        "'--",
    ],
)
def test_nothing_typed_becomes_markup(typed):
    facts = replace(
        JOINT,
        contractor_name=typed,
        representative_name=typed,
        contractor_address=typed,
        addressee=typed,
        work_name=typed,
        entrusted_bank=typed,
        branch_name=typed,
    )
    assert only_page(documents.certificate(facts)).count(bare(typed)) == 7
    assert Words(sheet(facts)).tags == Words(sheet(JOINT)).tags
    notice = replace(NOTICE, work_name=typed, contractor_name=typed, hand_in=[typed])
    assert only_page(documents.key_notice(notice)).count(bare(typed)) == 3


def test_sheet_has_no_style_and_no_address_of_its_own():
    assert Words(sheet(LONGEST)).attributes == {"class", "lang", "datetime"}


def test_key_notice_says_every_word():
    page = only_page(documents.key_notice(NOTICE))
    assert_in_order(
        page,
        "電子保証にかかる「認証キー」のお知らせ",
        "電子証書を「保証確認サービス（D-Sure）」に掲載しましたので、お知らせします。",
        "つきましては、お客様にて下記内容をご確認いただき、次のいずれかの方法でこのPDFファイルを発注者様にご提出ください。",
        "①電子契約システムへのアップロード",
        "又は",
        "②電子メールに添付して送信",
        "電子保証のご利用にあたっては、発注者様への「保証契約番号」と「認証キー」のご提出をもって、"
        "前払金請求手続（前払金保証）、又は請負契約締結手続（契約保証）が完了いたします。",
        "ご不明な点がございましたら、当社の営業部・支店までお問い合わせください。",
        "記",
        "工事名 市道幹線１号線　道路改良工事（その２）",
        "受注者名 （JVの場合は代表者） 湘南みなと建設株式会社",
        "商品（保証区分） 前払金保証",
        "保証契約番号 37071-00001M",
        "認証キー Ks7u-Vw4J-3xQp",
        "【発注者様へのお願い】",
        "「保証確認サービス（D-Sure）」にログインし、上記の「保証契約番号」と「認証キー」をもって電子証書を閲覧ください。",
        "○○建設業保証株式会社",
    )
    assert page.endswith(bare(f"○○建設業保証株式会社 {OF_THE_CODE}"))


def test_key_notice_shows_the_obligees_own_rules_only_where_there_are_some():
    rules = [
        "契約課（keiyaku@example.jp）へ送信してください。",
        "件名は「【前払金保証】工事名」としてください。",
    ]
    page = only_page(documents.key_notice(replace(NOTICE, hand_in=rules)))
    assert_in_order(page, "○○建設業保証株式会社", "発注者の提出方法", *rules, OF_THE_CODE)
    assert bare("発注者の提出方法") not in only_page(documents.key_notice(NOTICE))


LONGEST_RULE = Rule(
    product=Product.INTERIM,
    channel="提" * 120,
    address="先" * 120,
    subject="件" * 120,
    is_print_accepted=False,
    other_papers="紙" * 120,
    source="源" * 120,
)


RULES = {
    "no rules": (),
    "usual rules": ["提" * 30] * 5,
    "long rules": ["提" * 60] * 4,
    "longest": LONGEST_RULE.sentences,
}
NAMES = {"short names": ("工" * 28, "共" * 24, "保"), "longest names": ("工" * 100, "共" * 60, "保" * 60)}


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
@pytest.mark.parametrize(("work", "contractor", "surety"), NAMES.values(), ids=NAMES)
def test_key_notice_stays_whole_on_one_page(work, contractor, surety, rules):
    notice = replace(
        NOTICE,
        work_name=work,
        contractor_name=contractor,
        product_name="中間前払金保証",
        surety_name=surety,
        hand_in=rules,
        is_specimen=True,
    )
    page = only_page(documents.key_notice(notice))
    for whole in (work, contractor, surety, *rules, keys.grouped(notice.key), OF_THE_CODE):
        assert bare(whole) in page


def test_key_notice_bears_number_and_key_as_a_code_for_the_officers_scanner():
    made = documents.key_notice(NOTICE)
    dark = two_dimensional.modules(made)
    assert two_dimensional.text_of(dark) == "37071-00001M Ks7uVw4J3xQp"
    drawn = segno.make_qr("37071-00001M Ks7uVw4J3xQp", error="m", boost_error=False).matrix_iter(border=4)
    assert dark == {(x, y) for y, row in enumerate(drawn) for x, is_dark in enumerate(row) if is_dark}


def test_code_is_told_to_those_who_do_not_see_it_without_its_key():
    (figure,) = [one for one in elements(documents.key_notice(NOTICE)) if "/Alt" in one]
    assert figure["/Alt"] == "発注者の読み取り機用の二次元コード。保証契約番号と認証キーが入っています。"


def test_key_is_shown_by_no_repr():
    assert repr(NOTICE) == "<KeyNotice of 37071-00001M>"


@pytest.mark.parametrize("facts", [FACTS, PERFORMANCE, JOINT, LONGEST])
def test_facts_survive_json(facts):
    written = facts.as_json()
    assert all(value is None or type(value) in (str, int, bool) for value in written.values())
    assert CertificateFacts.from_json(json.loads(json.dumps(written))) == facts


def test_facts_with_a_key_too_many_or_too_few_are_refused():
    written = FACTS.as_json()
    for wrong in (
        written | {"premium": 1},
        {name: value for name, value in written.items() if name != "mark"},
    ):
        with pytest.raises(ValueError, match="not the facts of a certificate"):
            CertificateFacts.from_json(wrong)


def test_facts_are_frozen():
    with pytest.raises(FrozenInstanceError):
        FACTS.number = "1"


def test_certificate_template_knows_released_layouts_only():
    assert documents.certificate_template(1) == "documents/certificate_1.html"
    with pytest.raises(ValueError, match="layout"):
        documents.certificate_template(2)


def test_same_facts_give_the_same_bytes():
    assert documents.certificate(FACTS) == documents.certificate(FACTS)
