"""People and their sessions, the outbox of mails, one-time tokens, kept posts, and counters of failed tries."""

import uuid
from datetime import timedelta
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone

LONGEST_WAIT = timedelta(hours=1)  # of a mail in the queue, before somebody should look


class Desk(models.TextChoices):
    """The desk that a person works at; a user belongs to exactly one."""

    CONTRACTOR = "contractor", "Net Desk（お客様）"
    SURETY = "surety", "Net Desk（保証会社）"
    DSURE = "dsure", "D-Sure（保証確認サービス）"
    ADMIN = "admin", "システム管理"


class UserManager(BaseUserManager["User"]):
    """Makes users; `createsuperuser` comes here too."""

    def create_user(self, username: str, password: str | None = None, **fields) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields) -> "User":
        fields = {"desk": Desk.ADMIN, "is_staff": True, "is_superuser": True, **fields}
        return self.create_user(username, password, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in (利用者)."""

    username = models.CharField("ログインID", max_length=150, unique=True)
    full_name = models.CharField("氏名", max_length=60)
    desk = models.CharField("窓口", max_length=10, choices=Desk)
    email = models.EmailField("メールアドレス", blank=True)
    is_active = models.BooleanField("有効", default=True)
    is_staff = models.BooleanField("管理画面を使う", default=False)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = verbose_name_plural = "利用者"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(condition=Q(desk__in=Desk.values), name="user_desk_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name}（{self.username}）"

    def get_full_name(self) -> str:
        return self.full_name

    @property
    def is_invited(self) -> bool:
        """Was invited and has not set a password yet."""
        return self.is_active and not self.has_usable_password()


class Session(AbstractBaseSession):
    """A signed-in browser (セッション) with its desk and person."""

    desk = models.CharField("窓口", max_length=10, blank=True)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions", verbose_name="利用者")

    class Meta(AbstractBaseSession.Meta):
        verbose_name = verbose_name_plural = "セッション"

    @classmethod
    def get_session_store_class(cls):
        from netdesk.sessions import SessionStore  # noqa: PLC0415 (each names the other)

        return SessionStore


class MailQuerySet(models.QuerySet["Mail"]):
    """Mails as those may see them for whom they are sent."""

    def sent_for(self, whom: str) -> Self:
        """Those of one sender, or of all whose name begins so (`surety/`)."""
        return self.filter(sent_for__startswith=whom) if whom.endswith("/") else self.filter(sent_for=whom)

    def troubled(self) -> Self:
        """Refused by the mail server, or waiting for longer than an hour."""
        long_ago = timezone.now() - LONGEST_WAIT
        return self.filter(Q(failed_at__isnull=False) | Q(queued_at__lte=long_ago), sent_at__isnull=True)


class Mail(models.Model):
    """A mail on its way out (メール). Its only secret is the link of an invitation or reset: single use, one day. A job carries its id only."""

    message_id = models.CharField("Message-ID", max_length=100, unique=True)
    to = models.EmailField("宛先")
    subject = models.CharField("件名", max_length=150)
    body = models.TextField("本文")
    queued_at = models.DateTimeField("作成日時", default=timezone.now)
    sent_at = models.DateTimeField("送信日時", null=True, blank=True)
    failed_at = models.DateTimeField("不達日時", null=True, blank=True)
    reason = models.TextField("不達の理由", blank=True)
    # By its sender's own key, such as surety/34: who may see that it did not arrive. Empty: nobody but the administrator.
    sent_for = models.CharField("差出部署", max_length=20, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "メール"
        ordering = ["-queued_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(failed_at__isnull=True), name="mail_is_sent_or_failed_not_both"
            ),
        ]
        indexes = [
            models.Index(fields=["-queued_at", "-id"], name="mail_newest_first"),
            models.Index(fields=["queued_at", "id"], condition=Q(sent_at__isnull=True), name="mail_not_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"


class ActToken(models.Model):
    """A one-time token that was used: one row, one act carried out (二重送信の防止)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="利用者")
    act = models.CharField("操作", max_length=40)
    subject = models.CharField("対象", max_length=80)
    body_sha256 = models.CharField("内容のSHA-256", max_length=64)
    result_url = models.CharField("結果のURL", max_length=300)
    used_at = models.DateTimeField("使用日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "操作トークン"
        ordering = ["-used_at", "pk"]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"


class KeptPost(models.Model):
    """What a person typed into a form whose session had ended (預かった入力): encrypted, for one hour, for that browser and person."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    browser = models.UUIDField("ブラウザ")
    kept_for = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="入力した人")
    path = models.CharField("画面", max_length=2000)
    body = models.BinaryField("入力（暗号文）")
    expires_at = models.DateTimeField("期限", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "預かった入力"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["browser", "kept_for", "-id"], name="kept_post_of_browser")]

    def __str__(self) -> str:
        return self.path


class TryCounter(models.Model):
    """Failed tries in a row of one subject, such as an account's look-ups (失敗回数). Kept here so that a restart forgets none."""

    subject = models.CharField("対象", max_length=80, unique=True)
    failures = models.PositiveIntegerField("連続失敗回数", default=0)
    waits_until = models.DateTimeField("再試行できる日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "失敗回数"
        ordering = ["subject"]

    def __str__(self) -> str:
        return f"{self.subject}: {self.failures}"
