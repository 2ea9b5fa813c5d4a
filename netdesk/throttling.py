"""Failed tries are counted in PostgreSQL, so that parallel tries each count and a restart forgets none (security.md 2.5)."""

import math
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from netdesk.models import TryCounter

FREE_FAILURES = 5
STOP_AT = 100
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


class MustWait(Exception):
    """The subject has to wait; `seconds` (int, at least 1) says how long."""

    def __init__(self, seconds: int):
        super().__init__(seconds)
        self.seconds = seconds


class Stopped(Exception):
    """A hundred failures in a row: somebody in charge has to free the subject (NIST SP 800-63B-4, 3.2.2)."""


def begin(subject: str) -> None:
    """Count one try before it is made, in a short transaction of its own. Raises MustWait or Stopped instead of counting."""
    TryCounter.objects.get_or_create(subject=subject)
    with transaction.atomic():
        counter = TryCounter.objects.select_for_update().get(subject=subject)
        if counter.failures >= STOP_AT:
            raise Stopped
        now = timezone.now()
        if counter.waits_until and counter.waits_until > now:
            raise MustWait(math.ceil((counter.waits_until - now).total_seconds()))
        counter.failures += 1
        counter.waits_until = now + wait_after(counter.failures)
        counter.save(update_fields=["failures", "waits_until"])


def clear(subject: str) -> None:
    """A try succeeded, or somebody in charge freed the subject: the count starts anew."""
    TryCounter.objects.filter(subject=subject).update(failures=0, waits_until=None)


def stopped(prefix: str) -> list[str]:
    """Which subjects that begin so are stopped now, and wait for somebody in charge."""
    counters = TryCounter.objects.filter(subject__startswith=prefix, failures__gte=STOP_AT)
    return list(counters.order_by("subject").values_list("subject", flat=True))


def wait_after(failures: int) -> timedelta:
    """How long the next try waits: nothing for the first five failures, then 30 s, doubling up to an hour."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES, 12)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
