"""受領 and 返戻 of the certificate in force, and the withdrawal of either; the surety reads them at once by dsure.reporting.

Source: design.md 4. Each is a row of its own; the newest of a version stands.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from dsure.models import Acknowledgement, Client, Deposit, DepositedCertificate, How, Officer, State, Viewing, client_of
from netdesk.acting import Refusal

Kind = Acknowledgement.Kind


class CannotAnswer(Refusal):
    """受領, 返戻 or 取消し is not possible now."""


class Superseded(CannotAnswer):
    """Another version is in force by now."""

    sentence = "この版は現在の内容ではありません。現在の電子証書を表示して、内容を確認してからやり直してください。"


class NotSeen(CannotAnswer):
    """Nobody of the organisation has looked at this version."""

    sentence = "まだ閲覧していない電子証書です。内容を表示して確認してから、受領または返戻してください。"


class Closed(CannotAnswer):
    """The guarantee was released or cancelled."""

    sentence = "この保証契約は解除または解約されているため、受領・返戻はできません。"


class AlreadyAnswered(CannotAnswer):
    """受領 or 返戻 stands already."""

    sentence = "この電子証書は、すでに受領または返戻されています。変える場合は、先に取り消してください。"


class NothingToWithdraw(CannotAnswer):
    """Neither 受領 nor 返戻 stands."""

    sentence = "取り消すことのできる受領・返戻がありません。"


class Damaged(CannotAnswer):
    """What is stored is not what arrived."""

    sentence = "保管している電子証書が、預けられたときの内容と一致しません。受領せず、D-Sureの運営者にご連絡ください。"


@transaction.atomic
def acknowledge(*, by: Officer | Client, public_id: UUID, version: int) -> Acknowledgement:
    """The certificate is received (受領). Raises Deposit.DoesNotExist outside the register, or a CannotAnswer."""
    return _answer(_open(by, public_id, version), by, Kind.RECEIVED)


@transaction.atomic
def send_back(*, by: Officer | Client, public_id: UUID, version: int, reason: str) -> Acknowledgement:
    """The certificate is returned (返戻) for a reason that contractor and surety read. Raises as `acknowledge` does."""
    return _answer(_open(by, public_id, version), by, Kind.RETURNED, reason)


@transaction.atomic
def withdraw(*, by: Officer | Client, public_id: UUID, version: int, reason: str) -> Acknowledgement:
    """The standing 受領 or 返戻 is taken back (取消し), for a reason. Raises as `acknowledge` does, and NothingToWithdraw."""
    certificate = _in_force(by, public_id, version)
    if standing(certificate) is None:
        raise NothingToWithdraw
    return _write(certificate, by, Kind.WITHDRAWN, reason)


def standing(certificate: DepositedCertificate) -> Acknowledgement | None:
    """The 受領 or 返戻 that stands on a version, or none."""
    newest = certificate.acknowledgements.select_related("acknowledged_by").order_by("-pk").first()
    return None if newest is None or newest.kind == Kind.WITHDRAWN else newest


def _in_force(by: Officer | Client, public_id: UUID, version: int) -> DepositedCertificate:
    """The version, its guarantee's head locked, if it is the one in force."""
    register = Deposit.objects.in_register_of(by.obligee)
    deposit = register.select_for_update(of=("self",)).get(public_id=public_id)
    certificate = DepositedCertificate.objects.in_force().select_related("deposit").get(deposit=deposit)
    if certificate.version != version:
        raise Superseded
    return certificate


def _open(by: Officer | Client, public_id: UUID, version: int) -> DepositedCertificate:
    """The version, if it may be answered now."""
    certificate = _in_force(by, public_id, version)
    if certificate.deposit.state != State.IN_FORCE:
        raise Closed
    if not Viewing.objects.exclude(how=How.PDF).filter(certificate=certificate).exists():
        raise NotSeen
    if not certificate.is_undamaged():
        raise Damaged
    return certificate


def _answer(certificate: DepositedCertificate, by: Officer | Client, kind: str, reason: str = "") -> Acknowledgement:
    if standing(certificate):
        raise AlreadyAnswered
    return _write(certificate, by, kind, reason)


def _write(certificate: DepositedCertificate, by: Officer | Client, kind: str, reason: str) -> Acknowledgement:
    return Acknowledgement.objects.create(
        certificate=certificate,
        kind=kind,
        reason=reason,
        acknowledged_at=timezone.now(),
        acknowledged_by=by.user,
        organisation=by.organisation,
        client=client_of(by),
    )
