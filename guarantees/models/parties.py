"""Contractors, the surety's branches and staff, obligees with their addressees and hand-in rules."""

from typing import Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from guarantees import prefectures
from guarantees.terms import Product, StaffRole


class ContractorQuerySet(models.QuerySet["Contractor"]):
    """Contractors as the surety looks for them."""

    def called(self, words: str) -> Self:
        """Those whose 会社名 holds these words, and the one of this お客様番号."""
        return self.filter(Q(name__icontains=words) | Q(code=words))


class Contractor(models.Model):
    """A construction firm (請負契約者・保証契約者・受注者)."""

    code = models.CharField("お客様番号", max_length=10, unique=True)
    name = models.CharField("会社名", max_length=60)
    postal_code = models.CharField("郵便番号", max_length=8)
    address = models.CharField("住所", max_length=100)
    phone = models.CharField("電話番号", max_length=20)
    email = models.EmailField("メールアドレス")
    usual_branch = models.ForeignKey(
        "guarantees.Branch",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="usual_contractors",
        verbose_name="通常の申込送信先",
    )

    objects = ContractorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "契約者"
        ordering = ["code", "pk"]

    def __str__(self) -> str:
        return self.name


class ContractorMember(models.Model):
    """A person of a contractor (お客様の担当者)."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="contractor_member", verbose_name="利用者"
    )
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="members", verbose_name="契約者")
    section = models.CharField("担当部署", max_length=40, blank=True)
    post = models.CharField("役職", max_length=40, blank=True)
    phone = models.CharField("連絡先電話番号", max_length=20, blank=True)
    is_administrator = models.BooleanField("管理者", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "契約者の担当者"
        ordering = ["contractor", "pk"]

    def __str__(self) -> str:
        return f"{self.contractor} {self.user}"

    @property
    def is_invited(self) -> bool:
        """Has not set a password yet."""
        return self.user.is_invited


class Branch(models.Model):
    """A branch of the surety (支店・取扱箇所)."""

    code = models.CharField("支店コード", max_length=2, unique=True, validators=[RegexValidator(r"\A\d{2}\Z")])
    name = models.CharField("支店名", max_length=30, unique=True)
    address = models.CharField("所在地", max_length=100)
    phone = models.CharField("電話番号", max_length=20)
    fax = models.CharField("FAX", max_length=20)
    email = models.EmailField("メールアドレス")
    hours = models.CharField("受付時間", max_length=60, default="9:00~17:00（土日祝日・年末年始除く）")

    class Meta:
        verbose_name = verbose_name_plural = "支店"
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{2}$"), name="branch_code_is_two_digits")]

    def __str__(self) -> str:
        return self.name


class StaffMember(models.Model):
    """A person of the surety (保証会社の職員); without a branch, of the head office, which sees all branches."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="staff_member", verbose_name="利用者"
    )
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="staff", verbose_name="支店")
    role = models.CharField("役割", max_length=10, choices=StaffRole)

    class Meta:
        verbose_name = verbose_name_plural = "保証会社の職員"
        ordering = ["branch", "role", "pk"]

    def __str__(self) -> str:
        return f"{self.branch or '本店'} {self.user}"

    @property
    def is_approver(self) -> bool:
        """May issue (発行). An approver may approve too; never both on one guarantee."""
        return self.role == StaffRole.APPROVER

    @property
    def keeps_masters(self) -> bool:
        """May change the reference data at the desk: an approver of the head office."""
        return self.is_approver and self.branch_id is None


class Obligee(models.Model):
    """A public body that orders works (発注者・被保証者); code: five digits of JIS X 0402, or 9NNNN of ours."""

    code = models.CharField("団体コード", max_length=5, unique=True, validators=[RegexValidator(r"\A\d{5}\Z")])
    name = models.CharField("発注者名", max_length=60, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "発注者"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{5}$"), name="obligee_code_is_five_digits")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def prefecture(self) -> str:
        """The prefecture by its code; empty for a body without a code of JIS X 0402."""
        return prefectures.of_code(self.code)


class Addressee(models.Model):
    """The office-holder whom a certificate names (被保証者として証書に記す職名), such as 平塚市長."""

    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="addressees", verbose_name="発注者")
    title = models.CharField("職名", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "職名"
        ordering = ["obligee", "pk"]
        constraints = [models.UniqueConstraint(fields=["obligee", "title"], name="addressee_is_once_per_obligee")]

    def __str__(self) -> str:
        return self.title


class HandInRule(models.Model):
    """Where and how an obligee takes the key notice, per product (提出方法); the surety's own record of it."""

    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="hand_in_rules", verbose_name="発注者")
    product = models.CharField("商品", max_length=12, choices=Product)
    channel = models.CharField("提出方法", max_length=100, blank=True)
    address = models.CharField("提出先", max_length=100, blank=True)
    subject = models.CharField("件名", max_length=100, blank=True)
    is_print_accepted = models.BooleanField("印刷した書面での提出", null=True, blank=True)
    other_papers = models.CharField("その他の必要書類", max_length=200, blank=True)
    source = models.CharField("出典", max_length=200)
    recorded_on = models.DateField("記録日", db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = "提出方法"
        ordering = ["obligee", "product", "pk"]
        constraints = [models.UniqueConstraint(fields=["obligee", "product"], name="hand_in_rule_is_once_per_product")]

    def __str__(self) -> str:
        return f"{self.obligee} {self.get_product_display()}"


class Signatory(models.Model):
    """The surety as it signs documents from a day on (保証会社の記名): its name, address and president are data."""

    company_name = models.CharField("会社名", max_length=60)
    address = models.CharField("所在地", max_length=100)
    president = models.CharField("代表者", max_length=60, help_text="職名と氏名")
    starts_on = models.DateField("適用開始日", unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "保証会社の記名"
        ordering = ["-starts_on"]

    def __str__(self) -> str:
        return f"{self.company_name} {self.president}"

    @property
    def has_begun(self) -> bool:
        """Do documents bear it, or did they? Then nobody changes it any more."""
        return self.starts_on <= timezone.localdate()
