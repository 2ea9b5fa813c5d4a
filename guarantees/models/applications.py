"""The job, the application for it, as the contractor declared it."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from guarantees.models.conditions import delivered_one_way, known, paired
from guarantees.models.parties import Addressee, Branch, Contractor, Obligee, StaffMember
from guarantees.terms import COMPETITIONS, ApplicationStatus, Delivery, OrderKind, Status, WorkKind
from netdesk.formats import both_calendars

if TYPE_CHECKING:
    from guarantees.models.requested import RequestedGuarantee


class WorkQuerySet(models.QuerySet["Work"]):
    """Jobs as their owners may see them."""

    def of_contractor(self, contractor: Contractor) -> Self:
        return self.filter(contractor=contractor)


class Work(models.Model):
    """One job of a contractor (工事): groups its applications and guarantees, so that both keys stand on one page."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="works", verbose_name="契約者")

    objects = WorkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工事"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"工事 {self.pk}"


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications as their owners may see them."""

    def of_contractor(self, contractor: Contractor) -> Self:
        """The contractor's own; a discarded draft is nobody's any more."""
        return self.filter(contractor=contractor).exclude(status=ApplicationStatus.DISCARDED)

    def discarded(self, contractor: Contractor) -> Self:
        """The contractor's thrown away drafts, few of many: they have an index of their own."""
        return self.filter(contractor=contractor, status=ApplicationStatus.DISCARDED)

    def for_staff(self, staff: StaffMember) -> Self:
        """What has reached this person's branch; the head office sees every branch."""
        sent = self.filter(submitted_at__isnull=False)
        return sent if staff.branch_id is None else sent.filter(branch=staff.branch_id)

    def named(self, words: str) -> Self:
        """Those whose 工事名 holds these words."""
        return self.filter(work_name__icontains=words)

    def with_parties(self) -> Self:
        return self.select_related("contractor", "obligee", "addressee", "branch", "work")


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
    jv_representative = models.CharField("JVの代表者", max_length=60, blank=True, help_text="空欄は申込者")
    jv_representative_address = models.CharField("JVの代表者の住所", max_length=100, blank=True)

    # 入札の状況
    order_kind = models.CharField("受注区分", max_length=10, choices=OrderKind, blank=True)
    awarded_on = models.DateField("落札日", null=True, blank=True)
    bid_rounds = models.PositiveSmallIntegerField("入札回数", null=True, blank=True)
    bidder_count = models.PositiveSmallIntegerField("入札参加者数", null=True, blank=True)
    disqualified_count = models.PositiveSmallIntegerField("失格者数", null=True, blank=True)
    second_bidder = models.CharField("二番札入札者", max_length=60, blank=True)
    second_bid_thousand_yen = models.PositiveBigIntegerField("二番札入札金額（千円）", null=True, blank=True)
    highest_bidder = models.CharField("最高札入札者", max_length=60, blank=True)
    highest_bid_thousand_yen = models.PositiveBigIntegerField("最高札入札金額（千円）", null=True, blank=True)

    # インフォメーション
    delivery = models.CharField("受取方法", max_length=10, choices=Delivery, blank=True)
    wanted_on = models.DateField("受取希望日", null=True, blank=True)
    visits_on = models.DateField("来店予定日", null=True, blank=True)
    visit_hour = models.PositiveSmallIntegerField("来店予定時刻", null=True, blank=True)
    ship_to_name = models.CharField("保証証書送付先 宛名", max_length=60, blank=True)
    ship_to_postal_code = models.CharField("保証証書送付先 郵便番号", max_length=8, blank=True)
    ship_to_address = models.CharField("保証証書送付先 住所", max_length=100, blank=True)
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
    discarded_at = models.DateTimeField("破棄日時", null=True, blank=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="破棄者"
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "保証申込"
        ordering = ["-pk"]
        constraints = [
            known("status", ApplicationStatus, "application"),
            known("work_kind", WorkKind, "application"),
            models.CheckConstraint(
                condition=Q(order_kind__in=["", *OrderKind.values]), name="application_order_kind_is_known"
            ),
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
            models.CheckConstraint(
                condition=Q(jv_representative="", jv_representative_address="")
                | ~Q(jv_name="") & ~Q(jv_representative="") & ~Q(jv_representative_address=""),
                name="application_other_representative_has_address",
            ),
            models.CheckConstraint(
                condition=~Q(order_kind__in=COMPETITIONS) | Q(awarded_on__isnull=False),
                name="application_competition_has_award",
            ),
            models.CheckConstraint(
                condition=Q(disqualified_count__lt=F("bidder_count")), name="application_somebody_was_qualified"
            ),
            models.CheckConstraint(
                condition=Q(second_bid_thousand_yen__lte=F("highest_bid_thousand_yen")),
                name="application_highest_bid_is_highest",
            ),
            models.CheckConstraint(condition=delivered_one_way(), name="application_delivery_is_one_way"),
            models.CheckConstraint(condition=Q(wants_mail=False) | ~Q(mail_to=""), name="application_mail_has_address"),
            models.CheckConstraint(
                condition=paired("submitted_at", "submitted_by"), name="application_submitted_paired"
            ),
            models.CheckConstraint(condition=paired("returned_at", "returned_by"), name="application_returned_paired"),
            models.CheckConstraint(
                condition=paired("withdrawn_at", "withdrawn_by"), name="application_withdrawn_paired"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[ApplicationStatus.DRAFT, ApplicationStatus.DISCARDED])
                | Q(submitted_at__isnull=False),
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
            models.CheckConstraint(
                condition=paired("discarded_at", "discarded_by"), name="application_discarded_paired"
            ),
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.DISCARDED, discarded_at__isnull=False)
                | ~Q(status=ApplicationStatus.DISCARDED) & Q(discarded_at__isnull=True),
                name="application_discarded_has_time",
            ),
        ]
        indexes = [
            # A search by 工事名 reads this index only, and of it only the contractor's own part.
            models.Index(
                fields=["contractor", "-id"], include=["work_name", "work", "status"], name="application_of_contractor"
            ),
            models.Index(
                fields=["contractor"], condition=Q(status=ApplicationStatus.DISCARDED), name="application_discarded"
            ),
            models.Index(fields=["work_name"], name="application_by_work_name"),
        ]

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
        """Is it for a 契約保証予約, before tender? Then there is no contract date and no work period (decision 0008)."""
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
    def delivery_text(self) -> str:
        """受取方法 with its day, as both desks read it; nothing where no paper was asked for."""
        if self.delivery == Delivery.POST and self.wanted_on:
            return f"送付（受取希望日 {both_calendars(self.wanted_on)}まで）"
        if self.delivery == Delivery.COUNTER and self.visits_on:
            return f"当社窓口（来店予定日 {both_calendars(self.visits_on)} {self.visit_hour}時ごろ）"
        return ""

    @property
    def is_open_to_contractor(self) -> bool:
        """May the contractor change it now?"""
        return self.status in (ApplicationStatus.DRAFT, ApplicationStatus.RETURNED)

    def can_be_withdrawn(self, requested: Iterable["RequestedGuarantee"]) -> bool:
        """May the contractor take it back? While none of its requested guarantees is issued (design.md, section 4)."""
        is_out = self.status in (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED)
        return is_out and all(one.status != Status.ISSUED for one in requested)
