"""電子証書閲覧確認書: what D-Sure certifies of a sight, for the organisation's decision file. Append-only.

Their numbers are `14203-R08-00001`: obligee code, Japanese fiscal year in Reiwa, serial. The serial is gap-free within the
organisation and year: it comes from a row that the writing transaction locks and raises, so that a rollback gives it back;
never from MAX()+1 or a sequence. One organisation's numbers tell nothing of another's, and their writers never wait for one another.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dsure.models.deposits import SHA256_PATTERN, Deposit, DepositedCertificate
from dsure.models.parties import Obligee

RECEIPT_PATTERN = r"^[0-9]{5}-R[0-9]{2}-[0-9]{5}$"


class ReceiptSeries(models.Model):
    """The last serial of an organisation's receipts in a fiscal year (確認書番号の系列). Made on first use."""

    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="receipt_series", verbose_name="発注者")
    fiscal_year = models.PositiveSmallIntegerField("年度（令和）")
    last_serial = models.PositiveIntegerField("最後の連番", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "確認書番号の系列"
        ordering = ["obligee__code", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(fields=["obligee", "fiscal_year"], name="dsure_receipt_series_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.obligee.code}-R{self.fiscal_year:02}"


class ViewingReceipt(models.Model):
    """One 電子証書閲覧確認書: its frozen facts, and the PDF under D-Sure's own seal."""

    number = models.CharField("確認書番号", max_length=20, unique=True)
    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="viewing_receipts", verbose_name="発注者")
    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="viewing_receipts", verbose_name="保証契約")
    certificate = models.ForeignKey(
        DepositedCertificate, models.PROTECT, related_name="viewing_receipts", verbose_name="電子証書"
    )
    facts = models.JSONField("記載事項")
    pdf = models.BinaryField("PDF")
    sha256 = models.CharField("PDFのSHA-256", max_length=64, db_index=True)
    made_at = models.DateTimeField("作成日時")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="作成した人")

    class Meta:
        verbose_name = verbose_name_plural = "電子証書閲覧確認書"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=RECEIPT_PATTERN), name="dsure_receipt_number_is_canonical"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=SHA256_PATTERN), name="dsure_receipt_sha256"),
        ]

    def __str__(self) -> str:
        return self.number
