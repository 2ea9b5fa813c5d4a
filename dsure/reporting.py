"""The door by which the surety reads what happened in D-Sure. Plain values out; never a verifier, never a certificate's bytes.

Source: design.md 3.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from dsure.models import (
    Acknowledgement,
    Deposit,
    DepositedCertificate,
    Failure,
    HandInRule,
    Obligee,
    Request,
    RequestAnswer,
    State,
    Viewing,
)
from dsure.models.hand_in import PRINT_WORDS
from dsure.models.requests import FINAL_ANSWERS


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What an organisation did with a guarantee's certificate. None and empty text: not yet."""

    first_viewed_at: datetime | None
    viewed_by_organisation: str  # with its section, as it was then: 平塚市 契約検査課
    acknowledged_at: datetime | None
    returned_at: datetime | None
    returned_reason: str


@dataclass(frozen=True, kw_only=True)
class FiledRequest:
    """A release or claim that an organisation asked for (保証の解除依頼, 保証金請求), with its newest answer."""

    cursor: int
    number: str
    organisation: str
    kind: str
    amount: int | None
    reason: str
    contact: str
    requested_at: datetime
    answer: str
    answered_at: datetime | None
    note: str


@dataclass(frozen=True, kw_only=True)
class HandIn:
    """How an organisation wants the key of one product handed in (発注者が登録)."""

    product: str
    channel: str
    address: str
    subject: str
    is_print_accepted: bool | None
    other_papers: str
    written_at: datetime


def print_text(is_print_accepted: bool | None) -> str:
    """Whether a print of the key notice is accepted, in the words that contractors read, whoever says so."""
    return PRINT_WORDS[is_print_accepted]


def takes_deposits(obligee_code: str) -> bool:
    """Whether the organisation of this code is registered here, so that its certificates may be deposited."""
    return Obligee.objects.filter(code=obligee_code).exists()


def who_take_deposits(obligee_codes: Iterable[str]) -> set[str]:
    """Those of these obligees for whom a certificate may be deposited, in one query."""
    return set(Obligee.objects.filter(code__in=list(obligee_codes)).order_by().values_list("code", flat=True))


def receipts(numbers: Iterable[str]) -> dict[str, Receipt]:
    """For each of the numbers that lies here: who opened it first, and how the version in force was answered. One query."""
    first_viewing = Viewing.objects.filter(deposit=OuterRef("pk")).order_by("viewed_at", "pk")
    in_force = DepositedCertificate.objects.in_force().filter(deposit=OuterRef("pk")).values("pk")[:1]
    answers = Acknowledgement.objects.filter(certificate=OuterRef("in_force_id")).order_by("-pk")
    deposits = (
        Deposit.objects.filter(number__in=list(numbers))
        .annotate(in_force_id=Subquery(in_force))
        .annotate(
            viewed_by_organisation=Coalesce(
                Subquery(first_viewing.values("organisation")[:1]), F("register_entry__obligee__name")
            ),
            answer_kind=Subquery(answers.values("kind")[:1]),
            answer_at=Subquery(answers.values("acknowledged_at")[:1]),
            answer_reason=Subquery(answers.values("reason")[:1]),
        )
        .values_list(
            "number",
            "register_entry__first_opened_at",
            "viewed_by_organisation",
            "answer_kind",
            "answer_at",
            "answer_reason",
        )
    )
    return {number: _receipt(*columns) for number, *columns in deposits}


def unopened_since(moment: datetime, *, numbers_start: str = "", ends_from: date | None = None) -> list[str]:
    """Numbers whose first certificate arrived at or before the moment and that nobody has opened yet, oldest first.

    Those that begin with `numbers_start` only; and with `ends_from` those alone of which a version lasts to that day.
    """
    unopened = Deposit.objects.filter(
        number__startswith=numbers_start,
        state=State.IN_FORCE,
        register_entry__isnull=True,
        certificates__version=1,
        certificates__arrived_at__lte=moment,
    )
    if ends_from:
        lasting = DepositedCertificate.objects.filter(deposit=OuterRef("pk"), guarantee_ends_on__gte=ends_from)
        unopened = unopened.filter(Exists(lasting))
    return list(unopened.order_by("certificates__arrived_at", "pk").values_list("number", flat=True))


