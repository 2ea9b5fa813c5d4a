"""Can the time of D-Sure's neutral answer tell why a look-up failed? AUC of every reason against a wrong key, and of a control."""

import os
import random
import sys
import time
from collections.abc import Callable
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command
from django.test import Client
from django.test.runner import DiscoverRunner
from django.utils import timezone

from dsure import depositing, keys
from dsure.models import Deposit, Officer
from guarantees.models import Guarantee
from guarantees.terms import Medium
from netdesk.models import TryCounter

TIMES = int(os.environ.get("N", "600"))
LOWEST, HIGHEST = 0.45, 0.55
BASE = "wrong key"
Look = Callable[[], tuple[Client, str, str]]


def main() -> int:
    """Load the demo world, measure, print; 0 where no reason stands out and the control does. The database is dropped whatever happens."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        for command in ("make_authority", "load_masters", "load_demo"):
            call_command(command, verbosity=0)
        looks = reasons()
        is_neutral = told("as it is", measured(looks))
        with mock.patch.object(keys, "is_match", without_dummy):
            control_stands_out = not told("control: no hash where nothing was found", measured(looks))
        return 0 if is_neutral and control_stands_out else 1
    finally:
        runner.teardown_databases(databases)


def reasons() -> dict[str, Look]:
    """Why nothing opens: for each reason, who types what."""
    officer, rival = browser_of("officer"), browser_of("rival-officer")
    deposit = Deposit.objects.filter(obligee__name="平塚市").order_by("pk").first()
    number, old, new = deposit.number, keys.make(deposit.number), keys.make(deposit.number)
    for key in (old, new):
        depositing.replace_verifier(number, keys.verifier(number, key), replaced_at=timezone.now())
    paper = Guarantee.objects.filter(medium=Medium.PAPER).order_by("pk").first().number
    unknown = "99081-00001M"
    return {
        BASE: lambda: (officer, number, keys.make(number)),
        "unknown number": lambda: (officer, unknown, keys.make(unknown)),
        "another organisation's": lambda: (rival, number, new),
        "old key": lambda: (officer, number, old),
        "on paper": lambda: (officer, paper, keys.make(paper)),
    }


def browser_of(username: str) -> Client:
    """A browser in which this officer is signed in."""
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(Officer.objects.select_related("user").get(user__username=username).user)
    return browser


def measured(looks: dict[str, Look]) -> dict[str, list[float]]:
    """Seconds of every answer, the reasons in a new order each round, so that the machine's moods fall on all alike."""
    taken: dict[str, list[float]] = {reason: [] for reason in looks}
    for round_number in range(TIMES + 5):
        for reason in random.sample(list(looks), len(looks)):
            browser, number, key = looks[reason]()
            TryCounter.objects.all().delete()
            started = time.perf_counter()
            answer = browser.post("/d-sure/", {"number": number, "key": key})
            seconds = time.perf_counter() - started
            assert answer.status_code == 200
            if round_number >= 5:
                taken[reason].append(seconds)
    return taken


def told(title: str, taken: dict[str, list[float]]) -> bool:
    """Print the AUC of each reason against a wrong key; whether all stay inside the bounds."""
    print(f"{title} (N = {TIMES} each)")
    found = {reason: auc(taken[BASE], seconds) for reason, seconds in taken.items() if reason != BASE}
    for reason, value in found.items():
        print(f"  {reason:<26}{value:>6.3f}")
    return all(LOWEST <= value <= HIGHEST for value in found.values())


def auc(first: list[float], second: list[float]) -> float:
    """How likely a random one of the second takes longer than a random one of the first (Mann-Whitney); 0.5: nothing is told."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    ranks = sum(rank for rank, (_, side) in enumerate(ranked, start=1) if side)
    return (ranks - len(second) * (len(second) + 1) / 2) / (len(first) * len(second))


def without_dummy(verifier: keys.Verifier, number: str, key: str, real=keys.is_match) -> bool:
    """The control: the dummy hash is left out, so that what is not there answers at once."""
    return verifier != keys.dummy() and real(verifier, number, key)


if __name__ == "__main__":
    sys.exit(main())
