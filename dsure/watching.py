"""What the operator watches: stopped accounts and failed look-ups, as counts and accounts. Never a number, never a certificate.

Thresholds after security.md 2.5. Why no number is told: docs/decisions/0009-operator-and-administrators.md.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min

from dsure import viewing
from dsure.models import Failure, Officer
from netdesk import throttling

DAY, HOUR, WEEK = timedelta(days=1), timedelta(hours=1), timedelta(days=7)
MANY_IN_A_DAY = 30  # failures of one organisation: some thirty slips, far above a day's honest typing
MANY_ON_ONE_NUMBER = 20  # within a day, from at least two organisations
TIMES_THE_USUAL_HOUR, AT_LEAST_IN_AN_HOUR = 10, 50
MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Hour:
    """Failed look-ups of the last hour beside those of a usual hour of the week before."""

    failures: int
    usual: float

    @property
    def is_unusual(self) -> bool:
        return self.failures >= max(AT_LEAST_IN_AN_HOUR, TIMES_THE_USUAL_HOUR * self.usual)


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """All that needs the operator's eye now."""

    stopped: list[Officer]
    organisations: list[dict]  # obligee, obligee__code, obligee__name, failures, accounts, last_at
    spread: list[dict]  # failures, accounts, organisations (names), first_at, last_at: one guarantee each, unnamed
    hour: Hour

    @property
    def count(self) -> int:
        return len(self.stopped) + len(self.organisations) + len(self.spread) + self.hour.is_unusual


def alerts(now: datetime) -> Alerts:
    """What is to be told at this moment, in five queries."""
    today = Failure.objects.filter(failed_at__gt=now - DAY)
    return Alerts(
        stopped=stopped_officers(), organisations=_organisations(today), spread=_spread(today), hour=_hour(now)
    )


def stopped_users() -> set[int]:
    """Whose look-ups are stopped, by the user's id."""
    return {int(subject.removeprefix(viewing.SUBJECT)) for subject in throttling.stopped(viewing.SUBJECT)}


def stopped_officers() -> list[Officer]:
    """The accounts that wait for somebody in charge, by organisation."""
    officers = Officer.objects.select_related("user", "obligee", "department")
    return list(officers.filter(user__in=stopped_users()).order_by("obligee__code", "pk"))


def _organisations(today) -> list[dict]:
    counted = today.order_by().values("obligee", "obligee__code", "obligee__name")
    many = counted.annotate(
        failures=Count("pk"), accounts=Count("failed_by", distinct=True), last_at=Max("failed_at")
    ).filter(failures__gte=MANY_IN_A_DAY)
    return list(many.order_by("-failures", "obligee__code")[:MOST_SHOWN])


def _spread(today) -> list[dict]:
    """Guarantees that several organisations try in vain: the sign of a key that went about. The number itself is left out."""
    many = (
        today.order_by()
        .values("number")
        .annotate(
            failures=Count("pk"),
            accounts=Count("failed_by", distinct=True),
            organisations=ArrayAgg("obligee__name", distinct=True),
            obligees=Count("obligee", distinct=True),
            first_at=Min("failed_at"),
            last_at=Max("failed_at"),
        )
        .filter(failures__gte=MANY_ON_ONE_NUMBER, obligees__gte=2)
        .order_by("-failures", "number")
    )
    told = ("failures", "accounts", "organisations", "first_at", "last_at")
    return [{name: row[name] for name in told} for row in many[:MOST_SHOWN]]


def _hour(now: datetime) -> Hour:
    last = Failure.objects.filter(failed_at__gt=now - HOUR, failed_at__lte=now).count()
    before = Failure.objects.filter(failed_at__gt=now - HOUR - WEEK, failed_at__lte=now - HOUR).count()
    return Hour(failures=last, usual=before / (WEEK / HOUR))
