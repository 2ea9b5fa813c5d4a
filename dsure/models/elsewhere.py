"""Guarantees that live elsewhere: insurers' behind an address, banks' on paper, entered by hand so that one list covers all."""

import uuid
from datetime import date
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from dsure.models.parties import Obligee


class ElsewhereKind(models.TextChoices):
    """What sort of guarantee it is."""

    BOND = "bond", "公共工事履行保証証券"
    INSURANCE = "insurance", "履行保証保険"
    BANK = "bank", "金融機関の保証"
    SURETY_PAPER = "surety_paper", "保証事業会社の保証証書（紙）"
    OTHER = "other", "その他の保証"


class ElsewhereGuarantee(models.Model):
    """A guarantee that D-Sure does not hold (ほかの保証): what its versions share. Append-only."""

    public_id = models.UUIDField("公開ID", default=uuid.uuid4, unique=True, editable=False)
    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="elsewhere", verbose_name="発注者")

    class Meta:
        verbose_name = verbose_name_plural = "ほかの保証"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.obligee.name} {self.public_id}"


class ElsewhereQuerySet(models.QuerySet):
    """Questions about many versions."""

    def of(self, obligee: Obligee) -> Self:
        """What this organisation entered."""
        return self.filter(entry__obligee=obligee)

    def current(self) -> Self:
        """Of each entry the newest version."""
        later = ElsewhereVersion.objects.filter(entry=OuterRef("entry"), version__gt=OuterRef("version"))
        return self.filter(~Exists(later))

    def open(self) -> Self:
        """Those that were not closed."""
        return self.filter(is_closed=False)

    def searched(self, words: str) -> Self:
        """Those whose issuer, number, contractor or work holds these words."""
        names = ("issuer", "number", "contractor_name", "work_name")
        return self.filter(Q(*((f"{name}__icontains", words) for name in names), _connector=Q.OR))

    def listed(self) -> Self:
        """With entry and writer; what ends first comes first."""
        return self.select_related("entry", "written_by").order_by("is_closed", "ends_on", "-pk")


class ElsewhereVersion(models.Model):
    """What was entered of it, version by version (登録内容); the newest stands. Append-only."""

    entry = models.ForeignKey(ElsewhereGuarantee, models.PROTECT, related_name="versions", verbose_name="ほかの保証")
    version = models.PositiveSmallIntegerField("版")
    kind = models.CharField("保証の種類", max_length=20, choices=ElsewhereKind)
    issuer = models.CharField("保証人・発行者", max_length=100)
    number = models.CharField("証券番号・保証書番号", max_length=40, blank=True)
    contractor_name = models.CharField("受注者", max_length=100)
    work_name = models.CharField("工事名", max_length=100)
    guaranteed_amount = models.PositiveBigIntegerField("保証金額")
    ends_on = models.DateField("保証期間の終わり")
    url = models.CharField("閲覧用URL", max_length=500, blank=True)
    place = models.CharField("証書の保管場所", max_length=200, blank=True)
    checker = models.CharField("確認した人", max_length=30)
    checked_on = models.DateField("確認した日")
    note = models.TextField("メモ", blank=True)
    is_closed = models.BooleanField("終了", default=False)
    closing_reason = models.CharField("終了の理由", max_length=200, blank=True)
    written_at = models.DateTimeField("登録日時")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登録した人"
    )

    objects = ElsewhereQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "ほかの保証の登録内容"
        ordering = ["entry", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "version"], name="dsure_elsewhere_version_is_unique"),
            models.CheckConstraint(condition=Q(version__gte=1), name="dsure_elsewhere_version_from_one"),
            models.CheckConstraint(condition=Q(kind__in=ElsewhereKind.values), name="dsure_elsewhere_kind_is_known"),
            models.CheckConstraint(condition=~Q(url="") | ~Q(place=""), name="dsure_elsewhere_is_somewhere"),
            models.CheckConstraint(
                condition=Q(is_closed=False, closing_reason="") | (Q(is_closed=True) & ~Q(closing_reason="")),
                name="dsure_elsewhere_closing_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.number}"

    @property
    def is_ended(self) -> bool:
        """Whether its time is over."""
        return self.ends_on < timezone.localdate()

    @property
    def standing(self) -> str:
        """終了, 期限経過 or 期間中."""
        if self.is_closed:
            return "終了"
        return "期限経過" if self.is_ended else "期間中"

    @property
    def days_left(self) -> int:
        return (self.ends_on - timezone.localdate()).days

    @property
    def is_https(self) -> bool:
        """Whether the address may be a link: anything else is shown as text alone."""
        return urlsplit(self.url).scheme == "https"


# What an officer types of it; what a version carries over to the next.
ELSEWHERE_RECORD = (
    "kind",
    "issuer",
    "number",
    "contractor_name",
    "work_name",
    "guaranteed_amount",
    "ends_on",
    "url",
    "place",
    "checker",
    "checked_on",
    "note",
)
ElsewhereRecord = dict[str, str | int | date]
