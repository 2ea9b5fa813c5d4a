"""Who opened what: the organisations' register, every viewing, and failed look-ups. Append-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dsure.models.clients import Client
from dsure.models.deposits import NUMBER_PATTERN, Deposit, DepositedCertificate
from dsure.models.parties import Obligee


class How(models.TextChoices):
    """By which way a certificate was seen."""

    KEY = "key", "保証契約番号と認証キー"
    REGISTER = "register", "保証証書一覧"
    PDF = "pdf", "PDFのダウンロード"


class RegisterEntry(models.Model):
    """A guarantee that an organisation opened by number and key (保証証書一覧の一件). From then on it needs no key there."""

    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="register_entries", verbose_name="発注者")
    deposit = models.OneToOneField(Deposit, models.PROTECT, related_name="register_entry", verbose_name="保証契約")
    first_opened_at = models.DateTimeField("最初に閲覧した日時")
    first_opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="最初に閲覧した人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "保証証書一覧の一件"
        ordering = ["-first_opened_at", "-pk"]
        indexes = [models.Index(fields=["obligee", "-first_opened_at", "-id"], name="dsure_register_newest_first")]

    def __str__(self) -> str:
        return f"{self.obligee.name} {self.deposit.number}"


class Viewing(models.Model):
    """One sight of a certificate (閲覧). Organisation and section are written down as they were then."""

    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="viewings", verbose_name="保証契約")
    certificate = models.ForeignKey(
        DepositedCertificate, models.PROTECT, related_name="viewings", verbose_name="電子証書"
    )
    how = models.CharField("方法", max_length=10, choices=How)
    viewed_at = models.DateTimeField("閲覧日時")
    viewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="閲覧した人")
    organisation = models.CharField("発注者と部署", max_length=130)
    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="連携トークン"
    )

    class Meta:
        verbose_name = verbose_name_plural = "閲覧"
        ordering = ["-viewed_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(how__in=How.values), name="dsure_viewing_how_is_known")]

    def __str__(self) -> str:
        return f"{self.deposit.number} {self.organisation}"


class Failure(models.Model):
    """A pair of number and key that opened nothing (照合の失敗). The typed key is nowhere in it."""

    number = models.CharField("入力された保証契約番号", max_length=12)
    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="+", verbose_name="発注者")
    failed_at = models.DateTimeField("日時")
    failed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="入力した人")
    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="連携トークン"
    )

    class Meta:
        verbose_name = verbose_name_plural = "照合の失敗"
        ordering = ["-failed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=NUMBER_PATTERN), name="dsure_failure_number_is_canonical"),
        ]
        indexes = [models.Index(fields=["failed_at"], name="dsure_failure_by_time")]

    def __str__(self) -> str:
        return self.number
