"""Rate tables of the premiums, version by version. A version that has begun is read only: by trigger, and in the admin."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from guarantees.models.conditions import known
from guarantees.premiums import Band, Tariff
from guarantees.terms import Product, Rounding


class RateTableQuerySet(models.QuerySet["RateTable"]):
    """Versions, by the day on which they begin."""

    def in_force(self, on: date) -> Self:
        """Of each product, the version of this day, with its bands."""
        begun = self.filter(starts_on__lte=on).order_by("product", "-starts_on")
        return begun.distinct("product").prefetch_related("bands")


class RateTable(models.Model):
    """One version of a product's rates (保証料率表): its minimum and its rounding; the rates stand in its bands."""

    product = models.CharField("商品", max_length=12, choices=Product)
    starts_on = models.DateField("適用開始日", help_text="この日に承認する保証から適用します。")
    minimum_amount = models.PositiveBigIntegerField("最低保証料（円・見本）")
    rounding = models.CharField("端数処理（見本）", max_length=12, choices=Rounding, default=Rounding.DOWN_TO_100)
    tax_percent = models.PositiveSmallIntegerField(
        "消費税率（%）", default=0, validators=[MaxValueValidator(100)], help_text="保証料は非課税（0）です。"
    )
    release_refund_percent = models.PositiveSmallIntegerField(
        "解除のときの返還割合（%・見本）",
        default=0,
        validators=[MaxValueValidator(100)],
        help_text="最低保証料を超える額のうち、返還する割合です。",
    )
    cancellation_refund_percent = models.PositiveSmallIntegerField(
        "解約のときの返還割合（%・見本）", default=50, validators=[MaxValueValidator(100)]
    )
    is_sample = models.BooleanField("料率は見本", default=True)
    source = models.CharField("料率の出典", max_length=200, blank=True)

    objects = RateTableQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保証料率表"
        ordering = ["product", "-starts_on"]
        constraints = [
            known("product", Product, "rate_table"),
            known("rounding", Rounding, "rate_table"),
            models.UniqueConstraint(fields=["product", "starts_on"], name="rate_table_is_once_per_day"),
            models.CheckConstraint(
                condition=Q(is_sample=True) | ~Q(source=""), name="rate_table_is_sample_or_has_source"
            ),
            models.CheckConstraint(
                condition=Q(tax_percent=0) | Q(product=Product.RESERVATION), name="rate_table_taxes_no_premium"
            ),
            models.CheckConstraint(
                condition=Q(release_refund_percent__lte=100, cancellation_refund_percent__lte=100),
                name="rate_table_refunds_no_more_than_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_product_display()} {self.starts_on:%Y/%m/%d}から"

    @property
    def has_begun(self) -> bool:
        """Is it, or was it, in force? Then nobody changes it any more."""
        return self.starts_on <= timezone.localdate()

    def tariff(self) -> Tariff:
        """The version as the arithmetic reads it; fetch it with its bands. Raises NotATariff."""
        bands = sorted(self.bands.all(), key=lambda band: band.lower_amount)
        return Tariff(
            bands=tuple(Band(band.lower_amount, band.upper_amount, band.rate) for band in bands),
            minimum=self.minimum_amount,
            rounding=Rounding(self.rounding),
            is_sample=self.is_sample,
            tax_percent=self.tax_percent,
        )


class RateBand(models.Model):
    """The rate for one part of 保証金額: above the lower bound, up to and with the upper one (料率の区分)."""

    table = models.ForeignKey(RateTable, models.PROTECT, related_name="bands", verbose_name="保証料率表")
    lower_amount = models.PositiveBigIntegerField("保証金額（超）", default=0)
    upper_amount = models.PositiveBigIntegerField("保証金額（以下）", null=True, blank=True, help_text="空欄は上限なし")
    rate = models.DecimalField("料率（%）", max_digits=7, decimal_places=5, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = verbose_name_plural = "料率の区分"
        ordering = ["table", "lower_amount"]
        constraints = [
            models.UniqueConstraint(fields=["table", "lower_amount"], name="rate_band_starts_once"),
            models.CheckConstraint(
                condition=Q(upper_amount__isnull=True) | Q(upper_amount__gt=F("lower_amount")),
                name="rate_band_is_in_order",
            ),
            models.CheckConstraint(condition=Q(rate__gte=0), name="rate_band_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.lower_amount:,}円超 {self.rate}%"
