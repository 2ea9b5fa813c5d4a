"""Is this PDF genuine? From its bytes alone: unaltered or not, issued or not, and in force or not, each said separately.

Source: issue 5, point 8; security.md 3.3. The hash says which document it is, the seal who made it; nothing of the file is kept.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from dsure.models import Deposit, DepositedCertificate, Officer, ViewingReceipt
from dsure.models.deposits import sha256_of
from netdesk import confined
from netdesk.sealing import SEALS, SealCheck


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What is known of a PDF. `certificate` or `receipt` is the stored document with the very same bytes; `deposit` (with
    standing) is there only where the certificate names the officer's organisation."""

    sha256: str
    seal: SealCheck | None  # None: the PDF could not be read within limits
    certificate: DepositedCertificate | None
    receipt: ViewingReceipt | None
    deposit: Deposit | None
    examined_at: datetime

    @property
    def is_known(self) -> bool:
        """Whether it is, bit for bit, a document that D-Sure keeps."""
        return bool(self.certificate or self.receipt)

    @property
    def is_sealed(self) -> bool:
        """Whether it carries a seal of ours that holds."""
        return bool(self.seal and self.seal.is_intact)

    @property
    def is_by_surety(self) -> bool:
        return bool(self.seal and self.seal.is_intact and self.seal.signer == SEALS["surety"])

    @property
    def is_in_force(self) -> bool:
        """Whether it is the version that counts; only of the organisation's own."""
        return bool(self.deposit and self.certificate and self.certificate.version == self.deposit.in_force_version)


def examine(*, by: Officer, pdf: bytes) -> Examined:
    """What this officer may know of the PDF. Raises confined.Busy."""
    sha256 = sha256_of(pdf)
    known = DepositedCertificate.objects.filter(sha256=sha256).defer("pdf", "facts")
    certificate = known.select_related("deposit", "voiding").order_by("pk").first()
    own = Deposit.objects.for_obligee(by.obligee).with_standing()
    return Examined(
        sha256=sha256,
        seal=_seal_of(pdf),
        certificate=certificate,
        receipt=ViewingReceipt.objects.filter(sha256=sha256).defer("pdf").order_by("pk").first(),
        deposit=own.filter(pk=certificate.deposit_id).select_related("register_entry").first() if certificate else None,
        examined_at=timezone.now(),
    )


def _seal_of(pdf: bytes) -> SealCheck | None:
    try:
        return confined.check_seal(pdf)
    except confined.Unreadable:
        return None
