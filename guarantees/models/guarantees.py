"""Issued guarantees, their certificates version by version, taken-back versions, and who saw a key."""

import uuid
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from guarantees.models.applications import Application, Work
from guarantees.models.conditions import known
from guarantees.models.parties import Branch, Contractor, Obligee, StaffMember
from guarantees.terms import FIRST_TARGET, PRODUCT_SHORT, Cause, GuaranteeState, Medium, Product, Standing, VoidingCause

NUMBER_PATTERN = r"^[0-9]{5}-[0-9]{5}M$"


class NumberSeries(models.Model):
    """The last serial given out for a branch, fiscal year and product (採番). The issue locks the row; no serial is used twice."""

    branch_code = models.CharField("支店コード", max_length=2)
    fiscal_year = models.PositiveSmallIntegerField("年度（令和）")
    product = models.CharField("商品", max_length=12, choices=Product)
    last_serial = models.PositiveIntegerField("最後の番号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "採番"
        ordering = ["branch_code", "fiscal_year", "product"]
        constraints = [
            models.UniqueConstraint(fields=["branch_code", "fiscal_year", "product"], name="series_is_one_row"),
            models.CheckConstraint(condition=Q(last_serial__lte=99999), name="series_fits_five_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.branch_code} {self.fiscal_year} {self.product}"


class GuaranteeQuerySet(models.QuerySet["Guarantee"]):
    """Guarantees as their owners may see them."""

    def of_contractor(self, contractor: Contractor) -> Self:
        return self.filter(contractor=contractor)

    def for_staff(self, staff: StaffMember) -> Self:
        return self if staff.branch_id is None else self.filter(branch=staff.branch_id)

    def electronic(self) -> Self:
        return self.filter(medium=Medium.ELECTRONIC)

    def issued_within(self, first: date | None, last: date | None) -> Self:
        """Those issued between two days, both included; None: without an end on that side."""
        bounds = {"issued_on__gte": first, "issued_on__lte": last}
        return self.filter(**{bound: day for bound, day in bounds.items() if day})

    def of_works_named(self, words: str, contractor: Contractor) -> Self:
        """Those of the contractor's works that were applied for under a 工事名 that holds these words."""
        return self.filter(work__in=Application.objects.of_contractor(contractor).named(words).values("work"))

    def newest_first(self) -> Self:
        return self.order_by("-issued_on", "-pk")

    def with_facts(self) -> Self:
        """With `facts`, `version`, `target` and `issued_at` of the certificate in force, and `with_standing`, in the same query."""
        in_force = Certificate.objects.not_voided().filter(guarantee=OuterRef("pk")).order_by("-version")
        return self.with_standing().annotate(
            facts=Subquery(in_force.values("facts")[:1]),
            version=Subquery(in_force.values("version")[:1]),
            target=Subquery(in_force.values("target")[:1]),
            issued_at=Subquery(in_force.values("issued_at")[:1]),
        )

    def with_standing(self) -> Self:
        """With `ends_on` of the certificate in force, and `standing` (Standing) as of today in JST.

        Ended by time is derived here and nowhere else; what somebody caused goes before it.
        """
        in_force = Certificate.objects.not_voided().filter(guarantee=OuterRef("pk")).order_by("-version")
        is_over = Q(state=GuaranteeState.IN_FORCE, ends_on__lt=timezone.localdate())
        return self.annotate(ends_on=Subquery(in_force.values("guarantee_ends_on")[:1])).annotate(
            standing=Case(
                When(is_over, then=Value(Standing.ENDED)), default=F("state"), output_field=models.CharField()
            )
        )

    def ended_by_time(self) -> Self:
        """In force as far as anybody caused, but past the deadline of today in JST."""
        return self.with_standing().filter(standing=Standing.ENDED)


class Guarantee(models.Model):
    """A guarantee contract (保証契約): a head row. Its identity is frozen by trigger; key and state move by the stages."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("保証契約番号", max_length=12, unique=True)
    product = models.CharField("商品", max_length=12, choices=Product)
    medium = models.CharField("証書の形式", max_length=10, choices=Medium)
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="guarantees", verbose_name="契約者")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="guarantees", verbose_name="取扱箇所")
    work = models.ForeignKey(Work, models.PROTECT, related_name="guarantees", verbose_name="工事")
    obligee = models.ForeignKey(Obligee, models.PROTECT, null=True, blank=True, verbose_name="発注者")
    obligee_code = models.CharField("団体コード", max_length=5, blank=True)
    issued_on = models.DateField("発行日", default=timezone.localdate, help_text="最初の保証証書の発行日")
    key_ciphertext = models.BinaryField("認証キー（暗号化）", null=True, blank=True)
    key_version = models.PositiveSmallIntegerField("認証キーの版", null=True, blank=True)
    state = models.CharField("状態", max_length=10, choices=GuaranteeState, default=GuaranteeState.IN_FORCE)

    objects = GuaranteeQuerySet.as_manager()

    # Of a row that came `with_facts`, the last two also of one `with_standing`:
    facts: dict
    version: int
    target: str
    issued_at: datetime
    ends_on: date
    standing: str

    class Meta:
        verbose_name = verbose_name_plural = "保証契約"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=NUMBER_PATTERN), name="guarantee_number_is_canonical"),
            known("product", Product, "guarantee"),
            known("medium", Medium, "guarantee"),
            known("state", GuaranteeState, "guarantee"),
            models.CheckConstraint(
                condition=Q(medium=Medium.ELECTRONIC, key_ciphertext__isnull=False)
                & Q(key_version__isnull=False, key_version__gte=1)
                & ~Q(obligee_code="")
                | Q(medium=Medium.PAPER, key_ciphertext__isnull=True, key_version__isnull=True),
                name="guarantee_key_is_for_electronic",
            ),
            models.CheckConstraint(
                condition=Q(product__in=[Product.ADVANCE, Product.INTERIM, Product.PERFORMANCE])
                | Q(medium=Medium.PAPER),
                name="guarantee_reservation_is_on_paper",
            ),
        ]
        indexes = [
            models.Index(
                fields=["contractor", "-issued_on", "-id"],
                include=["medium", "product", "work"],
                name="guarantee_of_contractor",
            ),
            # 発行済 of a branch, and of all branches, newest first
            models.Index(
                fields=["branch", "-issued_on", "-id"],
                include=["medium", "product", "contractor"],
                name="guarantee_of_branch",
            ),
            models.Index(
                fields=["-issued_on", "-id"], include=["medium", "product", "contractor"], name="guarantee_newest_first"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def product_short(self) -> str:
        """保証種類 as lists say it."""
        return PRODUCT_SHORT[Product(self.product)]

    @property
    def is_electronic(self) -> bool:
        return self.medium == Medium.ELECTRONIC

    @property
    def is_amendable(self) -> bool:
        """May a change (変更) be asked for on it? A 契約保証予約 stays as it was promised."""
        return self.product != Product.RESERVATION

    @property
    def standing_label(self) -> str:
        """有効, 終了, 解除 or 解約; of a row that came `with_standing`."""
        return Standing(self.standing).label


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Versions, with those that were taken back told apart."""

    def not_voided(self) -> Self:
        return self.filter(~Exists(Voiding.objects.filter(certificate=OuterRef("pk"))))

    def in_force(self) -> Self:
        """The highest version of each guarantee that is not voided."""
        higher = Certificate.objects.not_voided().filter(
            guarantee=OuterRef("guarantee"), version__gt=OuterRef("version")
        )
        return self.not_voided().filter(~Exists(higher))

    def listed(self) -> Self:
        """Every version, newest first, with who issued it and what took it back, without the heavy bytes."""
        return self.defer("pdf", "facts").select_related("issued_by", "voiding__voided_by").order_by("-version", "pk")


class Certificate(models.Model):
    """One version of a guarantee certificate (保証証書): frozen facts and bytes. Append-only."""

    guarantee = models.ForeignKey(Guarantee, models.PROTECT, related_name="certificates", verbose_name="保証契約")
    version = models.PositiveSmallIntegerField("版")
    target = models.CharField("対象", max_length=10)
    cause = models.CharField("事由", max_length=10, choices=Cause)
    facts = models.JSONField("内容")
    pdf = models.BinaryField("PDF")
    sha256 = models.CharField("SHA-256", max_length=64)
    guarantee_ends_on = models.DateField("保証期限")
    issued_at = models.DateTimeField("電子保証発行日時")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="発行者")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保証証書"
        ordering = ["guarantee", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["guarantee", "version"], name="certificate_version_is_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="certificate_version_starts_at_one"),
        ]
        indexes = [
            models.Index(fields=["guarantee_ends_on", "guarantee"], name="certificate_by_deadline"),
            models.Index(fields=["guarantee"], condition=Q(version__gt=1), name="certificate_amended"),
        ]

    def __str__(self) -> str:
        return f"{self.guarantee} {self.target}"

    @property
    def is_first(self) -> bool:
        """Is this what was issued first (新規), or a correction of that?"""
        return self.target == FIRST_TARGET

    @property
    def sheet(self) -> str:
        """The template of this version's layout, the same that made its PDF."""
        kind = "reservation" if self.facts["product"] == Product.RESERVATION else "certificate"
        return f"documents/{kind}_{self.facts['layout']}_sheet.html"


class Voiding(models.Model):
    """One version is taken back (訂正・変更取消). Append-only; nothing is flagged on the certificate itself."""

    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="voiding", verbose_name="保証証書")
    cause = models.CharField("事由", max_length=22, choices=VoidingCause)
    reason = models.TextField("理由", max_length=1000, blank=True)
    voided_at = models.DateTimeField("取消日時")
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="取消者")

    class Meta:
        verbose_name = verbose_name_plural = "版の取消"
        ordering = ["-voided_at", "pk"]

    def __str__(self) -> str:
        return f"{self.certificate} {self.get_cause_display()}"


class KeySight(models.Model):
    """Somebody was shown a key (認証キーの表示記録). Append-only."""

    class Where(models.TextChoices):
        PAGE = "page", "電子保証履歴一覧"
        NOTICE = "notice", "「認証キー」のお知らせ（PDF）"
        WORK = "work", "工事のページ"

    guarantee = models.ForeignKey(Guarantee, models.PROTECT, related_name="key_sights", verbose_name="保証契約")
    key_version = models.PositiveSmallIntegerField("認証キーの版")
    where = models.CharField("表示した画面", max_length=10, choices=Where)
    seen_at = models.DateTimeField("表示日時", default=timezone.now)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="表示した者")

    class Meta:
        verbose_name = verbose_name_plural = "認証キーの表示記録"
        ordering = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.guarantee} {self.seen_at:%Y-%m-%d %H:%M}"
