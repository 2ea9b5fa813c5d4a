"""What the guarantees of requested rows are worth today, for pages that list what was applied for."""

from collections.abc import Iterable

from guarantees.models import Guarantee, RequestedGuarantee


def told(rows: Iterable[RequestedGuarantee]) -> list[RequestedGuarantee]:
    """The rows, each with `standing` and `standing_label` of its guarantee, empty before the issue. One query."""
    found = list(rows)
    worth = Guarantee.objects.with_standing().in_bulk([row.guarantee_id for row in found if row.guarantee_id])
    for row in found:
        one = worth.get(row.guarantee_id)
        row.standing, row.standing_label = (one.standing, one.standing_label) if one else ("", "")
    return found
