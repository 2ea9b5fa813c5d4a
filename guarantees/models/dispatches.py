"""Papers on their way to the contractor: sent, handed over, and records that were taken back."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from guarantees.models.conditions import known
from guarantees.models.guarantees import Certificate, Guarantee
from guarantees.models.parties import StaffMember
from guarantees.models.payments import Payment
from guarantees.models.premiums import PremiumStatement
from guarantees.terms import Delivery


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    """Records of papers that went out."""

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(~Exists(DispatchRetraction.objects.filter(dispatch=OuterRef("pk"))))

    def for_staff(self, staff: StaffMember) -> Self:
        """Those of this person's branch; the head office sees every branch."""
        own = Q(guarantee__branch=staff.branch_id) | Q(payment__bill__branch=staff.branch_id)
        return self if staff.branch_id is None else self.filter(own)


class Dispatch(models.Model):
    """One paper was sent or handed over (発送・交付): a certificate, a statement, or the receipt (領収証) of a payment. Append-only."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    guarantee = models.ForeignKey(
        Guarantee, models.PROTECT, null=True, related_name="dispatches", verbose_name="保証契約"
    )
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, null=True, related_name="dispatches", verbose_name="保証証書"
    )
    statement = models.ForeignKey(
        PremiumStatement, models.PROTECT, null=True, related_name="dispatches", verbose_name="保証料計算書"
    )
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, related_name="dispatches", verbose_name="領収した入金"
    )
    way = models.CharField("受取方法", max_length=10, choices=Delivery)
    left_on = models.DateField("発送日・交付日")
    carrier = models.CharField("運送会社", max_length=30, blank=True)
    tracking_number = models.CharField("追跡番号", max_length=30, blank=True)
    handed_to = models.CharField("お渡しした方", max_length=40, blank=True)
    recorded_at = models.DateTimeField("記録日時", default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="記録者")

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "発送・交付"
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            known("way", Delivery, "dispatch"),
            models.CheckConstraint(
                condition=Q(certificate__isnull=False, statement__isnull=True, payment__isnull=True)
                | Q(certificate__isnull=True, statement__isnull=False, payment__isnull=True)
                | Q(certificate__isnull=True, statement__isnull=True, payment__isnull=False),
                name="dispatch_is_of_one_paper",
            ),
            models.CheckConstraint(
                condition=Q(guarantee__isnull=False) | Q(payment__isnull=False),
                name="dispatch_without_guarantee_is_a_receipt",
            ),
            models.CheckConstraint(
                condition=Q(way=Delivery.POST, handed_to="")
                | Q(way=Delivery.COUNTER, carrier="", tracking_number="") & ~Q(handed_to=""),
                name="dispatch_goes_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guarantee or self.payment} {self.left_on}"

    @property
    def text(self) -> str:
        """発送済 or 窓口でお渡し, with its day and what else is known."""
        if self.way == Delivery.COUNTER:
            return f"{self.left_on:%Y/%m/%d} 窓口でお渡し（{self.handed_to} 様）"
        more = " ".join(filter(None, (self.carrier, self.tracking_number)))
        return f"{self.left_on:%Y/%m/%d} 発送済{f'（{more}）' if more else ''}"


class DispatchRetraction(models.Model):
    """A record made by mistake is taken back (発送・交付記録の取消). Append-only; nothing is flagged on the record itself."""

    dispatch = models.OneToOneField(Dispatch, models.PROTECT, related_name="retraction", verbose_name="発送・交付")
    reason = models.TextField("取消の理由", max_length=1000)
    retracted_at = models.DateTimeField("取消日時", default=timezone.now)
    retracted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="取消者")

    class Meta:
        verbose_name = verbose_name_plural = "発送・交付記録の取消"
        ordering = ["-retracted_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.dispatch} {self.reason}"


def not_out(paper: str) -> Q:
    """Of certificates, statements or payments (by the name of their column here): no record stands that it went out."""
    return ~Q(Exists(Dispatch.objects.standing().filter(**{paper: OuterRef("pk")})))
