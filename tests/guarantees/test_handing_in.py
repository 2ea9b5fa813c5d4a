"""How a key notice is handed in: whose rule stands, and what is said where no source tells."""

from datetime import date

import pytest
from django.utils import timezone

from dsure.models import HandInRule as OwnRule
from dsure.models import Obligee as Organisation
from guarantees import handing_in
from guarantees.handing_in import Rule
from guarantees.models import HandInRule
from guarantees.terms import Product

pytestmark = pytest.mark.django_db


def written(officer, **changes) -> OwnRule:
    values = {"channel": "電子契約システム", "address": "", "written_at": timezone.now(), "written_by": officer.user}
    return OwnRule.objects.create(obligee=Organisation.objects.get(code="14203"), product="advance", **values | changes)


def test_rules_of_the_surety_stand_where_the_obligee_wrote_none(cast):
    HandInRule.objects.filter(obligee__code="14203").update(recorded_on=date(2026, 11, 1))
    assert handing_in.rules_of("14203")[Product.ADVANCE] == Rule(
        product=Product.ADVANCE,
        channel="電子メールで「認証キー」のお知らせ（PDF）を提出",
        other_papers="その他の必要書類と合わせて提出してください。",
        source="当社の記録：平塚市の案内 1. ご利用条件、2026/11/01現在",
    )


def test_rules_that_the_obligee_wrote_stand_as_a_whole_product_by_product(officer):
    rule = written(officer, address="keiyaku@city.example.jp", subject="【電子保証】", is_print_accepted=False)
    day = timezone.localdate(rule.written_at)
    rules = handing_in.rules_of("14203")
    assert rules[Product.ADVANCE] == Rule(
        product=Product.ADVANCE,
        channel="電子契約システム",
        address="keiyaku@city.example.jp",
        subject="【電子保証】",
        is_print_accepted=False,
        source=f"発注者が登録：{day:%Y/%m/%d}",
    )
    assert rules[Product.PERFORMANCE].source.startswith("当社の記録")


@pytest.mark.parametrize("code", ["", "99999"])
def test_rules_of_an_unknown_obligee_say_to_ask(cast, code):
    rule = handing_in.rules_of(code)[Product.PERFORMANCE]
    assert rule == Rule(product=Product.PERFORMANCE)
    assert rule.sentences == ("契約保証の提出の時期：請負契約の締結時", "提出方法・提出先は発注者にご確認ください")


def test_rules_take_two_queries(cast, django_assert_num_queries):
    with django_assert_num_queries(2):
        handing_in.rules_of("14203")


def test_sentences_say_what_is_known_and_are_cut_to_the_notices_room():
    rule = Rule(
        product=Product.ADVANCE,
        channel="電子メール",
        address="keiyaku@city.example.jp",
        subject="件" * 100,
        is_print_accepted=True,
        other_papers="前払金請求書",
        source="発注者が登録：2026/11/01",
    )
    assert rule.sentences == (
        "前払金保証の提出の時期：前払金の請求時",
        "提出方法：電子メール",
        "提出先：keiyaku@city.example.jp",
        f"件名：{'件' * 89}…",
        "印刷した書面でも提出できます",
        "その他：前払金請求書",
        "（発注者が登録：2026/11/01）",
    )


def test_subject_is_the_obligees_or_ours():
    assert (
        Rule(product=Product.ADVANCE).subject_for("道路改良工事")
        == "【電子保証】前払金保証「認証キー」のお知らせの提出（道路改良工事）"
    )
    assert Rule(product=Product.ADVANCE, subject="【前払金書類】").subject_for("道路改良工事") == "【前払金書類】"


@pytest.mark.parametrize(
    ("is_accepted", "said"),
    [
        (None, "発注者にご確認ください"),
        (True, "印刷した書面でも提出できます"),
        (False, "PDFファイルで提出してください（印刷は不可）"),
    ],
)
def test_print_text_says_whether_a_print_is_accepted(is_accepted, said):
    assert Rule(product=Product.ADVANCE, is_print_accepted=is_accepted).print_text == said
