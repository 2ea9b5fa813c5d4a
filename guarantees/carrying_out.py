"""What issuing an endorsement makes, cause by cause, inside the transaction of `endorsing.issue`, on locked rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dsure import depositing, keys
from guarantees import certifying, facts, mails, vault
from guarantees.models import Certificate, Endorsement, Guarantee, StaffMember, Voiding
from guarantees.terms import FIRST_TARGET, AskedBy, Cause, EndorsementCause, GuaranteeState, VoidingCause
from netdesk.formats import widen

AMENDED_TARGET = "変更－"


@dataclass(frozen=True)
class NewKey:
    """A key in clear, for the rest of one act, and what D-Sure keeps of it."""

    key: str = field(repr=False)
    verifier: keys.Verifier


@dataclass(frozen=True)
class Order:
    """An approved endorsement on its way: its guarantee locked, the version in force, the moment, and who issues it."""

    endorsement: Endorsement
    in_force: Certificate
    arrived_at: datetime
    by: StaffMember
    new_key: NewKey | None = None

    @property
    def guarantee(self) -> Guarantee:
        return self.endorsement.guarantee


@dataclass(frozen=True)
class Made:
    """The certificate that came of it, if one did, and what the event tells of the change."""

    certificate: Certificate | None = None
    told: dict = field(default_factory=dict)


def carry_out(order: Order) -> Made:
    """What was asked for is so, here and in D-Sure. Raises what D-Sure refuses."""
    return BY_CAUSE[EndorsementCause(order.endorsement.cause)](order)


def new_key(endorsement: Endorsement) -> NewKey | None:
    """A key made and hashed for a re-issue; nothing for any other cause."""
    if endorsement.cause != EndorsementCause.KEY_REISSUE:
        return None
    number = endorsement.guarantee.number
    key = keys.make(number)
    return NewKey(key, keys.verifier(number, key))


def amend(order: Order) -> Made:
    """変更: the next version, marked with its number, deposited; the key stays, so no verifier goes with it."""
    target = next_target(order.guarantee)
    certificate = _next_version(order, target=target, mark=target, cause=Cause.AMENDMENT)
    requested = order.guarantee.requested
    if order.endorsement.asked_by_whom != AskedBy.CONTRACTOR:
        mails.endorsement_complete(order.endorsement, target=target)
    elif order.guarantee.is_electronic and requested.application.wants_mail:
        mails.amendment_complete(certificate, requested)
    return Made(certificate, {"version": certificate.version, "target": target})


def correct(order: Order) -> Made:
    """訂正: a version of the same 対象 takes the place of the one in force, which is voided."""
    voided, target = order.in_force, order.in_force.target
    mark = "" if voided.is_first else target
    certificate = _next_version(order, target=target, mark=mark, cause=Cause.CORRECTION, voids=voided.version)
    _void(order, VoidingCause.CORRECTION)
    mails.endorsement_complete(order.endorsement, target=target)
    return Made(certificate, {"version": certificate.version, "target": target, "voided": voided.version})


def cancel_amendment(order: Order) -> Made:
    """変更取消: the amendment is voided, and the version before stands again with its own bytes and time."""
    voided = order.in_force
    if order.guarantee.is_electronic:
        cause = VoidingCause.AMENDMENT_CANCELLATION
        depositing.void(order.guarantee.number, voided.version, cause, voided_at=order.arrived_at)
    _void(order, VoidingCause.AMENDMENT_CANCELLATION)
    again = order.guarantee.certificates.in_force().defer("pdf").get()
    mails.endorsement_complete(order.endorsement, target=again.target)
    return Made(None, {"voided": voided.version, "voided_target": voided.target, "target": again.target})


def replace_key(order: Order) -> Made:
    """認証キー再発行: the old key opens nothing from this commit on; the contractor reads the new one in the notice."""
    guarantee, made = order.guarantee, order.new_key
    if made is None or guarantee.key_version is None:
        raise ValueError(f"no key to replace on {guarantee}")
    version = guarantee.key_version + 1
    guarantee.key_version = version
    guarantee.key_ciphertext = vault.lock_away(made.key, number=guarantee.number, key_version=version)
    guarantee.save(update_fields=["key_version", "key_ciphertext"])
    depositing.replace_verifier(guarantee.number, made.verifier, replaced_at=order.arrived_at)
    mails.endorsement_complete(order.endorsement)
    return Made(None, {"key_version": version})


def release(order: Order) -> Made:
    """解除, as the obligee asked: the guarantee ends here and in D-Sure; its certificate can still be read."""
    return _closed(order, GuaranteeState.RELEASED)


def cancel(order: Order) -> Made:
    """解約: the guarantee contract ends here and in D-Sure; its certificate can still be read."""
    return _closed(order, GuaranteeState.CANCELLED)


def _closed(order: Order, state: GuaranteeState) -> Made:
    guarantee = order.guarantee
    guarantee.state = state
    guarantee.save(update_fields=["state"])
    if guarantee.is_electronic:
        depositing.close(guarantee.number, state, closed_at=order.arrived_at)
    mails.endorsement_complete(order.endorsement)
    return Made(None, {"state": state.value})


def _next_version(order: Order, *, target: str, mark: str, cause: Cause, voids: int | None = None) -> Certificate:
    """One more version, rendered and sealed from the agreed facts, deposited if electronic, and kept."""
    guarantee, at = order.guarantee, order.arrived_at
    agreed = order.endorsement.facts_after
    certificate = certifying.sealed(
        guarantee=guarantee,
        version=guarantee.certificates.count() + 1,
        target=target,
        cause=cause,
        frozen=facts.for_next_version(agreed, branch=guarantee.branch, mark=mark, issued_at=at),
        issued_at=at,
        by=order.by,
    )
    if guarantee.is_electronic:
        certifying.deposit(certificate, voids=voids)
    certificate.save(force_insert=True)
    return certificate


def _void(order: Order, cause: VoidingCause) -> None:
    """The version in force is taken back."""
    Voiding.objects.create(
        certificate=order.in_force,
        cause=cause,
        reason=order.endorsement.reason,
        voided_at=order.arrived_at,
        voided_by=order.by.user,
    )


def next_target(guarantee: Guarantee) -> str:
    """変更－１, 変更－２ … 変更－１１: one more than was ever used, versions that were taken back included."""
    used = guarantee.certificates.exclude(target=FIRST_TARGET).order_by().values("target").distinct().count()
    return AMENDED_TARGET + widen(str(used + 1))


# What issuing an endorsement makes, by its cause.
BY_CAUSE: dict[EndorsementCause, Callable[[Order], Made]] = {
    EndorsementCause.AMENDMENT: amend,
    EndorsementCause.CORRECTION: correct,
    EndorsementCause.AMENDMENT_CANCELLATION: cancel_amendment,
    EndorsementCause.KEY_REISSUE: replace_key,
    EndorsementCause.RELEASE: release,
    EndorsementCause.CANCELLATION: cancel,
}
