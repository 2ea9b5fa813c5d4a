"""An endorsement side by side: each fact that may change, as it is in force and as it is asked for. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from netdesk.formats import both_calendars, yen

# What an amendment may change, in the order of the page, and how it is written; an absent fact is not shown.
AMENDABLE: dict[str, tuple[str, Callable]] = {
    "addressee": ("被保証者の職名", str),
    "work_name": ("工事名", str),
    "work_place": ("工事場所", str),
    "contract_price": ("請負金額", yen),
    "guaranteed_amount": ("保証金額", yen),
    "work_ends_on": ("工期（終わり）", both_calendars),
    "guarantee_ends_on": ("保証期限", both_calendars),
    "entrusted_bank": ("預託金融機関", str),
}


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
    """Every amendable fact that this guarantee has, changed or not."""
    shown = [(label, write, before.get(name), after.get(name)) for name, (label, write) in AMENDABLE.items()]
    return [
        Row(label, write(was) if was else "", write(now) if now else "")
        for label, write, was, now in shown
        if was or now
    ]
