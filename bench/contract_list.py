"""How much longer a page of 保証契約一覧 takes with 10,000 guarantees of one contractor than with 100."""

import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command
from django.test import Client
from django.test.runner import DiscoverRunner

from guarantees.models import ContractorMember
from tests import many

FEW, MANY, OTHERS, TIMES = 100, 10_000, 20_000, 30
SEARCHES = ["", "?page=4", "?page=999", "?work_name=4号", "?number=90000-00003", "?tab=keys", "?tab=keys&work_name=4号"]


def main() -> None:
    """Load, measure, print; the database is dropped whatever happens."""
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        few, large = load()
        print(f"{'page':<32}{FEW:>10} ms{MANY:>10} ms     ratio")
        for search in SEARCHES:
            print_row(search, few, large)
    finally:
        runner.teardown_databases(databases)


def load() -> tuple[Client, Client]:
    """The rows, and a browser of each of the two companies."""
    call_command("load_masters")
    call_command("load_demo", "--people-only")
    large, few = (ContractorMember.objects.get(user__username=name) for name in ("contractor", "rival-contractor"))
    many.issue_many(large.contractor, own=MANY, others=OTHERS)
    many.issue_many(few.contractor, own=FEW, others=FEW, start=MANY + OTHERS)
    many.vacuum()
    return browser_of(few), browser_of(large)


def browser_of(member: ContractorMember) -> Client:
    """A browser in which this person is signed in."""
    browser = Client(HTTP_HOST="localhost")
    browser.force_login(member.user)
    return browser


def print_row(search: str, few: Client, large: Client) -> None:
    """One search, for both companies."""
    small, big = median_ms(few, search), median_ms(large, search)
    print(f"/contracts/{search:<21}{small:>10.1f} ms{big:>10.1f} ms{big / small:>10.2f}")


def median_ms(browser: Client, search: str) -> float:
    """The median of so many pages, in milliseconds, after one to warm up."""
    taken = []
    for _ in range(TIMES + 1):
        started = time.perf_counter()
        response = browser.get(f"/contracts/{search}")
        taken.append(1000 * (time.perf_counter() - started))
        assert response.status_code == 200
    return statistics.median(taken[1:])


if __name__ == "__main__":
    main()
