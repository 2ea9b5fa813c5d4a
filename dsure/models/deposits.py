"""What was deposited: the head of each guarantee, its certificates version by version, and what became of them. Never a key."""

import hashlib
import json
import uuid
from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from dsure.keys import Verifier
from dsure.models.parties import Obligee

NUMBER_PATTERN = r"^[0-9]{5}-[0-9]{5}M$"
SHA256_PATTERN = r"^[0-9a-f]{64}$"
# Layouts of certificates that D-Sure can show, each with the sheet that made the PDF.
LAYOUTS = {1: "documents/certificate_1_sheet.html"}
# Why a version was issued, as the surety says it when it deposits, in the word that officers read.
CAUSES = {"issue": "新規の発行", "amendment": "変更", "correction": "訂正"}


class State(models.TextChoices):
    """What somebody did to a guarantee; that time ended it is derived instead."""

    IN_FORCE = "in_force", "有効"
    RELEASED = "released", "解除"
    CANCELLED = "cancelled", "解約"


class Standing(models.TextChoices):
    """What a guarantee is worth today, in the word that officers read."""

    IN_FORCE = "in_force", "有効"
    ENDED = "ended", "終了"
    RELEASED = "released", "解除"
    CANCELLED = "cancelled", "解約"


class VoidCause(models.TextChoices):
    """Why a version was taken back."""

    CORRECTION = "correction", "訂正"
    AMENDMENT_CANCELLATION = "amendment_cancellation", "変更取消"


class DepositQuerySet(models.QuerySet):
    """Questions about many guarantees."""

    def for_obligee(self, obligee: Obligee) -> Self:
        """What names this organisation as obligee; nothing else may ever be opened by its officers."""
        return self.filter(obligee=obligee)

    def in_register_of(self, obligee: Obligee) -> Self:
        """What this organisation has opened once by number and key: open to all its sections from then on."""
        return self.for_obligee(obligee).filter(register_entry__obligee=obligee)

    def with_standing(self, today: date | None = None) -> Self:
        """Each with `in_force_version`, `latest_target`, `ends_on` and `standing` (Standing) as of a day in Japan.

        Ended by time is derived here and nowhere else.
        """
        in_force = DepositedCertificate.objects.in_force().filter(deposit=OuterRef("pk"))
        return self.annotate(
            in_force_version=Subquery(in_force.values("version")[:1]),
            latest_target=Subquery(in_force.values("target")[:1]),
            ends_on=Subquery(in_force.values("guarantee_ends_on")[:1]),
        ).annotate(
            standing=Case(
                When(state=State.CANCELLED, then=Value(Standing.CANCELLED)),
                When(state=State.RELEASED, then=Value(Standing.RELEASED)),
                When(ends_on__lt=today or timezone.localdate(), then=Value(Standing.ENDED)),
                default=Value(Standing.IN_FORCE),
                output_field=models.CharField(),
            )
        )


class Deposit(models.Model):
    """A guarantee as D-Sure knows it (預かった保証契約): the head over its certificates. Its identity is frozen by trigger."""

    public_id = models.UUIDField("公開ID", default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("保証契約番号", max_length=12, unique=True)
    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="deposits", verbose_name="発注者")
    verifier_text = models.CharField("認証キーの照合値", max_length=200)
    pepper_version = models.PositiveSmallIntegerField("照合値のペッパー")
    key_version = models.PositiveSmallIntegerField("認証キーの版", default=1)
    state = models.CharField("状態", max_length=10, choices=State, default=State.IN_FORCE)

    objects = DepositQuerySet.as_manager()

    # Of a row that came `with_standing`:
    in_force_version: int
    latest_target: str
    ends_on: date
    standing: str
    # Of a row that came `with_changes` (RegisterQuerySet):
    changed_at: datetime
    last_seen_at: datetime | None

    class Meta:
        verbose_name = verbose_name_plural = "預かった保証契約"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=NUMBER_PATTERN), name="dsure_deposit_number_is_canonical"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="dsure_deposit_state_is_known"),
            models.CheckConstraint(
                condition=Q(verifier_text__startswith="$argon2id$"), name="dsure_deposit_keeps_a_hash_only"
            ),
            models.CheckConstraint(condition=Q(key_version__gte=1), name="dsure_deposit_key_version_from_one"),
            # What a register entry's (deposit, obligee) refers to: no organisation can hold another's guarantee.
            models.UniqueConstraint(fields=["id", "obligee"], name="dsure_deposit_of_obligee"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.verifier_text, self.pepper_version)

    @property
    def status(self) -> str:
        """有効, 有効（最新は変更－２）, 終了, 解除 or 解約; of a row that came `with_standing` (design.md 6)."""
        standing = Standing(self.standing)
        is_amended = standing == Standing.IN_FORCE and self.latest_target.startswith("変更")
        return f"{standing.label}（最新は{self.latest_target}）" if is_amended else standing.label


