"""An endorsement side by side: each fact that may change, as it is in force and as it is asked for. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from netdesk.formats import both_calendars, yen

# Every fact of a certificate that people read, in the order of the page, and how it is written.
WRITTEN: dict[str, tuple[str, Callable]] = {
    "contractor_name": ("保証契約者", str),
    "representative_name": ("JVの代表者", str),
    "contractor_address": ("保証契約者の住所", str),
    "obligee_name": ("発注者名", str),
    "addressee": ("被保証者の職名", str),
    "work_name": ("工事名", str),
    "work_place": ("工事場所", str),
    "contract_price": ("請負金額", yen),
    "guaranteed_amount": ("保証金額", yen),
    "contracted_on": ("請負契約日", both_calendars),
    "tendered_on": ("入札（見積）予定日", both_calendars),
    "work_starts_on": ("工期（始まり）", both_calendars),
    "work_ends_on": ("工期（終わり）", both_calendars),
    "guarantee_ends_on": ("保証期限", both_calendars),
    "entrusted_bank": ("預託金融機関", str),
}
# What an amendment may change; an absent fact is not shown.
AMENDABLE = (
    "addressee",
    "work_name",
    "work_place",
    "contract_price",
    "guaranteed_amount",
    "work_ends_on",
    "guarantee_ends_on",
    "entrusted_bank",
)


@dataclass(frozen=True)
class Row:
    """One fact before and after."""

    label: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def rows(before: dict, after: dict) -> list[Row]:
    """Every amendable fact that this guarantee has, changed or not, and whatever else is changed."""
    found = [
        (name, Row(label, _said(write, before.get(name)), _said(write, after.get(name))))
        for name, (label, write) in WRITTEN.items()
    ]
    return [row for name, row in found if row.is_changed or (name in AMENDABLE and row.before)]


def changes(before: dict, after: dict) -> list[list[str]]:
    """Label, old and new in words of each fact that differs, as an event keeps them."""
    return [[row.label, row.before, row.after] for row in rows(before, after) if row.is_changed]


def _said(write: Callable, value: str | int | None) -> str:
    return write(value) if value else ""
