"""The reference data of the first day, as data: branches, rates, and who signs (obligees: guarantees/masters_obligees.py). `load_masters` loads it.

Premium rates are samples (見本) but the one with a source. Telephone numbers are placeholders and addresses end in example.jp.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from guarantees.terms import Product

SIGNATORY = {
    "company_name": "○○建設業保証株式会社",
    "address": "東京都中央区○○2丁目27番10号",
    "president": "取締役社長　見本 太郎",
}
SIGNATORY_STARTS_ON = date(2022, 5, 9)
TERMS_IN_FORCE_FROM = date(2022, 5, 9)  # of the first version of everybody's terms


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


class BankAccountRow(NamedTuple):
    """Where a branch's premiums are paid to, by its columns; all of it 見本."""

    branch_code: str
    bank_name: str
    bank_branch: str
    number: str


BANK_ACCOUNT_HOLDER = "○○ケンセツギョウホシヨウ（カ"
BANK_ACCOUNTS_START_ON = date(2022, 5, 9)
BANK_ACCOUNTS = [
    BankAccountRow("25", "見本銀行", "秋田支店", "0000025"),
    BankAccountRow("32", "見本銀行", "千葉支店", "0000032"),
    BankAccountRow("34", "見本銀行", "横浜支店", "0000034"),
    BankAccountRow("37", "見本銀行", "長野支店", "0000037"),
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
