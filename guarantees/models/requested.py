"""Each guarantee that an application requests, with where it stands at the surety."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q

from guarantees.models.applications import Application, Work
from guarantees.models.conditions import known, paired
from guarantees.models.parties import Contractor, StaffMember
from guarantees.models.rates import RateTable
from guarantees.premiums import percent_text
from guarantees.terms import (
    AMOUNT_LABEL,
    GIVEN_UP,
    INTERIM_CONDITIONS,
    PRODUCT_SHORT,
    ApplicationStatus,
    Medium,
    PremiumPayment,
    Procedure,
    Product,
    Status,
)
from netdesk.formats import percent


def _told(*, is_told: bool) -> dict[str, bool]:
    """Each condition of an interim advance is told, or none is."""
    return {f"{name}__isnull": not is_told for name in INTERIM_CONDITIONS}


class RequestedGuaranteeQuerySet(models.QuerySet["RequestedGuarantee"]):
    """Requested guarantees as their owners may see them."""

    def of_contractor(self, contractor: Contractor) -> Self:
        """The contractor's own; what a discarded draft asked for is nobody's any more."""
        return self.filter(contractor=contractor).exclude(application__in=Application.objects.discarded(contractor))

    def drafted_within(self, first: date | None, last: date | None) -> Self:
        """Those applied for between two days, both included; None: without an end on that side."""
        bounds = {"drafted_on__gte": first, "drafted_on__lte": last}
        return self.filter(**{bound: day for bound, day in bounds.items() if day})

    def of_works_named(self, words: str, contractor: Contractor) -> Self:
        """Those of the contractor's works whose 工事名 holds these words."""
        return self.filter(application__in=Application.objects.of_contractor(contractor).named(words))

    def of_work(self, work: Work) -> Self:
        """Those of every application for this job that was neither withdrawn nor discarded."""
        return self.filter(application__work=work).exclude(application__status__in=GIVEN_UP)

    def newest_first(self) -> Self:
        return self.order_by("-drafted_on", "-pk")

    def for_staff(self, staff: StaffMember) -> Self:
        """What has reached this person's branch; the head office sees every branch."""
        sent = self.filter(application__submitted_at__isnull=False)
        return sent if staff.branch_id is None else sent.filter(application__branch=staff.branch_id)

    def at(self, *statuses: Status) -> Self:
        """Open at the surety in one of these statuses: neither returned nor withdrawn."""
        return self.filter(application__status=ApplicationStatus.SUBMITTED, status__in=statuses)

    def standing(self) -> Self:
        """Asked for or issued: neither declined nor given up. On one guarantee at most one follows (trigger)."""
        return self.exclude(Q(status=Status.DECLINED) | Q(application__status__in=GIVEN_UP))

    def with_followers(self) -> Self:
        """With `guarantee.followers`: what stands on an issued one (an interim advance, or a 契約保証 on its 予約)."""
        standing = RequestedGuarantee.objects.standing().with_application().order_by("pk")
        return self.prefetch_related(Prefetch("guarantee__followed_by", standing, to_attr="followers"))

    def with_application(self) -> Self:
        """With the application, its parties, the guarantee, the rates agreed to, and what of the premium was received."""
        from guarantees.models.payments import received  # noqa: PLC0415 (premiums are paid for what is requested here)

        parties = ("contractor", "obligee", "addressee", "branch")
        own = ("application__work", "guarantee", "rate_table", "taken_up_by", "follows")
        rows = self.select_related(*(f"application__{party}" for party in parties), *own)
        return rows.annotate(received_amount=received())


