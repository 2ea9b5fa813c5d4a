"""Two versions of a certificate, field by field, in the words that the certificate itself uses. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from netdesk.formats import both_calendars, yen

# Every fact that a certificate shows, in its order, and how it is written.
LABELS: dict[str, tuple[str, Callable[..., str]]] = {
    "product_name": ("保証の種類", str),
    "mark": ("変更の表示", str),
    "issued_on": ("発行日", both_calendars),
    "contractor_name": ("保証契約者", str),
    "representative_name": ("保証契約者の代表者", str),
    "contractor_address": ("保証契約者の住所", str),
    "addressee": ("被保証者", str),
    "obligee_name": ("発注者", str),
    "guaranteed_amount": ("保証金額（総額）", yen),
    "guarantee_ends_on": ("保証期限", both_calendars),
    "work_name": ("工事名", str),
    "work_place": ("工事場所", str),
    "contract_price": ("請負金額（総額）", yen),
    "work_starts_on": ("工期（始まり）", both_calendars),
    "work_ends_on": ("工期（終わり）", both_calendars),
    "contracted_on": ("請負契約日", both_calendars),
    "entrusted_bank": ("預託金融機関", str),
    "surety_name": ("保証会社", str),
    "surety_address": ("保証会社の住所", str),
    "surety_president": ("保証会社の代表者", str),
    "branch_name": ("取扱箇所", str),
    "branch_phone": ("取扱箇所の電話番号", str),
    "branch_fax": ("取扱箇所のFAX番号", str),
}
NOTHING = "記載なし"


@dataclass(frozen=True)
class Row:
    """One field that is not the same in both."""

    label: str
    before: str
    after: str


def rows(before: dict, after: dict) -> list[Row]:
    """The fields that differ, in the certificate's order. A fact of a later layout stands under its own name, never left out."""
    names = [*LABELS, *sorted((before.keys() | after.keys()) - LABELS.keys() - UNSHOWN)]
    return [
        Row(LABELS[name][0] if name in LABELS else name, _written(name, before), _written(name, after))
        for name in names
        if before.get(name) != after.get(name)
    ]


# What stands behind the words and is not itself shown.
UNSHOWN = {"layout", "number", "product", "obligee_code", "is_specimen"}


def _written(name: str, facts: dict) -> str:
    value = facts.get(name)
    write = LABELS[name][1] if name in LABELS else str
    return NOTHING if value is None or value == "" else write(value)
