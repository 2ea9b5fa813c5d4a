"""The job, the application for it, as the contractor declared it."""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from guarantees.models.parties import Addressee, Branch, Contractor, Obligee, StaffMember
from guarantees.terms import (
    ApplicationStatus,
    WorkKind,
)


def paired(at: str, by: str) -> Q:
    """An act has a time and a person, or neither."""
    return Q(**{f"{at}__isnull": True, f"{by}__isnull": True}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False})


def known(field: str, choices: type[models.TextChoices], table: str) -> models.CheckConstraint:
    """The column holds a word of this list and no other."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=f"{table}_{field}_is_known")


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
    work_starts_on = models.DateField("工期（始）", null=True, blank=True)
    work_ends_on = models.DateField("工期（終）", null=True, blank=True)
    contracted_on = models.DateField("請負契約日", null=True, blank=True)
    tendered_on = models.DateField("入札（見積）予定日", null=True, blank=True)
    reservation_ends_on = models.DateField("予約の有効期限", null=True, blank=True)
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
            known("status", ApplicationStatus, "application"),
            known("work_kind", WorkKind, "application"),
            models.CheckConstraint(condition=Q(contract_price__gt=0), name="application_price_is_positive"),
            models.CheckConstraint(
                condition=Q(work_ends_on__gte=F("work_starts_on")), name="application_period_is_in_order"
            ),
            models.CheckConstraint(
                condition=Q(
                    work_starts_on__isnull=False,
                    work_ends_on__isnull=False,
                    contracted_on__isnull=False,
                    tendered_on__isnull=True,
                    reservation_ends_on__isnull=True,
                )
                | Q(
                    work_starts_on__isnull=True,
                    work_ends_on__isnull=True,
                    contracted_on__isnull=True,
                    tendered_on__isnull=False,
                    reservation_ends_on__isnull=False,
                ),
                name="application_is_of_a_contract_or_a_tender",
            ),
            models.CheckConstraint(
                condition=Q(reservation_ends_on__gte=F("tendered_on")), name="application_reservation_outlasts_tender"
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
    def is_tender(self) -> bool:
        """Is it for a 契約保証予約, before tender? Then there is no contract date and no work period (decision 0006)."""
        return self.tendered_on is not None

    @property
    def work_heading(self) -> str:
        """What pages call the facts of the job."""
        return "入札予定の工事" if self.is_tender else "請負工事の情報"

    @property
    def ends_on(self) -> date:
        """The day that a guarantee lasts to at least: the end of the 工期, of a reservation its 有効期限."""
        last = self.work_ends_on or self.reservation_ends_on
        if last is None:
            raise ValueError(f"application {self.pk} says no last day")
        return last

    @property
    def is_open_to_contractor(self) -> bool:
        """May the contractor change it now?"""
        return self.status in (ApplicationStatus.DRAFT, ApplicationStatus.RETURNED)
