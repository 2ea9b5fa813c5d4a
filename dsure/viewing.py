"""How a certificate is opened: by number and key once, from the register after that. Every sight is logged.

Source: design.md 6; security.md 2.4, 2.5, T1 to T5, T11. Why in this order: docs/decisions/0003-keys-and-look-up.md.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from dsure import announcing, differing, hashing, keys, noticing
from dsure.models import (
    Acknowledgement,
    Client,
    Deposit,
    DepositedCertificate,
    Failure,
    Handover,
    Happened,
    How,
    Officer,
    RegisterEntry,
    Viewing,
    client_of,
    register_of,
)
from netdesk import sealing, throttling

logger = logging.getLogger(__name__)

SUBJECT = "look-up:"
SUBJECT_OF_CLIENTS = "look-up-api:"
NO_MATCH = "保証契約番号と認証キーの組み合わせが一致する電子証書がありません。「認証キー」のお知らせ（PDF）と同じ文字を入力してください。"


class Typo(Exception):
    """The check character shows a slip of the hand. Nothing was looked up, and no attempt was counted."""


class NoMatch(Exception):
    """No certificate of this organisation opens by the pair: one answer for every reason."""


class Damaged(Exception):
    """What is stored is not what arrived. It is never shown."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A certificate that an officer sees, with its guarantee's standing as of `seen_at`.

    `missed` is what the organisation had not seen before; `changed` is what this version changed against the one before it;
    answers and handovers come newest first.
    """

    deposit: Deposit
    certificate: DepositedCertificate
    versions: list[DepositedCertificate]
    seen_at: datetime
    seal: sealing.SealCheck
    missed: noticing.Missed | None
    changed: list[differing.Row]
    answers: list[Acknowledgement]
    handovers: list[Handover]

    @property
    def is_in_force(self) -> bool:
        """Whether this version is the one that counts among its guarantee's versions."""
        return self.certificate.version == self.deposit.in_force_version

    @property
    def answer(self) -> Acknowledgement | None:
        """The 受領 or 返戻 that stands on this version, or none."""
        newest = next((one for one in self.answers if one.certificate_id == self.certificate.pk), None)
        return None if newest is None or newest.kind == Acknowledgement.Kind.WITHDRAWN else newest

    @property
    def events(self) -> list[noticing.Happening]:
        """All that was done since the guarantee arrived, by the surety and by the organisation, newest first."""
        done = noticing.happened_since(self.deposit, self.versions[-1].arrived_at)
        done += noticing.done_here(self.answers, self.handovers)
        return sorted(done, key=lambda one: one.at, reverse=True)


def subject_of(by: Officer | Client) -> str:
    """What the throttle counts by: the account or the token, never the certificate."""
    return f"{SUBJECT_OF_CLIENTS}{by.pk}" if isinstance(by, Client) else f"{SUBJECT}{by.user_id}"


@sensitive_variables("key", "key_text")
def look_up(*, by: Officer | Client, number_text: str, key_text: str) -> DepositedCertificate:
    """The certificate in force that number and key open is in the organisation's register, and this sight is logged.

    Raises keys.NotANumber, keys.NotAKey, Typo (no attempt counted), hashing.Busy, throttling.MustWait,
    throttling.Stopped, NoMatch, Damaged. Not to be called inside a transaction: the try counts even if all else fails.
    """
    number, key = keys.read_number(number_text), keys.read_key(key_text)
    if keys.is_typo(number, key):
        raise Typo
    with hashing.slot():
        throttling.begin(subject_of(by))
        deposit = Deposit.objects.for_obligee(by.obligee).filter(number=number).first()
        is_match = keys.is_match(deposit.verifier if deposit else keys.dummy(), number, key)
    if deposit is None or not is_match:
        now = timezone.now()
        Failure.objects.create(
            number=number, obligee=by.obligee, failed_at=now, failed_by=by.user, client=client_of(by)
        )
        raise NoMatch
    throttling.clear(subject_of(by))
    return _open_first(by, deposit)


@transaction.atomic
def open_from_register(*, by: Officer, public_id: UUID, version: int | None = None) -> Opened:
    """The certificate (of that version, or in force) is seen from the register, and this sight is logged.

    Raises Deposit.DoesNotExist for what is not in the organisation's own register, DepositedCertificate.DoesNotExist, Damaged.
    """
    deposit = (
        register_of(by.obligee)
        .with_standing()
        .with_section()
        .with_changes()
        .with_history()
        .select_related("register_entry__first_opened_by")
        .get(public_id=public_id)
    )
    versions = list(deposit.certificates.all())
    wanted = deposit.in_force_version if version is None else version
    certificate = _sound(deposit.certificates.select_related("voiding").get(version=wanted))
    missed = noticing.missed(deposit, by=by, now=timezone.now())
    answers = Acknowledgement.objects.filter(certificate__deposit=deposit)
    answers = answers.select_related("acknowledged_by", "certificate").defer("certificate__pdf", "certificate__facts")
    return Opened(
        deposit=deposit,
        certificate=certificate,
        versions=versions,
        seen_at=_log(by, deposit, certificate, How.REGISTER),
        seal=sealing.check(bytes(certificate.pdf)),
        missed=missed,
        changed=noticing.changed_by(certificate, versions),
        answers=list(answers.order_by("-pk")),
        handovers=list(deposit.handovers.select_related("department", "handed_by").order_by("-pk")),
    )


@transaction.atomic
def pdf(*, by: Officer | Client, public_id: UUID, version: int, how: How = How.PDF) -> DepositedCertificate:
    """The certificate leaves as it arrived (its bytes; its facts where `how` says so), and this is logged.

    Raises as `open_from_register` does.
    """
    deposit = Deposit.objects.in_register_of(by.obligee).get(public_id=public_id)
    certificate = _sound(deposit.certificates.get(version=version))
    _log(by, deposit, certificate, how)
    return certificate


@transaction.atomic
def _open_first(by: Officer | Client, deposit: Deposit) -> DepositedCertificate:
    certificate = _sound(DepositedCertificate.objects.in_force().select_related("deposit").get(deposit=deposit))
    now = _log(by, deposit, certificate, How.KEY)
    _, is_new = RegisterEntry.objects.get_or_create(
        deposit=deposit, defaults={"obligee": by.obligee, "first_opened_at": now, "first_opened_by": by.user}
    )
    if is_new:
        announcing.announce(deposit, Happened.REGISTERED, at=now)
    return certificate


def _sound(certificate: DepositedCertificate) -> DepositedCertificate:
    """The certificate, if its bytes and facts are what arrived. Raises Damaged, with an alarm in the log."""
    if not certificate.is_undamaged():
        logger.critical("certificate %s is damaged", certificate.pk)
        raise Damaged
    return certificate


def _log(by: Officer | Client, deposit: Deposit, certificate: DepositedCertificate, how: How) -> datetime:
    """The sight is written down, before anything is shown: without the row there is no certificate."""
    viewing = Viewing.objects.create(
        deposit=deposit,
        certificate=certificate,
        how=how,
        viewed_at=timezone.now(),
        viewed_by=by.user,
        organisation=by.organisation,
        client=client_of(by),
    )
    return viewing.viewed_at
