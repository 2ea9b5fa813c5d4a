"""One version of a certificate, however it came to be: rendered and sealed once, and deposited in D-Sure as it is."""

import hashlib
from datetime import date, datetime

from dsure import depositing, keys
from guarantees import documents
from guarantees.documents import CertificateFacts, ReservationFacts
from guarantees.models import Certificate, Guarantee, StaffMember
from guarantees.terms import Cause
from netdesk import sealing

SEAL = "surety"


def sealed(
    *,
    guarantee: Guarantee,
    version: int,
    target: str,
    cause: Cause,
    frozen: CertificateFacts | ReservationFacts,
    issued_at: datetime,
    by: StaffMember,
) -> Certificate:
    """The version with its bytes, rendered and sealed once and for all; not saved yet."""
    pdf = sealing.seal(documents.certificate(frozen), by=SEAL)
    return Certificate(
        guarantee=guarantee,
        version=version,
        target=target,
        cause=cause,
        facts=frozen.as_json(),
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        guarantee_ends_on=date.fromisoformat(frozen.guarantee_ends_on),
        issued_at=issued_at,
        issued_by=by.user,
    )


def deposit(certificate: Certificate, *, verifier: keys.Verifier | None = None, voids: int | None = None) -> None:
    """The version lies in D-Sure, arrived when it was issued. `verifier` comes with version 1; `voids` is a version it corrects."""
    depositing.deposit(
        depositing.Deposition(
            number=certificate.guarantee.number,
            obligee_code=certificate.guarantee.obligee_code,
            version=certificate.version,
            target=certificate.target,
            cause=certificate.cause,
            facts=certificate.facts,
            pdf=bytes(certificate.pdf),
            sha256=certificate.sha256,
            verifier=verifier,
            voids=voids,
        ),
        arrived_at=certificate.issued_at,
    )
