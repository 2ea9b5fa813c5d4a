"""What a branch issued, month by month, and how long it took: from the rows, by the database."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from guarantees.models import Branch, Guarantee
from guarantees.terms import Medium, Product

MONTHS = 12

# Median and 90th percentile of the time from submission to issue. A return counts from the last submission.
DURATIONS = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY r.issued_at - a.submitted_at),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY r.issued_at - a.submitted_at)
FROM guarantees_guarantee g
JOIN guarantees_requestedguarantee r ON r.guarantee_id = g.id
JOIN guarantees_application a ON a.id = r.application_id
WHERE g.issued_on >= %(first)s AND g.issued_on <= %(last)s AND (%(branch)s::bigint IS NULL OR g.branch_id = %(branch)s)
"""


@dataclass(frozen=True)
class Month:
    """One month: how many were issued of each product, and how many of all are electronic."""

    first_on: date
    by_product: dict[str, int]
    electronic: int

    @property
    def total(self) -> int:
        return sum(self.by_product.values())

    @property
    def paper(self) -> int:
        return self.total - self.electronic


@dataclass(frozen=True)
class Durations:
    """Time from submission to issue; None where nothing was issued."""

    median: timedelta | None
    ninth_decile: timedelta | None


def months(branch: Branch | None) -> list[Month]:
    """The last twelve months, this one the last, of a branch or of all; a month without an issue is there too. One query."""
    firsts = _firsts()
    rows = Guarantee.objects.filter(issued_on__gte=firsts[0], **({"branch": branch} if branch else {}))
    found = rows.order_by().annotate(month=TruncMonth("issued_on")).values_list("month", "product", "medium")
    counted = {tuple(row[:3]): row[3] for row in found.annotate(count=Count("pk"))}
    return [_month(first, {key[1:]: count for key, count in counted.items() if key[0] == first}) for first in firsts]


def durations(branch: Branch | None) -> Durations:
    """How long those of the same months took. One query."""
    values = {"first": _firsts()[0], "last": timezone.localdate(), "branch": branch.pk if branch else None}
    with connection.cursor() as cursor:
        cursor.execute(DURATIONS, values)
        return Durations(*cursor.fetchone())


def _month(first: date, counted: dict) -> Month:
    by_product = {
        product.value: sum(counted.get((product.value, medium.value), 0) for medium in Medium) for product in Product
    }
    electronic = sum(counted.get((product.value, Medium.ELECTRONIC.value), 0) for product in Product)
    return Month(first, by_product, electronic)


def _firsts() -> list[date]:
    """The first days of the last twelve months, oldest first."""
    this = timezone.localdate().replace(day=1)
    numbers = range(this.year * 12 + this.month - MONTHS, this.year * 12 + this.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
