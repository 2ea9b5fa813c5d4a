"""Changes asked for on issued guarantees."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from guarantees.endorsement_terms import CHANGE_FACTS, MAKE_A_VERSION
from guarantees.models.conditions import known, paired
from guarantees.models.guarantees import Certificate, Guarantee
from guarantees.models.parties import Contractor, StaffMember
from guarantees.terms import OPEN_ENDORSEMENTS, AskedBy, EndorsementCause, EndorsementStatus

HAS_APPROVAL = [EndorsementStatus.APPROVED, EndorsementStatus.ISSUED]


class EndorsementQuerySet(models.QuerySet["Endorsement"]):
    """Endorsements as their owners may see them."""

    def of_contractor(self, contractor: Contractor) -> Self:
        return self.filter(guarantee__contractor=contractor)

    def for_staff(self, staff: StaffMember) -> Self:
        """Those of this person's branch; the head office sees every branch."""
        return self if staff.branch_id is None else self.filter(guarantee__branch=staff.branch_id)

    def open(self) -> Self:
        """Asked for, and neither issued, declined nor taken back."""
        return self.filter(status__in=OPEN_ENDORSEMENTS)

    def told_to_contractor(self) -> Self:
        """What the contractor reads of: all of their own, and of what others asked for, what was not given up."""
        given_up = (EndorsementStatus.DECLINED, EndorsementStatus.WITHDRAWN)
        return self.exclude(~Q(asked_by_whom=AskedBy.CONTRACTOR), status__in=given_up)

    def open_first(self) -> Self:
        """Open work oldest first, then what is done, newest first."""
        is_open = Q(status__in=OPEN_ENDORSEMENTS)
        return self.order_by(
            Case(When(is_open, then=Value(0)), default=Value(1)), Case(When(is_open, then=F("pk")), default=-F("pk"))
        )

    def with_guarantee(self) -> Self:
        """With all that its pages show of guarantee and people, without the heavy bytes."""
        parties = ("contractor", "branch", "obligee")
        people = ("taken_up_by", "approved_by", "issued_by", "asked_by", "certificate")
        rows = self.select_related(*(f"guarantee__{party}" for party in parties), *people)
        return rows.defer("certificate__pdf")


class Endorsement(models.Model):
    """One change asked for on an issued guarantee (異動): amendment, correction, re-key, release and the like."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    guarantee = models.ForeignKey(Guarantee, models.PROTECT, related_name="endorsements", verbose_name="保証契約")
    cause = models.CharField("異動の種類", max_length=22, choices=EndorsementCause)
    asked_by_whom = models.CharField("申出人", max_length=10, choices=AskedBy)
    facts_before = models.JSONField("変更前")
    facts_after = models.JSONField("変更後")
    reason = models.TextField("理由", max_length=1000, blank=True)
    request_cursor = models.PositiveBigIntegerField(
        "D-Sureの依頼", null=True, blank=True, unique=True, help_text="この異動のもとになった発注者の依頼の番号"
    )
    revision = models.PositiveIntegerField("版", default=1)
    status = models.CharField("状態", max_length=12, choices=EndorsementStatus, default=EndorsementStatus.RECEIVED)
    asked_at = models.DateTimeField("申出日時", default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申出の登録者"
    )
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
    declined_reason = models.TextField("引受不可の理由", max_length=1000, blank=True)
    declined_at = models.DateTimeField("引受不可日時", null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="引受不可とした者",
    )
    withdrawn_at = models.DateTimeField("取下げ日時", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="取下げ者"
    )
    issued_at = models.DateTimeField("発行日時", null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="発行者"
    )
    certificate = models.OneToOneField(
        Certificate, models.PROTECT, null=True, blank=True, related_name="endorsement", verbose_name="できた保証証書"
    )

    objects = EndorsementQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "異動"
        ordering = ["-pk"]
        constraints = [
            known("cause", EndorsementCause, "endorsement"),
            known("asked_by_whom", AskedBy, "endorsement"),
            known("status", EndorsementStatus, "endorsement"),
            models.UniqueConstraint(
                fields=["guarantee"],
                condition=Q(status__in=OPEN_ENDORSEMENTS),
                name="endorsement_is_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(request_cursor__isnull=True) | Q(asked_by_whom=AskedBy.OBLIGEE),
                name="endorsement_of_a_request_is_the_obligees",
            ),
            models.CheckConstraint(condition=paired("taken_up_at", "taken_up_by"), name="endorsement_taken_up_paired"),
            models.CheckConstraint(condition=paired("approved_at", "approved_by"), name="endorsement_approved_paired"),
            models.CheckConstraint(condition=paired("declined_at", "declined_by"), name="endorsement_declined_paired"),
            models.CheckConstraint(
                condition=paired("withdrawn_at", "withdrawn_by"), name="endorsement_withdrawn_paired"
            ),
            models.CheckConstraint(condition=paired("issued_at", "issued_by"), name="endorsement_issued_paired"),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | ~Q(issued_by=F("approved_by")),
                name="endorsement_takes_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_revision__isnull=True, approved_sha256="")
                | Q(approved_at__isnull=False, approved_revision__isnull=False) & ~Q(approved_sha256=""),
                name="endorsement_approval_is_bound_to_facts",
            ),
            models.CheckConstraint(
                condition=Q(status__in=HAS_APPROVAL, approved_at__isnull=False)
                | ~Q(status__in=HAS_APPROVAL) & Q(approved_at__isnull=True),
                name="endorsement_approved_has_approval",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(status=status, **{f"{status}_at__isnull": False})
                    | ~Q(status=status) & Q(**{f"{status}_at__isnull": True}),
                    name=f"endorsement_{status}_has_time",
                )
                for status in ("issued", "declined", "withdrawn")
            ),
        ]
        indexes = [models.Index(fields=["status", "id"], name="endorsement_by_status")]

    def __str__(self) -> str:
        return f"{self.guarantee} {self.get_cause_display()}"

    @property
    def receipt_number(self) -> str:
        """受付番号 of an endorsement, by which contractor and branch speak of it."""
        return f"E{self.pk:07d}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_ENDORSEMENTS

    @property
    def can_be_taken_back(self) -> bool:
        """Is it the contractor's to take back, because nobody has begun its review?"""
        return self.status == EndorsementStatus.RECEIVED and self.asked_by_whom == AskedBy.CONTRACTOR

    @property
    def can_be_given_up(self) -> bool:
        """Is it the surety's own to take back, because nobody has approved it yet?"""
        return self.status == EndorsementStatus.UNDER_REVIEW and self.asked_by_whom == AskedBy.SURETY

    @property
    def changes_facts(self) -> bool:
        """Does it change what the certificate says?"""
        return self.cause in CHANGE_FACTS

    @property
    def makes_a_version(self) -> bool:
        return self.cause in MAKE_A_VERSION

    @property
    def status_label(self) -> str:
        """Where it stands, in words; what makes no certificate is not 発行済 but 完了."""
        is_done = self.status == EndorsementStatus.ISSUED and not self.makes_a_version
        return "完了" if is_done else self.get_status_display()
