"""The job, the application for it, and each guarantee that the application requests."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from guarantees.models.parties import Addressee, Branch, Contractor, Obligee, StaffMember
from guarantees.terms import (
    PRODUCT_SHORT,
    ApplicationStatus,
    Medium,
    PremiumPayment,
    Procedure,
    Product,
    Status,
    WorkKind,
)
from netdesk.formats import percent


def paired(at: str, by: str) -> Q:
    """An act has a time and a person, or neither."""
    return Q(**{f"{at}__isnull": True, f"{by}__isnull": True}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False})


class Work(models.Model):
    """One job of a contractor (工事): groups its applications and guarantees, so that both keys stand on one page."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="works", verbose_name="契約者")

    class Meta:
        verbose_name = verbose_name_plural = "工事"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"工事 {self.pk}"


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications as their owners may see them."""

    def of_contractor(self, contractor: Contractor) -> Self:
        return self.filter(contractor=contractor)

    def for_staff(self, staff: StaffMember) -> Self:
        """What has reached this person's branch; the head office sees every branch."""
        sent = self.exclude(status=ApplicationStatus.DRAFT)
        return sent if staff.branch_id is None else sent.filter(branch=staff.branch_id)

    def with_parties(self) -> Self:
        return self.select_related("contractor", "obligee", "addressee", "branch")


class Application(models.Model):
    """An application for guarantees of one job (保証申込), with the job's facts as declared."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    work = models.ForeignKey(Work, models.PROTECT, related_name="applications", verbose_name="工事")
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="applications", verbose_name="契約者")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="applications", verbose_name="申込送信先")
    status = models.CharField("状態", max_length=10, choices=ApplicationStatus, default=ApplicationStatus.DRAFT)
    revision = models.PositiveIntegerField("版", default=1)

    # 請負工事の情報
    obligee = models.ForeignKey(Obligee, models.PROTECT, null=True, blank=True, verbose_name="発注者")
    addressee = models.ForeignKey(Addressee, models.PROTECT, null=True, blank=True, verbose_name="被保証者の職名")
    typed_obligee = models.CharField("発注者名（手入力）", max_length=60, blank=True)
    typed_addressee = models.CharField("被保証者の職名（手入力）", max_length=60, blank=True)
    work_kind = models.CharField("工事・業務の種別", max_length=12, choices=WorkKind)
    work_name = models.CharField("工事名", max_length=100)
    work_place = models.CharField("工事場所", max_length=100)
    contract_price = models.PositiveBigIntegerField("請負金額")
    work_starts_on = models.DateField("工期（始）")
    work_ends_on = models.DateField("工期（終）")
    contracted_on = models.DateField("請負契約日")
    noticed_on = models.DateField("入札公告等の日", null=True, blank=True)
    is_approved_by_obligee = models.BooleanField("発注者が電子保証の利用を認めた案件である", default=False)
    jv_name = models.CharField("JV名", max_length=60, blank=True)
    jv_members = ArrayField(models.CharField(max_length=60), verbose_name="JVの構成員", default=list, blank=True)

    # インフォメーション
    wants_mail = models.BooleanField("電子保証発行完了のお知らせ", default=False)
    mail_to = models.EmailField("メールアドレス", blank=True)
    contact_section = models.CharField("担当部署", max_length=40, blank=True)
    contact_post = models.CharField("役職", max_length=40, blank=True)
    contact_name = models.CharField("担当者名", max_length=40, blank=True)
    contact_phone = models.CharField("連絡先電話番号", max_length=20, blank=True)
    message_to_surety = models.TextField("お客様から弊社への連絡事項", max_length=1000, blank=True)
    message_to_contractor = models.TextField("弊社からお客様へのお知らせ", max_length=1000, blank=True)

    drafted_at = models.DateTimeField("作成日時", default=timezone.now)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="作成者")
    submitted_at = models.DateTimeField("送信日時", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送信者"
    )
    returned_at = models.DateTimeField("差戻し日時", null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="差戻し者"
    )
    withdrawn_at = models.DateTimeField("取下げ日時", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="取下げ者"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保証申込"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(contract_price__gt=0), name="application_price_is_positive"),
            models.CheckConstraint(
                condition=Q(work_ends_on__gte=F("work_starts_on")), name="application_period_is_in_order"
            ),
            models.CheckConstraint(
                condition=Q(obligee__isnull=False, addressee__isnull=False, typed_obligee="", typed_addressee="")
                | Q(obligee__isnull=True, addressee__isnull=True) & ~Q(typed_obligee="") & ~Q(typed_addressee=""),
                name="application_obligee_is_listed_or_typed",
            ),
            models.CheckConstraint(condition=Q(wants_mail=False) | ~Q(mail_to=""), name="application_mail_has_address"),
            models.CheckConstraint(
                condition=paired("submitted_at", "submitted_by"), name="application_submitted_paired"
            ),
            models.CheckConstraint(condition=paired("returned_at", "returned_by"), name="application_returned_paired"),
            models.CheckConstraint(
                condition=paired("withdrawn_at", "withdrawn_by"), name="application_withdrawn_paired"
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.DRAFT) | Q(submitted_at__isnull=False),
                name="application_is_submitted_before_all_else",
            ),
            models.CheckConstraint(
                condition=~Q(status=ApplicationStatus.RETURNED) | Q(returned_at__isnull=False),
                name="application_returned_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.WITHDRAWN, withdrawn_at__isnull=False)
                | ~Q(status=ApplicationStatus.WITHDRAWN) & Q(withdrawn_at__isnull=True),
                name="application_withdrawn_has_time",
            ),
        ]
        indexes = [models.Index(fields=["contractor", "-id"], name="application_of_contractor")]

    def __str__(self) -> str:
        return f"{self.receipt_number} {self.work_name}"

    @property
    def receipt_number(self) -> str:
        """受付番号, by which contractor and branch speak of an application."""
        return f"{self.pk:08d}"

    @property
    def obligee_name(self) -> str:
        """発注者名, from the list or as typed."""
        return self.obligee.name if self.obligee else self.typed_obligee

    @property
    def addressee_title(self) -> str:
        """被保証者, as the certificate names it."""
        return self.addressee.title if self.addressee else self.typed_addressee

    @property
    def is_open_to_contractor(self) -> bool:
        """May the contractor change it now?"""
        return self.status in (ApplicationStatus.DRAFT, ApplicationStatus.RETURNED)


class RequestedGuaranteeQuerySet(models.QuerySet["RequestedGuarantee"]):
    """Requested guarantees as their owners may see them."""

    def of_contractor(self, contractor: Contractor) -> Self:
        return self.filter(application__contractor=contractor)

    def for_staff(self, staff: StaffMember) -> Self:
        """What has reached this person's branch; the head office sees every branch."""
        sent = self.exclude(application__status=ApplicationStatus.DRAFT)
        return sent if staff.branch_id is None else sent.filter(application__branch=staff.branch_id)

    def at(self, *statuses: Status) -> Self:
        """Open at the surety in one of these statuses: neither returned nor withdrawn."""
        return self.filter(application__status=ApplicationStatus.SUBMITTED, status__in=statuses)

    def with_application(self) -> Self:
        """With the application, its parties, the guarantee, and whether a premium was paid."""
        from guarantees.models.premiums import Payment  # noqa: PLC0415 (premiums are paid for what is requested here)

        parties = ("contractor", "obligee", "addressee", "branch")
        rows = self.select_related(*(f"application__{party}" for party in parties), "guarantee", "taken_up_by")
        return rows.annotate(is_paid=Exists(Payment.objects.filter(requested=OuterRef("pk"))))


