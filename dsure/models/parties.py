"""Organisations that use D-Sure, their sections and officers, and D-Sure's operators."""

from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from netdesk.formats import narrow
from netdesk.models import Desk

LONGEST_PHRASE = 30


class ObligeeQuerySet(models.QuerySet):
    """Questions about many organisations."""

    def with_counts(self) -> Self:
        """Each with `department_count`, `officer_count`, `deposit_count` and `opened_count`."""
        return self.annotate(
            department_count=_count_of("departments", departments__closed_at__isnull=True),
            officer_count=_count_of("officers", officers__user__is_active=True),
            deposit_count=_count_of("deposits"),
            opened_count=_count_of("register_entries"),
        )

    def searched(self, words: str) -> Self:
        """Those whose name holds these words, or whose code begins with them."""
        return self.filter(Q(name__icontains=words) | Q(code__startswith=narrow(words)))


def _count_of(relation: str, **condition: bool) -> Coalesce:
    """How many rows an organisation has in a relation, counted apart, so that several counts do not multiply."""
    counting = Count(relation, filter=Q(**condition))
    counted = Obligee.objects.filter(pk=OuterRef("pk")).order_by().annotate(count=counting).values("count")
    return Coalesce(Subquery(counted), 0)


class Obligee(models.Model):
    """An organisation that looks certificates up here (発注者), registered by D-Sure's operator."""

    code = models.CharField("発注者コード", max_length=5, unique=True, help_text="数字5桁（JIS X 0402）")
    name = models.CharField("発注者名", max_length=60)
    phrase = models.CharField("合言葉", max_length=LONGEST_PHRASE, blank=True)

    objects = ObligeeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "発注者"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{5}$"),
                name="dsure_obligee_code_is_five_digits",
                violation_error_message="発注者コードは数字5桁で入力してください",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="dsure_obligee_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.code}）"


class DepartmentQuerySet(models.QuerySet):
    """Questions about many sections."""

    def open(self) -> Self:
        """Those that were not closed."""
        return self.filter(closed_at__isnull=True)

    def with_people(self) -> Self:
        """By name, each with how many officers are `active` and how many belong to it at all (`everybody`)."""
        active = Count("officers", filter=Q(officers__user__is_active=True))
        return self.annotate(active=active, everybody=Count("officers")).order_by("name", "pk")


class Department(models.Model):
    """A section of an organisation (部署). `takes_notices`: mails about what its organisation registered go to `notice_email`."""

    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="departments", verbose_name="発注者")
    name = models.CharField("部署名", max_length=60)
    notice_email = models.EmailField("お知らせの送信先", blank=True)
    takes_notices = models.BooleanField("お知らせを受け取る", default=False)
    closed_at = models.DateTimeField("廃止日時", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="廃止した人"
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "部署"
        ordering = ["obligee__code", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligee", "name"],
                condition=Q(closed_at__isnull=True),
                name="dsure_department_name_is_unique",
                violation_error_message="同じ名前の部署があります",
            ),
            models.CheckConstraint(
                condition=Q(takes_notices=False) | ~Q(notice_email=""), name="dsure_notices_have_an_address"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False, takes_notices=False),
                name="dsure_closed_department_has_who_and_when",
            ),
            # What an officer's (department, obligee) refers to, so that no officer sits in another organisation's section.
            models.UniqueConstraint(fields=["id", "obligee"], name="dsure_department_of_obligee"),
        ]

    def __str__(self) -> str:
        return f"{self.obligee.name} {self.name}"


class Officer(models.Model):
    """A person of an organisation who looks certificates up (発注者の職員)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="officer",
        limit_choices_to={"desk": Desk.DSURE},
        verbose_name="利用者",
    )
    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="officers", verbose_name="発注者")
    department = models.ForeignKey(Department, models.PROTECT, related_name="officers", verbose_name="部署")
    is_administrator = models.BooleanField("発注者の管理者", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "発注者の職員"
        ordering = ["obligee__code", "department__name", "pk"]
        constraints = [
            # What an act's (officer, obligee) refers to, so that no log tells of another organisation's people.
            models.UniqueConstraint(fields=["id", "obligee"], name="dsure_officer_of_obligee"),
        ]

    def __str__(self) -> str:
        return self.user.full_name

    @property
    def organisation(self) -> str:
        """Organisation and section in one line, as pages head it: 平塚市 契約検査課."""
        return f"{self.obligee.name} {self.department.name}"

    def clean(self) -> None:
        """Said at the field before the database refuses it."""
        if self.department_id and self.obligee_id and self.department.obligee_id != self.obligee_id:
            raise ValidationError({"department": "発注者の部署を選択してください"})
        if self.user_id and Operator.objects.filter(user=self.user_id).exists():
            raise ValidationError({"user": "運営者は発注者の職員を兼ねられません"})


class Operator(models.Model):
    """A person who runs D-Sure (運営者). Registers organisations; never sees a certificate."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="dsure_operator",
        limit_choices_to={"desk": Desk.DSURE},
        verbose_name="利用者",
    )

    class Meta:
        verbose_name = verbose_name_plural = "運営者"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.user.full_name

    def clean(self) -> None:
        if self.user_id and Officer.objects.filter(user=self.user_id).exists():
            raise ValidationError({"user": "発注者の職員は運営者を兼ねられません"})
