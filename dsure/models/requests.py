"""What organisations answer and ask: acknowledgement or return of a certificate, requests and their answers. Append-only."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from dsure.models.clients import Client
from dsure.models.deposits import Deposit, DepositedCertificate
from dsure.models.parties import Obligee


class Acknowledgement(models.Model):
    """受領, 返戻, or the withdrawal of either (取消し): the newest row of a certificate stands."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "受領"
        RETURNED = "returned", "返戻"
        WITHDRAWN = "withdrawn", "取消し"

    certificate = models.ForeignKey(
        DepositedCertificate, models.PROTECT, related_name="acknowledgements", verbose_name="電子証書"
    )
    kind = models.CharField("区分", max_length=10, choices=Kind)
    reason = models.TextField("理由", blank=True)
    acknowledged_at = models.DateTimeField("日時")
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="操作した人"
    )
    organisation = models.CharField("発注者と部署", max_length=130, blank=True)
    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="連携トークン"
    )

    class Meta:
        verbose_name = verbose_name_plural = "受領・返戻"
        ordering = ["-acknowledged_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="received") | (Q(kind__in=["returned", "withdrawn"]) & ~Q(reason="")),
                name="dsure_return_and_withdrawal_say_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.get_kind_display()}"


class RequestQuerySet(models.QuerySet):
    """Questions about many requests."""

    def of(self, obligee: Obligee) -> Self:
        """What this organisation asked for."""
        return self.filter(deposit__register_entry__obligee=obligee)

    def open(self) -> Self:
        """Those without a last answer."""
        return self.exclude(answers__answer__in=FINAL_ANSWERS)

    def closed(self) -> Self:
        """Those with a last answer."""
        return self.filter(answers__answer__in=FINAL_ANSWERS)

    def listed(self) -> Self:
        """Newest first, each with `answer` (the newest, or nothing), and `facts` of the certificate in force."""
        answers = RequestAnswer.objects.filter(request=OuterRef("pk")).order_by("-pk")
        in_force = DepositedCertificate.objects.in_force().filter(deposit=OuterRef("deposit"))
        return (
            self.select_related("deposit", "requested_by")
            .annotate(
                answer=Coalesce(Subquery(answers.values("answer")[:1]), Value("")),
                answered_at=Subquery(answers.values("answered_at")[:1]),
                facts=Subquery(in_force.values("facts")[:1]),
            )
            .order_by("-pk")
        )


class Request(models.Model):
    """What an organisation asks of the surety (保証の解除依頼・一部解除・保証金請求)."""

    class Kind(models.TextChoices):
        RELEASE = "release", "保証の解除依頼"
        PARTIAL_RELEASE = "partial_release", "保証の一部解除依頼"
        CLAIM = "claim", "保証金請求"

    public_id = models.UUIDField("公開ID", default=uuid.uuid4, unique=True, editable=False)
    deposit = models.ForeignKey(Deposit, models.PROTECT, related_name="requests", verbose_name="保証契約")
    kind = models.CharField("区分", max_length=20, choices=Kind)
    amount = models.PositiveBigIntegerField("金額", null=True, blank=True)
    reason = models.TextField("理由")
    contact = models.CharField("連絡先", max_length=200)
    requested_at = models.DateTimeField("依頼日時")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="依頼した人"
    )

    objects = RequestQuerySet.as_manager()

    # Of a row that came `listed`:
    answer: str

    class Meta:
        verbose_name = verbose_name_plural = "依頼・請求"
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["release", "partial_release", "claim"]), name="dsure_request_kind_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="dsure_request_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.deposit.number} {self.get_kind_display()}"

    @property
    def state(self) -> str:
        """Where it stands, in the word that officers read; of a row that came `listed`."""
        return STATES[self.answer]


class Answer(models.TextChoices):
    """The surety's word on a request; after the last two nothing follows."""

    TAKEN_UP = "taken_up", "受付"
    CARRIED_OUT = "carried_out", "実施"
    DECLINED = "declined", "不可"


FINAL_ANSWERS = [Answer.CARRIED_OUT, Answer.DECLINED]
STATES = {"": "回答待ち", Answer.TAKEN_UP: "受付（手続中）", Answer.CARRIED_OUT: "実施済", Answer.DECLINED: "不可"}


class RequestAnswer(models.Model):
    """What the surety answered to a request (回答)."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="answers", verbose_name="依頼・請求")
    answer = models.CharField("回答", max_length=20, choices=Answer)
    note = models.TextField("説明", blank=True)
    answered_at = models.DateTimeField("回答日時")

    class Meta:
        verbose_name = verbose_name_plural = "回答"
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="dsure_answer_is_known"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(answer__in=FINAL_ANSWERS), name="dsure_request_has_one_last_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.get_answer_display()}"
