"""What an obligee is made of as a row, and the five obligees of the seeds, word for word (domain.md L, B5), beside one without terms.

Codes are those of JIS X 0402. What no source tells stays empty: a rule that is not here is not known.
"""

from datetime import date
from typing import NamedTuple

from guarantees.terms import Product, TermsBasis, WorkKind

EVERY_KIND = (WorkKind.WORKS, WorkKind.CONSULTING, WorkKind.SERVICES)
WORKS_AND_CONSULTING = (WorkKind.WORKS, WorkKind.CONSULTING)
EVERY_PRODUCT = (Product.ADVANCE, Product.INTERIM, Product.PERFORMANCE)
ADVANCES = (Product.ADVANCE, Product.INTERIM)
ADVANCE_CAP_PERCENT = {WorkKind.WORKS: 40, WorkKind.CONSULTING: 30, WorkKind.SERVICES: 30}


class TermsRow(NamedTuple):
    """The same terms for each of these kinds of work; the minimum in yen."""

    kinds: tuple[WorkKind, ...]
    basis: TermsBasis
    starts_on: date | None
    minimum_contract_price: int | None
    wording: str  # the obligee's conditions in words


class HandInRow(NamedTuple):
    """How the key notice of these products is handed in."""

    channel: str = ""
    other_papers: str = ""
    address: str = ""
    subject: str = ""
    is_print_accepted: bool | None = None
    products: tuple[Product, ...] = EVERY_PRODUCT


class ObligeeRow(NamedTuple):
    """An obligee with what is known of it; without terms it takes paper only."""

    code: str
    name: str
    addressees: tuple[str, ...]
    source: str = ""
    terms: TermsRow | None = None
    hand_in: tuple[HandInRow, ...] = ()


BY_MAIL = "電子メールに「認証キー」のお知らせ（PDF）を添付して送信"

OBLIGEES = [
    ObligeeRow(
        "05214",
        "にかほ市",
        ("にかほ市長",),
        "にかほ市の案内 1. ご利用条件",
        TermsRow(
            EVERY_KIND,
            TermsBasis.NOTICE,
            date(2026, 2, 1),
            None,
            "にかほ市が2026年2月1日以降に入札公告等をする建設工事・業務委託であること",
        ),
        (HandInRow(BY_MAIL, "その他の必要書類と合わせて送信してください。"),),
    ),
    ObligeeRow(
        "12217",
        "柏市",
        ("柏市長",),
        "柏市の事業者向け説明会資料（2025年12月26日）",
        TermsRow(EVERY_KIND, TermsBasis.APPROVAL, None, None, "柏市が電子保証の利用を認めた工事・業務委託であること"),
        (HandInRow(other_papers="その他の必要書類は柏市の指定する方法で提出してください。"),),
    ),
    ObligeeRow(
        "12423",
        "長生村",
        ("長生村長",),
        "長生村の事業者向け説明会資料（2025年1月27日）",
        TermsRow(EVERY_KIND, TermsBasis.APPROVAL, None, None, "長生村が電子保証の利用を認めた工事・業務委託であること"),
        (HandInRow(other_papers="その他の必要書類は長生村の指定する方法で提出してください。"),),
    ),
    ObligeeRow(
        "14203",
        "平塚市",
        ("平塚市長", "平塚市病院事業管理者"),
        "平塚市の案内 1. ご利用条件",
        TermsRow(
            WORKS_AND_CONSULTING,
            TermsBasis.CONTRACT,
            date(2025, 12, 1),
            1_500_000,
            "工事及び工事系コンサル業務で請負金額150万円以上であること、令和7年12月1日以降に契約を行う案件であること",
        ),
        (HandInRow("電子メールで「認証キー」のお知らせ（PDF）を提出", "その他の必要書類と合わせて提出してください。"),),
    ),
    ObligeeRow("20000", "長野県", ("長野県知事", "長野県△△建設事務所長")),
    ObligeeRow(
        "20217",
        "佐久市",
        ("佐久市長",),
        "佐久市の案内 1. ご利用条件",
        TermsRow(EVERY_KIND, TermsBasis.APPROVAL, None, None, "佐久市が電子保証の利用を認めた工事・業務委託であること"),
        (HandInRow(BY_MAIL, "その他の必要書類と合わせて送信してください。"),),
    ),
]
