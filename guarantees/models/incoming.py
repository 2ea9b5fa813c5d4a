"""The branch's inbox: requested guarantees as its tabs show them, counted and narrowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from django.db import models
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone

from guarantees.models.endorsements import Endorsement
from guarantees.models.guarantees import Guarantee, GuaranteeQuerySet
from guarantees.models.parties import Branch, Contractor, StaffMember
from guarantees.models.requested import RequestedGuarantee, RequestedGuaranteeQuerySet
from guarantees.terms import ApplicationStatus, Status

ENDORSEMENTS = "endorsements"  # 異動, a tab of rows of their own
DAYS_SHOWN = 90  # of what is done, unless a period is given
SUBMITTED = Q(application__status=ApplicationStatus.SUBMITTED)
NOT_ISSUED = [status for status in Status if status != Status.ISSUED]


class Tab(models.TextChoices):
    """A tab of the inbox."""

    RECEIVED = "received", "受付済"
    UNDER_REVIEW = "under_review", "審査中"
    APPROVED = "approved", "承認済"
    RETURNED = "returned", "差戻し"
    ISSUED = "issued", "発行済"
    CLOSED = "closed", "取下げ・引受不可"


# Issued ones are found by their guarantee, which has a branch, a day and an index; the others are few.
ROWS = {
    Tab.RECEIVED: SUBMITTED & Q(status=Status.RECEIVED),
    Tab.UNDER_REVIEW: SUBMITTED & Q(status=Status.UNDER_REVIEW),
    Tab.APPROVED: SUBMITTED & Q(status=Status.APPROVED),
    Tab.RETURNED: Q(application__status=ApplicationStatus.RETURNED) & ~Q(status=Status.DECLINED),
    Tab.CLOSED: Q(application__status=ApplicationStatus.WITHDRAWN) | Q(status=Status.DECLINED),
}
# Since when a row waits, or when it was closed: what a period is about, and what the list goes by.
SINCE: dict[Tab, F | Coalesce] = {
    Tab.RECEIVED: F("application__submitted_at"),
    Tab.UNDER_REVIEW: F("application__submitted_at"),
    Tab.APPROVED: F("application__submitted_at"),
    Tab.RETURNED: F("application__returned_at"),
    Tab.CLOSED: Coalesce("declined_at", "application__withdrawn_at"),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What narrows the inbox; None and empty text: everything."""

    branch: Branch | None = None
    contractor: str = ""
    product: str = ""
    medium: str = ""
    first_on: date | None = None
    last_on: date | None = None

    def rows(self) -> Q:
        """The conditions that requested guarantees and guarantees answer by columns of the same name."""
        equal = {"product": self.product, "medium": self.medium}
        found = Q(**{name: value for name, value in equal.items() if value})
        return found & Q(contractor__in=Contractor.objects.called(self.contractor)) if self.contractor else found

    def days(self, tab: Tab) -> tuple[date | None, date | None]:
        """The period of a tab: as given, or the last 90 days of what is done."""
        is_done = tab in (Tab.ISSUED, Tab.CLOSED)
        if is_done and not (self.first_on or self.last_on):
            return timezone.localdate() - timedelta(days=DAYS_SHOWN), None
        return self.first_on, self.last_on


class IncomingQuerySet(RequestedGuaranteeQuerySet):
    """What has reached a branch, as its inbox shows it."""

    def wanted(self, wanted: Wanted) -> Self:
        found = self.filter(wanted.rows(), status__in=NOT_ISSUED)
        return found.filter(application__branch=wanted.branch) if wanted.branch else found

    def counts(self, staff: StaffMember, wanted: Wanted) -> dict[str, int]:
        """How many rows each tab has, and how many changes are open. Two queries."""
        filters = {tab.value: Count("pk", filter=_rows_of(tab, wanted)) for tab in ROWS}
        found = self.for_staff(staff).wanted(wanted).aggregate(**filters)
        others = {Tab.ISSUED: issued(staff, wanted), ENDORSEMENTS: Endorsement.objects.for_staff(staff).open()}
        counted = [
            rows.order_by().values(name=Value(name, models.CharField())).annotate(count=Count("pk"))
            for name, rows in others.items()
        ]
        rest = {row["name"]: row["count"] for row in counted[0].union(*counted[1:])}
        return found | dict.fromkeys(others, 0) | rest

    def keys(self, staff: StaffMember, tab: Tab, wanted: Wanted) -> models.QuerySet:
        """The keys of one tab's rows, of 発行済 those of its guarantees: open work oldest first, what is done newest first."""
        if tab == Tab.ISSUED:
            return issued(staff, wanted).newest_first().values_list("pk", flat=True)
        rows = self.for_staff(staff).wanted(wanted).filter(_rows_of(tab, wanted))
        newest, oldest = (SINCE[tab].desc(), "-pk"), (SINCE[tab].asc(), "pk")
        return rows.order_by(*(newest if tab == Tab.CLOSED else oldest)).values_list("pk", flat=True)

    def shown(self, tab: Tab, keys: Iterable[int]) -> list[RequestedGuarantee]:
        """The rows of these keys in their order, with all that the list shows, and `since`."""
        keys, key = list(keys), "guarantee_id" if tab == Tab.ISSUED else "id"
        rows = self.filter(**{f"{key}__in": keys}).with_application()
        rows = rows.annotate(since=F("issued_at") if tab == Tab.ISSUED else SINCE[tab])
        by_key = {getattr(row, key): row for row in rows}
        return [by_key[one] for one in keys]


def issued(staff: StaffMember, wanted: Wanted) -> GuaranteeQuerySet:
    """The guarantees behind the tab 発行済."""
    found = Guarantee.objects.for_staff(staff).issued_within(*wanted.days(Tab.ISSUED)).filter(wanted.rows())
    return found.filter(branch=wanted.branch) if wanted.branch else found


def _rows_of(tab: Tab, wanted: Wanted) -> Q:
    first, last = wanted.days(tab)
    found = ROWS[tab]
    if first:
        found &= Q(GreaterThanOrEqual(SINCE[tab], _begin(first)))
    if last:
        found &= Q(LessThan(SINCE[tab], _begin(last + timedelta(days=1))))
    return found


def _begin(day: date) -> datetime:
    """The first moment of a day in JST."""
    return timezone.make_aware(datetime.combine(day, time()))


class Incoming(RequestedGuarantee):
    """One line of the branch's inbox (受付): a requested guarantee, read only."""

    objects = IncomingQuerySet.as_manager()  # type: ignore[misc]
    since: datetime  # by shown()

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "受付"
