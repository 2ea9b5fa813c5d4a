"""What issuing an endorsement makes, cause by cause, inside the transaction of `endorsing.issue`, on locked rows."""

from collections.abc import Callable
from datetime import datetime

from guarantees import certifying, facts, mails
from guarantees.models import Certificate, Endorsement, Guarantee, StaffMember
from guarantees.terms import FIRST_TARGET, Cause, EndorsementCause
from netdesk.formats import widen

AMENDED_TARGET = "変更－"


def amend(endorsement: Endorsement, in_force: Certificate, arrived_at: datetime, by: StaffMember) -> Certificate:
    """変更: the next version, marked with its number, deposited; the key stays, so no verifier goes with it."""
    guarantee = endorsement.guarantee
    target = next_target(guarantee)
    certificate = certifying.sealed(
        guarantee=guarantee,
        version=guarantee.certificates.count() + 1,
        target=target,
        cause=Cause.AMENDMENT,
        frozen=facts.for_amended(endorsement.facts_after, branch=guarantee.branch, mark=target, issued_at=arrived_at),
        issued_at=arrived_at,
        by=by,
    )
    if guarantee.is_electronic:
        certifying.deposit(certificate)
    certificate.save(force_insert=True)
    if guarantee.is_electronic and guarantee.requested.application.wants_mail:
        mails.amendment_complete(certificate, guarantee.requested)
    return certificate


def next_target(guarantee: Guarantee) -> str:
    """変更－１, 変更－２ … 変更－１１: one more than was ever used, versions that were taken back included."""
    used = guarantee.certificates.exclude(target=FIRST_TARGET).order_by().values("target").distinct().count()
    return AMENDED_TARGET + widen(str(used + 1))


# What issuing an endorsement makes, by its cause: the certificate that came of it, or None where there is none.
BY_CAUSE: dict[EndorsementCause, Callable[[Endorsement, Certificate, datetime, StaffMember], Certificate | None]] = {
    EndorsementCause.AMENDMENT: amend,
}