class DepositedCertificateQuerySet(models.QuerySet):
    """Questions about many versions."""

    def in_force(self) -> Self:
        """Of each guarantee the highest version that is not voided."""
        later = DepositedCertificate.objects.filter(
            deposit=OuterRef("deposit"), version__gt=OuterRef("version"), voiding__isnull=True
        )
        return self.filter(~Exists(later), voiding__isnull=True)

    def listed(self) -> Self:
        """Newest version first, with what took it back, without the heavy bytes."""
        return self.defer("pdf").select_related("voiding").order_by("-version", "pk")


class DepositedCertificate(models.Model):
    """One version of a certificate as it arrived (電子証書). Append-only by trigger; versions go strictly up by one."""

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="certificates", verbose_name="保証契約")
    version = models.PositiveSmallIntegerField("版")
    target = models.CharField("対象", max_length=20)
    cause = models.CharField("事由", max_length=30)
    facts = models.JSONField("証書の記載事項")
    facts_sha256 = models.CharField("記載事項のSHA-256", max_length=64)
    guarantee_ends_on = models.DateField("保証期限")
    pdf = models.BinaryField("PDF")
    sha256 = models.CharField("PDFのSHA-256", max_length=64, db_index=True)
    arrived_at = models.DateTimeField("電子保証発行日時")

    objects = DepositedCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "電子証書"
        ordering = ["deposit__number", "version"]
        constraints = [
            models.UniqueConstraint(fields=["deposit", "version"], name="dsure_certificate_version_is_unique"),
            models.CheckConstraint(condition=Q(version__gte=1), name="dsure_certificate_version_from_one"),
            models.CheckConstraint(condition=Q(sha256__regex=SHA256_PATTERN), name="dsure_certificate_sha256"),
            models.CheckConstraint(
                condition=Q(facts_sha256__regex=SHA256_PATTERN), name="dsure_certificate_facts_sha256"
            ),
            # What a viewing's (certificate, deposit) refers to.
            models.UniqueConstraint(fields=["id", "deposit"], name="dsure_certificate_of_deposit"),
        ]

    def __str__(self) -> str:
        return f"{self.deposit.number} {self.target}"

    @property
    def cause_label(self) -> str:
        return CAUSES.get(self.cause, "")

    @property
    def sheet(self) -> str:
        """The template that shows these facts on a page, by their layout."""
        return LAYOUTS[self.facts["layout"]]

    def is_undamaged(self) -> bool:
        """Whether PDF and facts are, bit for bit, what arrived (security.md 0.10)."""
        return sha256_of(bytes(self.pdf)) == self.sha256 and sha256_of_facts(self.facts) == self.facts_sha256


class Voiding(models.Model):
    """A version that was taken back (取消された版). Append-only; nothing on the certificate itself changes."""

    certificate = models.OneToOneField(
        DepositedCertificate, models.PROTECT, related_name="voiding", verbose_name="電子証書"
    )
    cause = models.CharField("事由", max_length=30, choices=VoidCause)
    voided_at = models.DateTimeField("取消日時")

    class Meta:
        verbose_name = verbose_name_plural = "取消された版"
        ordering = ["-voided_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=VoidCause.values), name="dsure_voiding_cause_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.get_cause_display()}"


class KeyReplacement(models.Model):
    """A key that was replaced (認証キーの再発行): the verifier that opens nothing any more. Append-only."""

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="key_replacements", verbose_name="保証契約")
    key_version = models.PositiveSmallIntegerField("使えなくなった認証キーの版")
    verifier_text = models.CharField("使えなくなった照合値", max_length=200)
    pepper_version = models.PositiveSmallIntegerField("照合値のペッパー")
    replaced_at = models.DateTimeField("再発行日時")

    class Meta:
        verbose_name = verbose_name_plural = "認証キーの再発行"
        ordering = ["-replaced_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["deposit", "key_version"], name="dsure_key_is_replaced_once"),
        ]

    def __str__(self) -> str:
        return f"{self.deposit.number} {self.key_version}"


class StateChange(models.Model):
    """A guarantee that was released or cancelled (解除・解約). Append-only."""

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="state_changes", verbose_name="保証契約")
    state = models.CharField("状態", max_length=10, choices=State)
    closed_at = models.DateTimeField("日時")

    class Meta:
        verbose_name = verbose_name_plural = "解除・解約"
        ordering = ["-closed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["deposit"], name="dsure_deposit_is_closed_once"),
            models.CheckConstraint(
                condition=Q(state__in=[State.RELEASED, State.CANCELLED]), name="dsure_state_change_closes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deposit.number} {self.get_state_display()}"


def sha256_of(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_of_facts(facts: dict) -> str:
    """SHA-256 of the facts in one fixed form: keys sorted, no spaces, UTF-8."""
    return sha256_of(json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())