def failures(since: datetime, *, numbers_start: str = "", at_least: int = 1) -> dict[str, int]:
    """How many look-ups of each typed number failed from `since` on, most first. Numbers that lie nowhere are among them.

    Those that begin with `numbers_start` and failed `at_least` so many times only.
    """
    counted = _failing(since, numbers_start, at_least)
    return {row["number"]: row["times"] for row in counted.order_by("-times", "number")}


def requests_after(cursor: int) -> list[FiledRequest]:
    """Requests filed after the cursor (0: all), oldest first, each with its newest answer. One query.

    Cursors follow the order of commit, because `requesting.file_request` takes one lock for all: none is ever missed.
    """
    return _filed(Request.objects.filter(pk__gt=cursor))


def requests_of(numbers: Iterable[str]) -> list[FiledRequest]:
    """Requests about these guarantees, oldest first, each with its newest answer. One query."""
    return _filed(Request.objects.filter(deposit__number__in=list(numbers)))


def request(cursor: int) -> FiledRequest | None:
    """The request of this cursor with its newest answer; None where there is none."""
    return next(iter(_filed(Request.objects.filter(pk=cursor))), None)


def _filed(rows: QuerySet[Request]) -> list[FiledRequest]:
    answers = RequestAnswer.objects.filter(request=OuterRef("pk")).order_by("-pk")
    found = rows.order_by("pk").values(
        "kind",
        "amount",
        "reason",
        "contact",
        "requested_at",
        cursor=F("pk"),
        number=F("deposit__number"),
        organisation=F("deposit__obligee__name"),
        answer=Coalesce(Subquery(answers.values("answer")[:1]), Value("")),
        answered_at=Subquery(answers.values("answered_at")[:1]),
        note=Coalesce(Subquery(answers.values("note")[:1]), Value(""), output_field=TextField()),
    )
    return [FiledRequest(**row) for row in found]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How much waits for the surety to look at it."""

    requests: int
    failing_numbers: int


def waiting(*, numbers_start: str, failed_since: datetime, at_least: int) -> Waiting:
    """Requests without a last answer, and numbers whose look-ups failed so often, of numbers that begin so. One query."""
    answered = RequestAnswer.objects.filter(request=OuterRef("pk"), answer__in=FINAL_ANSWERS)
    unanswered = Request.objects.filter(~Exists(answered), deposit__number__startswith=numbers_start)
    failing = _failing(failed_since, numbers_start, at_least).order_by()
    filed = unanswered.order_by().values(number=Value("")).annotate(times=Count("pk"))  # one row, for no number
    found = list(filed.union(failing, all=True))
    return Waiting(
        requests=sum(row["times"] for row in found if not row["number"]),
        failing_numbers=sum(1 for row in found if row["number"]),
    )


def _failing(since: datetime, numbers_start: str, at_least: int) -> QuerySet:
    failed = Failure.objects.filter(failed_at__gte=since, number__startswith=numbers_start)
    return failed.values("number").annotate(times=Count("pk")).filter(times__gte=at_least)


def hand_in_rules(obligee_code: str) -> list[HandIn]:
    """The rules that the organisation keeps itself and that stand now, one a product; nothing where it keeps none. One query."""
    rules = HandInRule.objects.filter(obligee__code=obligee_code).standing()
    names = ("product", "channel", "address", "subject", "is_print_accepted", "other_papers", "written_at")
    return [HandIn(**{name: getattr(rule, name) for name in names}) for rule in rules]


def _receipt(first_viewed_at, organisation, kind, answered_at, reason) -> Receipt:
    is_received = kind == Acknowledgement.Kind.RECEIVED
    is_returned = kind == Acknowledgement.Kind.RETURNED
    return Receipt(
        first_viewed_at=first_viewed_at,
        viewed_by_organisation=organisation or "",
        acknowledged_at=answered_at if is_received else None,
        returned_at=answered_at if is_returned else None,
        returned_reason=reason if is_returned else "",
    )
