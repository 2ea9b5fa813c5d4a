"""The reference data of the first day, as data: branches, obligees with their terms, and who signs. `load_masters` loads it.

Premium rates are samples (見本) but the one with a source. Telephone numbers are placeholders and addresses end in example.jp; terms are those of the seeds (domain.md L, B5).
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from guarantees.terms import Product, TermsBasis, WorkKind

SIGNATORY = {
    "company_name": "○○建設業保証株式会社",
    "address": "東京都中央区○○2丁目27番10号",
    "president": "取締役社長　見本 太郎",
}
SIGNATORY_STARTS_ON = date(2022, 5, 9)


class BranchRow(NamedTuple):
    """A branch, by its columns."""

    code: str
    name: str
    address: str
    phone: str
    fax: str
    email: str


BRANCHES = [
    BranchRow("25", "秋田支店", "秋田県秋田市○○1-1", "018-000-0000", "0120-000-025", "akita@example.jp"),
    BranchRow("32", "千葉支店", "千葉県千葉市中央区○○1-1", "043-000-0000", "0120-000-032", "chiba@example.jp"),
    BranchRow("34", "神奈川支店", "神奈川県横浜市中区○○1-1", "045-000-0000", "0120-000-034", "kanagawa@example.jp"),
    BranchRow("37", "長野支店", "長野県長野市○○1-1", "026-000-0000", "0120-000-037", "nagano@example.jp"),
]

ALL_KINDS = (WorkKind.WORKS, WorkKind.CONSULTING, WorkKind.SERVICES)
ADVANCE_CAP_PERCENT = {WorkKind.WORKS: 40, WorkKind.CONSULTING: 30, WorkKind.SERVICES: 30}


class TermsRow(NamedTuple):
    """The same terms for each of these kinds of work; the minimum in yen."""

    kinds: tuple[WorkKind, ...]
    basis: TermsBasis
    starts_on: date | None
    minimum_contract_price: int | None
    source: str
    wording: str  # the condition as the source puts it, word for word


class ObligeeRow(NamedTuple):
    """An obligee with what is known of it; without terms it takes paper only."""

    code: str
    name: str
    addressees: tuple[str, ...]
    terms: TermsRow | None
    channel: str = ""
    other_papers: str = ""


OBLIGEES = [
    ObligeeRow(
        "05214",
        "にかほ市",
        ("にかほ市長",),
        TermsRow(
            ALL_KINDS,
            TermsBasis.NOTICE,
            date(2026, 2, 1),
            None,
            "にかほ市の案内 1. ご利用条件",
            "にかほ市が2026年2月1日以降に入札公告等をする建設工事・業務委託であること",
        ),
        "電子メールに「認証キー」のお知らせ（PDF）を添付して送信",
        "その他の必要書類と合わせて送信してください。",
    ),
    ObligeeRow(
        "12217",
        "柏市",
        ("柏市長",),
        TermsRow(
            ALL_KINDS,
            TermsBasis.APPROVAL,
            None,
            None,
            "柏市の事業者向け説明会資料（2025年12月26日）",
            "柏市が電子保証の利用を認めた工事・業務委託であること",
        ),
        "",
        "その他の必要書類は柏市の指定する方法で提出してください。",
    ),
    ObligeeRow(
        "12423",
        "長生村",
        ("長生村長",),
        TermsRow(
            ALL_KINDS,
            TermsBasis.APPROVAL,
            None,
            None,
            "長生村の事業者向け説明会資料（2025年1月27日）",
            "長生村が電子保証の利用を認めた工事・業務委託であること",
        ),
        "",
        "その他の必要書類は長生村の指定する方法で提出してください。",
    ),
    ObligeeRow(
        "14203",
        "平塚市",
        ("平塚市長", "平塚市病院事業管理者"),
        TermsRow(
            (WorkKind.WORKS, WorkKind.CONSULTING),
            TermsBasis.CONTRACT,
            date(2025, 12, 1),
            1_500_000,
            "平塚市の案内 1. ご利用条件",
            "工事及び工事系コンサル業務で請負金額150万円以上であること、令和7年12月1日以降に契約を行う案件であること",
        ),
        "電子メールで「認証キー」のお知らせ（PDF）を提出",
        "その他の必要書類と合わせて提出してください。",
    ),
    ObligeeRow("20000", "長野県", ("長野県知事", "長野県△△建設事務所長"), None),
    ObligeeRow(
        "20217",
        "佐久市",
        ("佐久市長",),
        TermsRow(
            ALL_KINDS,
            TermsBasis.APPROVAL,
            None,
            None,
            "佐久市の案内 1. ご利用条件",
            "佐久市が電子保証の利用を認めた工事・業務委託であること",
        ),
        "電子メールに「認証キー」のお知らせ（PDF）を添付して送信",
        "その他の必要書類と合わせて送信してください。",
    ),
]


class RatesRow(NamedTuple):
    """The first version of a product's rate table: (up to this 保証金額, rate in percent) from the lowest band on; the minimum in yen."""

    product: Product
    bands: tuple[tuple[int | None, Decimal], ...]
    minimum_amount: int
    tax_percent: int = 0
    source: str = ""  # where the rate was found; empty for a sample


RATES_START_ON = date(2022, 5, 9)
RATES = [
    RatesRow(
        Product.ADVANCE,
        ((5_000_000, Decimal("0.350")), (50_000_000, Decimal("0.300")), (None, Decimal("0.250"))),
        1_000,
    ),
    RatesRow(
        Product.INTERIM,
        ((None, Decimal("0.065")),),
        1_000,
        source="https://wjcs.net/chukan 、 https://www2.hokkaido-cs.co.jp/wa/chukan",
    ),
    RatesRow(
        Product.PERFORMANCE,
        ((5_000_000, Decimal("0.400")), (50_000_000, Decimal("0.340")), (None, Decimal("0.280"))),
        1_000,
    ),
    RatesRow(Product.RESERVATION, ((None, Decimal("0.010")),), 1_000, tax_percent=10),
]
