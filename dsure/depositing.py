"""The door by which the surety writes into D-Sure, inside its own transaction: plain values in, refusals as exceptions.

Every act is safe to repeat: the same again changes nothing, and tells nobody (dsure.notifying). Source: design.md 3, 4 and 8; security.md 7 (T14 to T17).
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from dsure import notifying
from dsure.announcing import announce
from dsure.keys import Verifier
from dsure.models import (
    Deposit,
    DepositedCertificate,
    Happened,
    KeyReplacement,
    Obligee,
    Request,
    RequestAnswer,
    State,
    StateChange,
    VoidCause,
    Voiding,
)
from dsure.models.deposits import LAYOUTS, sha256_of, sha256_of_facts
from dsure.models.requests import FINAL_ANSWERS, Answer
from dsure.notifying import Event
from dsure.refusing import (
    AlreadyAnswered,
    AlreadyClosed,
    Altered,
    KeyNotAsExpected,
    NothingLeft,
    OtherBytes,
    OtherNumber,
    OtherObligee,
    OutOfOrder,
    SealBroken,
    UnknownNumber,
    UnknownObligee,
    Unreadable,
)
from dsure.refusing import (
    Refused as Refused,
)
from netdesk import sealing


@dataclass(frozen=True, kw_only=True)
class Deposition:
    """One version of a certificate on its way into D-Sure. `verifier` comes with version 1 only; `voids` is a version that it corrects."""

    number: str
    obligee_code: str
    version: int
    target: str
    cause: str
    facts: dict = field(repr=False)
    pdf: bytes = field(repr=False)
    sha256: str
    verifier: Verifier | None = None
    voids: int | None = None


def arrival() -> datetime:
    """The time at which D-Sure takes a deposit in: 電子保証発行日時. Read once, after the caller's locks and before rendering."""
    return timezone.now()


@transaction.atomic
def deposit(deposition: Deposition, *, arrived_at: datetime) -> None:
    """The version lies in D-Sure, in force; the one that it corrects is voided. The same bytes again change nothing.

    Raises a Refused for altered or unsealed bytes, other facts, an unknown obligee, a wrong version, a closed guarantee.
    """
    _require_genuine(deposition)
    head = _head_of(deposition)
    there = head.certificates.filter(version=deposition.version).defer("pdf", "facts").first()
    if there:
        if (there.sha256, there.facts_sha256) != (deposition.sha256, sha256_of_facts(deposition.facts)):
            raise OtherBytes
        return
    if head.state != State.IN_FORCE:
        raise AlreadyClosed
    if deposition.version != head.certificates.count() + 1:
        raise OutOfOrder
    _insert(head, deposition, arrived_at)
    announce(head, Happened.DEPOSITED, at=arrived_at, version=deposition.version)
    if deposition.voids is not None:
        _void(head, deposition.voids, VoidCause.CORRECTION, arrived_at)
    if deposition.version > 1:
        event = Event.AMENDED if deposition.voids is None else Event.CORRECTED
        notifying.tell(head, event, at=arrived_at, detail=deposition.target)


@transaction.atomic
def void(number: str, version: int, cause: str, *, voided_at: datetime) -> None:
    """The version is taken back, so that the highest other one is in force. Again with the same cause changes nothing.

    Raises UnknownNumber, OutOfOrder for a version that is not there, NothingLeft for the last one, OtherBytes for another cause.
    """
    head = _locked(number)
    if _void(head, version, cause, voided_at):
        is_correction = cause == VoidCause.CORRECTION
        notifying.tell(head, Event.CORRECTED if is_correction else Event.AMENDMENT_CANCELLED, at=voided_at)


@transaction.atomic
def replace_verifier(number: str, verifier: Verifier, *, replaced_at: datetime) -> None:
    """Another key opens the guarantee from now on, and the old one nothing any more. Raises UnknownNumber, AlreadyClosed."""
    head = _locked(number)
    if head.verifier == verifier:
        return
    if head.state != State.IN_FORCE:
        raise AlreadyClosed
    old = {name: getattr(head, name) for name in ("key_version", "verifier_text", "pepper_version")}
    KeyReplacement.objects.create(deposit=head, **old, replaced_at=replaced_at)
    head.verifier_text, head.pepper_version = verifier.text, verifier.pepper_version
    head.key_version += 1
    head.save(update_fields=["verifier_text", "pepper_version", "key_version"])
    announce(head, Happened.REKEYED, at=replaced_at)
    notifying.tell(head, Event.KEY_REPLACED, at=replaced_at)


