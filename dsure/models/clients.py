"""Other systems that an organisation lets in by token (e-contract, finance), and who let them in. Never a token itself."""

import hashlib
import secrets
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from dsure.models.parties import Obligee, Officer

if TYPE_CHECKING:
    from netdesk.models import User

LONGEST_NAME = 40
LONGEST_TOKEN = 100  # of what may come in a header; ours have 58 characters


class Scope(models.TextChoices):
    """What a token may do (権限)."""

    LOOK_UP = "look_up", "照会（保証契約番号と認証キー）"
    READ = "read", "登録済みの電子証書の参照"
    ACKNOWLEDGE = "acknowledge", "受領・返戻"
    EVENTS = "events", "変更通知の取得"


class ClientQuerySet(models.QuerySet["Client"]):
    """Questions about many tokens."""

    def living(self) -> Self:
        """Those that open the API today: not revoked, and their last day is not over."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), revoked_at=None)

    def of_token(self, token: str) -> "Client | None":
        """The living client whose token this is, with its organisation and the person who made it."""
        if len(token) > LONGEST_TOKEN:
            return None
        found = self.living().select_related("obligee", "made_by").filter(token_sha256=sha256_of_token(token))
        return found.first()


class Client(models.Model):
    """A system that acts for an organisation by its token (連携トークン). Identity and scopes are frozen by trigger.

    It stands wherever a look-up asks for an officer: `obligee` and `organisation` are its organisation's, and `user` is the
    person who made it, because logs name a person (docs/decisions/0014-api-and-webhooks.md).
    """

    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="clients", verbose_name="発注者")
    name = models.CharField("名称", max_length=LONGEST_NAME)
    prefix = models.CharField("トークンの先頭", max_length=20, unique=True)
    token_sha256 = models.CharField("トークンのSHA-256", max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope), verbose_name="権限")
    ends_on = models.DateField("有効期限", null=True, blank=True)
    made_at = models.DateTimeField("発行日時")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="発行した人")
    last_used_at = models.DateTimeField("最終利用", null=True, blank=True)
    revoked_at = models.DateTimeField("失効日時", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="失効させた人"
    )

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "連携トークン"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values) & Q(scopes__len__gte=1),
                name="dsure_client_scopes_are_known",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="dsure_client_is_revoked_by_somebody",
            ),
            # What a failure's (client, obligee) refers to.
            models.UniqueConstraint(fields=["id", "obligee"], name="dsure_client_of_obligee"),
        ]

    def __str__(self) -> str:
        return f"{self.obligee.name} {self.name}"

    @property
    def user(self) -> "User":
        return self.made_by

    @property
    def organisation(self) -> str:
        """As logs write it down, where an officer has the section: 平塚市 API：電子契約システム."""
        return f"{self.obligee.name} API：{self.name}"

    @property
    def is_over(self) -> bool:
        """Its last day has passed."""
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    @property
    def scope_labels(self) -> list[str]:
        return [scope.label for scope in Scope if scope in self.scopes]


def client_of(by: "Officer | Client") -> Client | None:
    """What logs say beside the person: the client that acted, or none where a person did."""
    return by if isinstance(by, Client) else None


def make_token() -> tuple[str, str]:
    """A new token (256 random bits) and the part of it that may be shown later."""
    prefix = f"dsure_{secrets.token_hex(4)}"
    return f"{prefix}_{secrets.token_urlsafe(32)}", prefix


def sha256_of_token(token: str) -> str:
    """What is kept of a token: it is random, so that no slow hash is needed (ASVS 6.5.2)."""
    return hashlib.sha256(token.encode()).hexdigest()
