"""What the obligee did with a certificate, in the contractor's words: 閲覧, 受領 or 返戻, as D-Sure knows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from dsure import reporting
from guarantees.models import Guarantee


@dataclass(frozen=True, kw_only=True)
class Told:
    """A receipt as it is shown: a short word for lists with its colour, and the sentences for pages."""

    label: str
    tone: str
    sentences: tuple[str, ...]
    returned_reason: str = ""


def of(guarantees: Iterable[Guarantee]) -> dict[str, Told]:
    """What became of each electronic guarantee, by number. One query however many; paper has no receipt."""
    numbers = [guarantee.number for guarantee in guarantees if guarantee.is_electronic]
    known = reporting.receipts(numbers) if numbers else {}
    return {number: told(known.get(number)) for number in numbers}


def told(receipt: reporting.Receipt | None) -> Told:
    """The receipt in words. A return counts for more than a receipt, a receipt for more than a sight."""
    if receipt is None or receipt.first_viewed_at is None:
        return Told(label="未閲覧", tone="", sentences=("発注者はまだ閲覧していません",))
    seen = f"{receipt.viewed_by_organisation}が{moment(receipt.first_viewed_at)}に閲覧しました"
    if receipt.returned_at:
        returned = f"発注者が{moment(receipt.returned_at)}に返戻しました"
        return Told(label="返戻", tone="red", sentences=(seen, returned), returned_reason=receipt.returned_reason)
    if receipt.acknowledged_at:
        acknowledged = f"発注者が{moment(receipt.acknowledged_at)}に受領しました"
        return Told(label="受領", tone="green", sentences=(seen, acknowledged))
    return Told(label="閲覧済", tone="blue", sentences=(seen,))


def moment(at: datetime) -> str:
    """A moment in JST as people say it, 11月20日 10時05分; with the year where it is not this year's."""
    local = timezone.localtime(at)
    year = "" if local.year == timezone.localdate().year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {local.hour}時{local.minute:02}分"