class RequestedGuarantee(models.Model):
    """One guarantee that an application requests (申込の保証一件)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="requested", verbose_name="保証申込")
    product = models.CharField("商品", max_length=12, choices=Product)
    medium = models.CharField("証書の形式", max_length=10, choices=Medium)
    annual_target_amount = models.PositiveBigIntegerField("今年度対象額", null=True, blank=True)
    guaranteed_amount = models.PositiveBigIntegerField("保証金額")
    entrusted_bank = models.CharField("預託金融機関", max_length=60, blank=True)
    uses_redeposit = models.BooleanField("再預託を利用する", null=True, blank=True)
    premium_payment = models.CharField("保証料支払方法", max_length=10, choices=PremiumPayment)
    premium_billed_to = models.CharField("保証料請求先", max_length=60)
    wants_paper_statement = models.BooleanField("保証料計算書（紙）")
    guarantee_ends_on = models.DateField("保証期限", null=True, blank=True, help_text="空欄は工期の終わり")
    follows = models.ForeignKey(
        "Guarantee", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name="もとの保証契約"
    )
    premium_amount = models.PositiveBigIntegerField("保証料", null=True, blank=True)
    premium_rate = models.DecimalField("保証料率（%）", max_digits=7, decimal_places=5, null=True, blank=True)

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
    is_paid: bool  # by with_application()

    class Meta:
        verbose_name = verbose_name_plural = "申込の保証"
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "product"], name="requested_is_once_per_product"),
            models.UniqueConstraint(
                fields=["follows"], condition=Q(product=Product.PERFORMANCE), name="reservation_is_followed_once"
            ),
            models.CheckConstraint(condition=Q(guaranteed_amount__gt=0), name="requested_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(product__in=[Product.ADVANCE, Product.INTERIM])
                | Q(entrusted_bank="", uses_redeposit__isnull=True),
                name="requested_bank_is_for_advances",
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
        indexes = [models.Index(fields=["status", "id"], name="requested_by_status")]

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
        is_awaited = self.premium_payment == PremiumPayment.PER_CASE and not self.is_paid
        return Procedure.AWAITING_PREMIUM if is_awaited else Procedure.BEING_ISSUED

    @property
    def deadline(self):
        """保証期限: the end of the work period unless the reviewer set a later day."""
        return self.guarantee_ends_on or self.application.work_ends_on

    @property
    def product_short(self) -> str:
        """保証種類 as lists say it."""
        return PRODUCT_SHORT[Product(self.product)]

    @property
    def ratio_text(self) -> str:
        """The percentage beside the amount, with what it is of (seed 000:49, 71)."""
        base = "今年度対象額" if self.annual_target_amount else "請負金額"
        return f"{base}に対する割合 {percent(self.guaranteed_amount, self.ratio_base)}"

    @property
    def ratio_base(self) -> int:
        """What the percentage is of, in yen: 今年度対象額 where given, else 請負金額 (seed 000:49)."""
        if self.product == Product.PERFORMANCE:
            return self.application.contract_price
        return self.annual_target_amount or self.application.contract_price
