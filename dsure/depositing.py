"""The door by which the surety writes into D-Sure, inside its own transaction: plain values in, refusals as exceptions.

Every act is safe to repeat: the same again changes nothing. Source: design.md 3, 4 and 8; security.md 7 (T14 to T17).
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

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
from netdesk import sealing
from netdesk.acting import Refusal


class Refused(Refusal):
    """D-Sure does not accept what the surety asked for."""

    sentence = "D-Sureが受け付けませんでした。"


class UnknownObligee(Refused):
    """No organisation of this code is registered."""

    sentence = "この発注者はD-Sureに登録されていません。"


class UnknownNumber(Refused):
    """Nothing of this number (or no such request) lies here."""

    sentence = "この保証契約番号の電子証書はD-Sureにありません。"


class OtherObligee(Refused):
    """The guarantee, or the facts, name another organisation."""

    sentence = "電子証書の発注者が、預けようとしている発注者と一致しません。"


class OtherNumber(Refused):
    """The facts name another guarantee."""

    sentence = "電子証書の保証契約番号が、預けようとしている番号と一致しません。"


class OtherBytes(Refused):
    """What lies here under this version, or the cause of its voiding, is another."""

    sentence = "同じ版に、内容の異なる電子証書がすでにあります。"


class OutOfOrder(Refused):
    """The version is not the next one, or is not there."""

    sentence = "電子証書の版の順序が正しくありません。"


class Altered(Refused):
    """The bytes are not those of the hash."""

    sentence = "電子証書のSHA-256が一致しません。"


class SealBroken(Refused):
    """The PDF is not under the surety's unbroken seal."""

    sentence = "電子証書の電子署名を確認できません。"


class Unreadable(Refused):
    """The facts are of a layout that D-Sure cannot show, or without a deadline."""

    sentence = "電子証書の記載事項に不足があります。"


class KeyNotAsExpected(Refused):
    """A verifier is missing from version 1, or comes with a later one."""

    sentence = "認証キーの照合値は、最初の版にだけ添えます。"


class AlreadyClosed(Refused):
    """The guarantee was released or cancelled."""

    sentence = "この保証契約はすでに解除または解約されています。"


class NothingLeft(Refused):
    """The version is the last one that is not voided."""

    sentence = "ただ一つ残る版は取り消せません。"


class AlreadyAnswered(Refused):
    """The request has its last answer."""

    sentence = "この依頼にはすでに回答しています。"


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


@transaction.atomic
def void(number: str, version: int, cause: str, *, voided_at: datetime) -> None:
    """The version is taken back, so that the highest other one is in force. Again with the same cause changes nothing.

    Raises UnknownNumber, OutOfOrder for a version that is not there, NothingLeft for the last one, OtherBytes for another cause.
    """
    _void(_locked(number), version, cause, voided_at)


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


def _void(head: Deposit, version: int, cause: str, voided_at: datetime) -> None:
    certificate = head.certificates.listed().filter(version=version).first()
    if certificate is None:
        raise OutOfOrder
    voiding = Voiding.objects.filter(certificate=certificate).first()
    if voiding:
        if voiding.cause != cause:
            raise OtherBytes
        return
    if not head.certificates.filter(voiding__isnull=True).exclude(version=version).exists():
        raise NothingLeft
    Voiding.objects.create(certificate=certificate, cause=cause, voided_at=voided_at)
    announce(head, Happened.VOIDED, at=voided_at, version=version)


def _ends_on(facts: dict) -> date:
    """The deadline in the facts. Raises Unreadable."""
    try:
        return date.fromisoformat(facts["guarantee_ends_on"])
    except (KeyError, TypeError, ValueError):
        raise Unreadable from None
