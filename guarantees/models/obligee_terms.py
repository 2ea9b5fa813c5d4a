"""Obligees' terms, version by version. A version that has begun is read only: by trigger, in the admin and at the import."""

from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from guarantees.models.conditions import known
from guarantees.models.parties import Obligee
from guarantees.terms import TermsBasis, WorkKind


class ObligeeTermsQuerySet(models.QuerySet["ObligeeTerms"]):
    """Versions, by the day on which they begin."""

    def in_force(self, on: date) -> Self:
        """Of each obligee and kind of work, the version by which this day's works are judged; none where it says paper only."""
        same = {"obligee": OuterRef("obligee"), "work_kind": OuterRef("work_kind")}
        later = ObligeeTerms.objects.filter(
            **same, in_force_from__gt=OuterRef("in_force_from"), in_force_from__lte=on
        ).order_by()
        return self.filter(~Exists(later), in_force_from__lte=on).exclude(basis=TermsBasis.ENDED)

    def for_work(self, obligee: Obligee | None, work_kind: str, on: date) -> "ObligeeTerms | None":
        """The terms of this obligee for this kind of work on this day; None where it takes paper only."""
        return self.in_force(on).filter(obligee=obligee, work_kind=work_kind).first()


class ObligeeTerms(models.Model):
    """One version of what an obligee takes electronically, for one kind of work (電子保証の利用条件)."""

    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="terms", verbose_name="発注者")
    work_kind = models.CharField("種別", max_length=12, choices=WorkKind)
    in_force_from = models.DateField("適用開始日", help_text="この日に判定する申込から適用します。")
    basis = models.CharField("基準", max_length=10, choices=TermsBasis)
    starts_on = models.DateField(
        "対象の開始日", null=True, blank=True, help_text="基準の日がこの日以降の案件が対象です。"
    )
    minimum_contract_price = models.PositiveBigIntegerField("請負金額の下限（円）", null=True, blank=True)
    advance_cap_percent = models.PositiveSmallIntegerField(
        "前払金の上限（%）", default=40, validators=[MaxValueValidator(100)]
    )
    interim_cap_percent = models.PositiveSmallIntegerField(
        "中間前払金の上限（%）", default=20, validators=[MaxValueValidator(100)]
    )
    performance_floor_percent = models.PositiveSmallIntegerField(
        "契約保証の下限（%）", default=10, validators=[MaxValueValidator(100)]
    )
    wording = models.CharField("発注者の条件（案内の文言）", max_length=200, blank=True)
    source = models.CharField("出典", max_length=200)

    objects = ObligeeTermsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "電子保証の利用条件"
        ordering = ["obligee", "work_kind", "-in_force_from"]
        constraints = [
            known("work_kind", WorkKind, "terms"),
            known("basis", TermsBasis, "terms"),
            models.UniqueConstraint(
                fields=["obligee", "work_kind", "in_force_from"], name="terms_are_once_per_kind_and_day"
            ),
            models.CheckConstraint(
                condition=Q(basis__in=[TermsBasis.APPROVAL, TermsBasis.ENDED]) | Q(starts_on__isnull=False),
                name="terms_by_date_have_a_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligee} {self.get_work_kind_display()} {self.in_force_from:%Y/%m/%d}から"

    @property
    def has_begun(self) -> bool:
        """Is it, or was it, in force? Then nobody changes it any more."""
        return self.in_force_from <= timezone.localdate()