class RequestedGuarantee(models.Model):
    """One guarantee that an application requests (申込の保証一件)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="requested", verbose_name="保証申込")
    # Of the application, written here by trigger and never otherwise: the list of one contractor is read from one index.
    contractor = models.ForeignKey(
        Contractor, models.PROTECT, related_name="requested", editable=False, verbose_name="契約者"
    )
    drafted_on = models.DateField("申込日", editable=False)
    product = models.CharField("商品", max_length=12, choices=Product)
    medium = models.CharField("証書の形式", max_length=10, choices=Medium)
    annual_target_amount = models.PositiveBigIntegerField("今年度対象額", null=True, blank=True)
    guaranteed_amount = models.PositiveBigIntegerField("保証金額")
    entrusted_bank = models.CharField("預託金融機関", max_length=60, blank=True)
    uses_redeposit = models.BooleanField("再預託を利用する", null=True, blank=True)
    has_interim = models.BooleanField("中間前払金あり", null=True, blank=True)
    plans_interim = models.BooleanField("中間前払金の請求を予定している", null=True, blank=True)
    premium_payment = models.CharField("保証料支払方法", max_length=10, choices=PremiumPayment)
    premium_billed_to = models.CharField("保証料請求先", max_length=60)
    wants_paper_statement = models.BooleanField("保証料計算書（紙）")
    guarantee_ends_on = models.DateField("保証期限", null=True, blank=True, help_text="空欄は工期の終わり")
    follows = models.ForeignKey(
        "Guarantee", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name="もとの保証契約"
    )
    is_half_period_over = models.BooleanField("工期の2分の1を経過している", null=True, blank=True)
    is_planned_work_done = models.BooleanField(
        "工程表により工期の2分の1までに実施すべき作業が行われている", null=True, blank=True
    )
    is_half_work_done = models.BooleanField("出来高が請負金額の2分の1以上である", null=True, blank=True)
    # The premium agreed at approval (docs/decisions/0007)
    premium_amount = models.PositiveBigIntegerField("保証料", null=True, blank=True)
    premium_rate = models.DecimalField("保証料率（%）", max_digits=7, decimal_places=5, null=True, blank=True)
    rate_table = models.ForeignKey(
        RateTable, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="保証料率表"
    )

    status = models.CharField("状態", max_length=12, choices=Status, default=Status.RECEIVED)
    taken_up_at = models.DateTimeField("審査開始日時", null=True, blank=True)
    taken_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="審査担当者"
    )
    approved_at = models.DateTimeField("承認日時", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承認者"
    )
    approved_revision = models.PositiveIntegerField("承認した版", null=True, blank=True)
    approved_sha256 = models.CharField("承認した内容のSHA-256", max_length=64, blank=True)
    declined_at = models.DateTimeField("引受不可日時", null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="引受不可とした者",
    )
    issued_at = models.DateTimeField("発行日時", null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="発行者"
    )
    guarantee = models.OneToOneField(
        "Guarantee", models.PROTECT, null=True, blank=True, related_name="requested", verbose_name="保証契約"
    )

    objects = RequestedGuaranteeQuerySet.as_manager()
    received_amount: int  # by with_application()

    class Meta:
        verbose_name = verbose_name_plural = "申込の保証"
        ordering = ["application", "pk"]
        constraints = [
            known("product", Product, "requested"),
            known("medium", Medium, "requested"),
            known("premium_payment", PremiumPayment, "requested"),
            known("status", Status, "requested"),
            models.UniqueConstraint(fields=["application", "product"], name="requested_is_once_per_product"),
            models.CheckConstraint(
                condition=Q(product=Product.INTERIM, follows__isnull=False)
                | Q(product=Product.PERFORMANCE)
                | Q(product__in=[Product.ADVANCE, Product.RESERVATION], follows__isnull=True),
                name="requested_interim_follows_an_advance",
            ),
            models.CheckConstraint(
                condition=Q(product=Product.INTERIM, **dict.fromkeys(INTERIM_CONDITIONS, True))
                & Q(**_told(is_told=True))
                | ~Q(product=Product.INTERIM) & Q(**_told(is_told=False)),
                name="requested_interim_conditions_are_confirmed",
            ),
            models.CheckConstraint(condition=Q(guaranteed_amount__gt=0), name="requested_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(product__in=[Product.ADVANCE, Product.INTERIM])
                | Q(entrusted_bank="", uses_redeposit__isnull=True),
                name="requested_bank_is_for_advances",
            ),
            models.CheckConstraint(
                condition=Q(product=Product.ADVANCE) | Q(has_interim__isnull=True, plans_interim__isnull=True),
                name="requested_interim_is_asked_of_advances",
            ),
            models.CheckConstraint(
                condition=~Q(has_interim=False, plans_interim=True), name="requested_planned_interim_exists"
            ),
            models.CheckConstraint(
                condition=~Q(product=Product.RESERVATION) | Q(medium=Medium.PAPER), name="reservation_is_on_paper"
            ),
            models.CheckConstraint(condition=paired("taken_up_at", "taken_up_by"), name="requested_taken_up_paired"),
            models.CheckConstraint(condition=paired("approved_at", "approved_by"), name="requested_approved_paired"),
            models.CheckConstraint(condition=paired("declined_at", "declined_by"), name="requested_declined_paired"),
            models.CheckConstraint(condition=paired("issued_at", "issued_by"), name="requested_issued_paired"),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | ~Q(issued_by=F("approved_by")), name="requested_takes_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_revision__isnull=True, approved_sha256="")
                | Q(approved_at__isnull=False, approved_revision__isnull=False) & ~Q(approved_sha256=""),
                name="requested_approval_is_bound_to_facts",
            ),
            models.CheckConstraint(
                condition=Q(
                    approved_at__isnull=True,
                    premium_amount__isnull=True,
                    premium_rate__isnull=True,
                    rate_table__isnull=True,
                )
                | Q(
                    approved_at__isnull=False,
                    premium_amount__isnull=False,
                    premium_rate__isnull=False,
                    rate_table__isnull=False,
                ),
                name="requested_premium_is_agreed_at_approval",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.APPROVED, Status.ISSUED], approved_at__isnull=False)
                | ~Q(status__in=[Status.APPROVED, Status.ISSUED]) & Q(approved_at__isnull=True),
                name="requested_approved_has_approval",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.ISSUED, issued_at__isnull=False, guarantee__isnull=False)
                | ~Q(status=Status.ISSUED) & Q(issued_at__isnull=True, guarantee__isnull=True),
                name="requested_issued_has_guarantee",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DECLINED, declined_at__isnull=False)
                | ~Q(status=Status.DECLINED) & Q(declined_at__isnull=True),
                name="requested_declined_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "id"], name="requested_by_status"),
            models.Index(
                fields=["contractor", "-drafted_on", "-id"],
                include=["product", "application"],
                name="requested_of_contractor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.receipt_number} {self.get_product_display()}"

    @property
    def procedure(self) -> Procedure:
        """手続状況, from the application's status and this one's; needs `with_application()`."""
        application = ApplicationStatus(self.application.status)
        if self.status in (Status.ISSUED, Status.DECLINED) or application == ApplicationStatus.SUBMITTED:
            return self._procedure_at_surety()
        return Procedure(application.value)

    def _procedure_at_surety(self) -> Procedure:
        if self.status != Status.APPROVED:
            return Procedure(self.status)
        due = self.premium_amount or 0 if self.premium_payment == PremiumPayment.PER_CASE else 0
        return Procedure.AWAITING_PREMIUM if self.received_amount < due else Procedure.BEING_ISSUED

    @property
    def deadline(self):
        """保証期限: the end of the work period (of a reservation its 有効期限) unless the reviewer set a later day."""
        return self.guarantee_ends_on or self.application.ends_on

    @property
    def product_short(self) -> str:
        """保証種類 as lists say it."""
        return PRODUCT_SHORT[Product(self.product)]

    @property
    def amount_label(self) -> str:
        """What this product's amount is called."""
        return AMOUNT_LABEL[Product(self.product)]

    @property
    def charge_name(self) -> str:
        """What this guarantee costs is called."""
        return "予約手数料" if self.product == Product.RESERVATION else "保証料"

    @property
    def premium_note(self) -> str:
        """The rate of the agreed premium, a sample marked as one; needs `with_application()`."""
        if self.premium_rate is None or self.rate_table is None:
            return ""
        sample = "（見本）" if self.rate_table.is_sample else ""
        return f"{self.charge_name}率 {percent_text(self.premium_rate)}{sample}"

    @property
    def ratio_text(self) -> str:
        """The percentage beside the amount, with what it is of (seed 000:49, 71)."""
        base = "今年度対象額" if self.annual_target_amount else "請負金額"
        base = "予定価格または見込みの請負金額" if self.product == Product.RESERVATION else base
        return f"{base}に対する割合 {percent(self.guaranteed_amount, self.ratio_base)}"

    @property
    def ratio_base(self) -> int:
        """What the percentage is of, in yen: 今年度対象額 where given, else 請負金額 (seed 000:49)."""
        is_of_the_year = self.product not in (Product.PERFORMANCE, Product.RESERVATION)
        return (self.annual_target_amount if is_of_the_year else None) or self.application.contract_price
