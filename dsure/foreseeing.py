"""What an organisation has to see to: guarantees that end soon, and those that end before their work does (issue 5.9).

Those that were entered by hand are among the first, marked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import CharField, DateField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from dsure.models import (
    Deposit,
    DepositedCertificate,
    ElsewhereVersion,
    Obligee,
    Standing,
    State,
    register_of,
)

AHEAD = timedelta(days=60)
DEPOSITED, ELSEWHERE = "deposited", "elsewhere"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """One guarantee that ends soon: deposited here, or entered by hand."""

    ends_on: date
    days_left: int
    title: str  # its number, or who issued it
    kind: str
    contractor_name: str
    work_name: str
    guaranteed_amount: int
    deposit: Deposit | None = None
    elsewhere: ElsewhereVersion | None = None


def ending(obligee: Obligee, today: date) -> QuerySet:
    """Rows (ends_on, source, row) of what ends from today to 60 days on, soonest first; to be cut into pages, then `shown`."""
    names = ("ends_on", "source", "row")
    register: QuerySet = register_of(obligee).with_standing(today)
    deposited = register.filter(standing=Standing.IN_FORCE, ends_on__lte=today + AHEAD).order_by()
    entered = ElsewhereVersion.objects.of(obligee).current().open().order_by()
    entered = entered.filter(ends_on__gte=today, ends_on__lte=today + AHEAD)
    here, there = (
        rows.annotate(source=Value(source, CharField()), row=F("pk")).values(*names)
        for rows, source in ((deposited, DEPOSITED), (entered, ELSEWHERE))
    )
    return here.union(there, all=True).order_by("ends_on", "source", "row")


def shown(rows: Iterable[dict], today: date) -> list[Ending]:
    """The rows of a page with all that is shown of them, in their order. Two queries."""
    rows = list(rows)
    wanted = {source: [row["row"] for row in rows if row["source"] == source] for source in (DEPOSITED, ELSEWHERE)}
    deposits = {
        (DEPOSITED, deposit.pk): _of_deposit(deposit, today)
        for deposit in with_facts(Deposit.objects.filter(pk__in=wanted[DEPOSITED]).with_standing(today))
    }
    entered = {
        (ELSEWHERE, version.pk): _of_entry(version, today)
        for version in ElsewhereVersion.objects.filter(pk__in=wanted[ELSEWHERE]).select_related("entry")
    }
    found = deposits | entered
    return [found[row["source"], row["row"]] for row in rows]


def behind(obligee: Obligee) -> QuerySet:
    """Deposits of the register whose work, by the facts in force, goes on after the guarantee has ended; soonest first.

    Each `with_standing`, with `facts` and `work_ends_on`. What was released or cancelled is not among them.
    """
    in_force = DepositedCertificate.objects.in_force().filter(deposit=OuterRef("pk"))
    work_ends_on = in_force.annotate(until=Cast(KT("facts__work_ends_on"), DateField())).values("until")[:1]
    register: QuerySet = register_of(obligee).filter(state=State.IN_FORCE).with_standing()
    late = register.annotate(work_ends_on=Subquery(work_ends_on)).filter(work_ends_on__gt=F("ends_on"))
    return with_facts(late).order_by("ends_on", "pk")


def changed(obligee: Obligee) -> QuerySet:
    """Deposits of the register of which the organisation has not seen the newest state, newest change first;
    each with `facts`, and `with_history`."""
    register = register_of(obligee).with_standing().with_changes().changed_since_seen()
    return with_facts(register.with_history()).order_by("-changed_at", "-pk")


def counts(obligee: Obligee, today: date) -> dict[str, int]:
    """How many there are in each list, by its name. Three queries."""
    lists = {"ending": ending(obligee, today), "behind": behind(obligee), "changed": changed(obligee)}
    return {name: rows.count() for name, rows in lists.items()}


def with_facts(deposits: QuerySet) -> QuerySet:
    """Each with `facts` of its certificate in force."""
    in_force = DepositedCertificate.objects.in_force().filter(deposit=OuterRef("pk"))
    return deposits.annotate(facts=Subquery(in_force.values("facts")[:1]))


def _of_deposit(deposit: Deposit, today: date) -> Ending:
    facts: dict = deposit.facts  # type: ignore[attr-defined]
    said = {name: facts[name] for name in ("contractor_name", "work_name", "guaranteed_amount")}
    return Ending(
        ends_on=deposit.ends_on,
        days_left=(deposit.ends_on - today).days,
        title=deposit.number,
        kind=facts["product_name"],
        deposit=deposit,
        **said,
    )


def _of_entry(version: ElsewhereVersion, today: date) -> Ending:
    said = {name: getattr(version, name) for name in ("contractor_name", "work_name", "guaranteed_amount")}
    return Ending(
        ends_on=version.ends_on,
        days_left=(version.ends_on - today).days,
        title=f"{version.issuer}　{version.number}".strip(),
        kind=version.get_kind_display(),
        elsewhere=version,
        **said,
    )