@transaction.atomic
def close(number: str, state: str, *, closed_at: datetime) -> None:
    """The guarantee is released or cancelled, for good. The same again changes nothing. Raises UnknownNumber, AlreadyClosed."""
    head, state = _locked(number), State(state)
    if head.state == state:
        return
    if head.state != State.IN_FORCE:
        raise AlreadyClosed
    StateChange.objects.create(deposit=head, state=state, closed_at=closed_at)
    head.state = state
    head.save(update_fields=["state"])
    announce(head, Happened.CLOSED, at=closed_at)
    notifying.tell(head, Event.RELEASED if state == State.RELEASED else Event.CANCELLED, at=closed_at)


@transaction.atomic
def answer_request(request_id: int, answer: str, *, answered_at: datetime, note: str = "") -> None:
    """The organisation's request has the surety's answer (taken_up, carried_out, declined; after the last two none follows).

    The same answer again changes nothing. Raises UnknownNumber for a request that is not there, AlreadyAnswered.
    """
    request = Request.objects.select_related("deposit").filter(pk=request_id).first()
    if request is None:
        raise UnknownNumber
    head = _locked(request.deposit.number)
    given = set(request.answers.values_list("answer", flat=True))
    if answer in given:
        return
    if given & set(FINAL_ANSWERS):
        raise AlreadyAnswered
    RequestAnswer.objects.create(request=request, answer=Answer(answer), note=note, answered_at=answered_at)
    announce(head, Happened.ANSWERED, at=answered_at)
    detail = f"{request.get_kind_display()}：{Answer(answer).label}"
    notifying.tell(head, Event.ANSWERED, at=answered_at, detail=detail)


def _require_genuine(deposition: Deposition) -> None:
    """The bytes are those of the hash and carry the surety's unbroken seal; the facts speak of this number and obligee."""
    if sha256_of(deposition.pdf) != deposition.sha256:
        raise Altered
    seal = sealing.check(deposition.pdf)
    if not seal.is_intact or seal.signer != sealing.SEALS["surety"]:
        raise SealBroken
    if deposition.facts.get("number") != deposition.number:
        raise OtherNumber
    if deposition.facts.get("obligee_code") != deposition.obligee_code:
        raise OtherObligee
    if deposition.facts.get("layout") not in LAYOUTS:
        raise Unreadable
    _ends_on(deposition.facts)


def _head_of(deposition: Deposition) -> Deposit:
    """The locked head of the guarantee, made with version 1."""
    obligee = Obligee.objects.filter(code=deposition.obligee_code).first()
    if obligee is None:
        raise UnknownObligee
    head = Deposit.objects.select_for_update(of=("self",)).filter(number=deposition.number).first()
    if head and head.obligee_id != obligee.pk:
        raise OtherObligee
    if (deposition.version == 1) != (deposition.verifier is not None):
        raise KeyNotAsExpected
    if head:
        return head
    if deposition.verifier is None:
        raise OutOfOrder
    return Deposit.objects.create(
        number=deposition.number,
        obligee=obligee,
        verifier_text=deposition.verifier.text,
        pepper_version=deposition.verifier.pepper_version,
    )


def _locked(number: str) -> Deposit:
    head = Deposit.objects.select_for_update(of=("self",)).filter(number=number).first()
    if head is None:
        raise UnknownNumber
    return head


def _insert(head: Deposit, deposition: Deposition, arrived_at: datetime) -> None:
    DepositedCertificate.objects.create(
        deposit=head,
        version=deposition.version,
        target=deposition.target,
        cause=deposition.cause,
        facts=deposition.facts,
        facts_sha256=sha256_of_facts(deposition.facts),
        guarantee_ends_on=_ends_on(deposition.facts),
        pdf=deposition.pdf,
        sha256=deposition.sha256,
        arrived_at=arrived_at,
    )


def _void(head: Deposit, version: int, cause: str, voided_at: datetime) -> bool:
    """Take the version back, and say whether that changed anything."""
    certificate = head.certificates.listed().filter(version=version).first()
    if certificate is None:
        raise OutOfOrder
    voiding = Voiding.objects.filter(certificate=certificate).first()
    if voiding:
        if voiding.cause != cause:
            raise OtherBytes
        return False
    if not head.certificates.filter(voiding__isnull=True).exclude(version=version).exists():
        raise NothingLeft
    Voiding.objects.create(certificate=certificate, cause=cause, voided_at=voided_at)
    announce(head, Happened.VOIDED, at=voided_at, version=version)
    return True


def _ends_on(facts: dict) -> date:
    """The deadline in the facts. Raises Unreadable."""
    try:
        return date.fromisoformat(facts["guarantee_ends_on"])
    except (KeyError, TypeError, ValueError):
        raise Unreadable from None
