"""What a branch keeps an eye on: requests of obligees, unopened certificates, failed look-ups, deadlines, periods, mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, TextChoices
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from dsure import reporting
from guarantees import mails
from guarantees.models import Certificate, Guarantee, StaffMember
from guarantees.terms import GuaranteeState
from netdesk import business_days
from netdesk.formats import both_calendars, slashes
from netdesk.models import Mail

UNOPENED_DAYS = 5  # business days, unless others are chosen
FAILURE_DAYS = 7
MANY_FAILURES = 3
ENDING_DAYS = 30
LAST_ANSWERS = ("carried_out", "declined")


class Watch(TextChoices):
    """One list, the most urgent first."""

    REQUESTS = "requests", "発注者からの依頼"
    UNOPENED = "unopened", "未開封の証書"
    FAILURES = "failures", "照合の失敗"
    ENDING = "ending", "期限間近"
    PERIOD = "period", "工期との不一致"
    MAILS = "mails", "不達メール"


@dataclass(frozen=True)
class Entry:
    """One guarantee number that somebody should look at, with what is to be said of it, and the cursor of what was asked."""

    number: str
    said: str
    more: str = ""
    cursor: int | None = None


def urgent(staff: StaffMember) -> list[tuple[Watch, int]]:
    """What the inbox names on top, as far as there is any. Two queries."""
    found = reporting.waiting(numbers_start=_start(staff), failed_since=_failed_since(), at_least=MANY_FAILURES)
    counts = {
        Watch.REQUESTS: found.requests,
        Watch.FAILURES: found.failing_numbers,
        Watch.MAILS: troubled_mails(staff).count(),
    }
    return [(watch, count) for watch, count in counts.items() if count]


def entries(watch: Watch, staff: StaffMember, *, days: int = UNOPENED_DAYS) -> Sequence[Entry] | QuerySet:
    """The rows of a list that speaks of guarantees: entries, or certificates in force for `entry_of`."""
    if watch == Watch.REQUESTS:
        return _requests(staff)
    if watch == Watch.UNOPENED:
        return [Entry(number, "") for number in _unopened(staff, days)]
    if watch == Watch.FAILURES:
        found = reporting.failures(_failed_since(), numbers_start=_start(staff), at_least=MANY_FAILURES)
        return [Entry(number, f"直近{FAILURE_DAYS}日間に{times}回") for number, times in found.items()]
    return ending(staff) if watch == Watch.ENDING else outlasted(staff)


def ending(staff: StaffMember) -> QuerySet[Certificate]:
    """Certificates in force that end within 30 days, the next first."""
    today = timezone.localdate()
    period = {"guarantee_ends_on__gte": today, "guarantee_ends_on__lte": today + timedelta(days=ENDING_DAYS)}
    return _standing(staff).filter(**period).order_by("guarantee_ends_on", "pk")


def outlasted(staff: StaffMember) -> QuerySet[Certificate]:
    """Certificates in force that end before the 工期 that another guarantee of the same job has by now."""
    longer = (
        Certificate.objects.in_force()
        .filter(version__gt=1)
        .annotate(work_ends_on=Cast(KeyTextTransform("work_ends_on", "facts"), DateField()))
    )
    of_job = longer.filter(guarantee__work=OuterRef("guarantee__work"), work_ends_on__gt=OuterRef("guarantee_ends_on"))
    amended = Certificate.objects.filter(version__gt=1).values("guarantee__work")
    rows = _standing(staff).filter(Exists(of_job), guarantee__work__in=amended)
    return rows.filter(guarantee_ends_on__gte=timezone.localdate()).order_by("guarantee_ends_on", "pk")


def entry_of(watch: Watch, certificate: Certificate) -> Entry:
    """What a certificate in force says on its list."""
    ends_on, today = certificate.guarantee_ends_on, timezone.localdate()
    said = f"保証期限 {both_calendars(ends_on)}"
    left = f"あと{(ends_on - today).days}日" if ends_on > today else "本日まで"
    more = left if watch == Watch.ENDING else "同じ工事の別の保証契約では、工期がこの日より後に延びています。"
    return Entry(certificate.guarantee.number, said, more)


def guarantees_of(staff: StaffMember, numbers: Sequence[str]) -> dict[str, Guarantee]:
    """The branch's guarantees of these numbers as a list shows them. One query."""
    rows = Guarantee.objects.for_staff(staff).filter(number__in=numbers).with_facts()
    return {one.number: one for one in rows.select_related("contractor", "branch", "requested__application")}


def unopened_since(guarantee: Guarantee) -> Entry:
    """How long a deposited certificate has not been opened."""
    days = business_days.days_between_business(guarantee.issued_on, timezone.localdate())
    return Entry(guarantee.number, f"{slashes(guarantee.issued_on)} 発行", f"{days}営業日のあいだ開かれていません")


def troubled_mails(staff: StaffMember) -> QuerySet[Mail]:
    """The branch's mails that were refused or wait for more than an hour, oldest first; the head office sees all."""
    return Mail.objects.sent_for(mails.sent_for(staff.branch)).troubled().order_by("queued_at", "pk")


def _standing(staff: StaffMember) -> QuerySet[Certificate]:
    own = Q() if staff.branch_id is None else Q(guarantee__branch=staff.branch_id)
    rows = Certificate.objects.in_force().filter(own, guarantee__state=GuaranteeState.IN_FORCE)
    return rows.defer("pdf", "facts").select_related("guarantee")


def _requests(staff: StaffMember) -> list[Entry]:
    filed = [one for one in reporting.requests_after(0) if one.answer not in LAST_ANSWERS]
    kinds = {"release": "保証の解除依頼", "partial_release": "保証の一部解除依頼", "claim": "保証金請求"}
    return [
        Entry(one.number, kinds[one.kind], f"{one.organisation}　{_moment(one.requested_at)}", one.cursor)
        for one in filed
        if one.number.startswith(_start(staff))
    ]


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y/%m/%d %H:%M}"


def _unopened(staff: StaffMember, days: int) -> list[str]:
    """Numbers issued so many business days ago or more."""
    today = day = timezone.localdate()
    while business_days.days_between_business(day, today) < days:
        day -= timedelta(days=1)
    moment = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    return reporting.unopened_since(moment, numbers_start=_start(staff), ends_from=today)


def _start(staff: StaffMember) -> str:
    """How the numbers of this person's branch begin; those of the head office, with anything."""
    return staff.branch.code if staff.branch else ""


def _failed_since() -> datetime:
    return timezone.now() - timedelta(days=FAILURE_DAYS)
