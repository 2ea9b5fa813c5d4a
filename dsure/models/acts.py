"""What D-Sure's operator and the organisations' administrators did to organisations, sections and people."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from dsure.models.parties import Obligee, Officer


class Act(models.TextChoices):
    """What may be done (操作), in the words of the log."""

    REGISTER = "register", "発注者を登録"
    RENAME = "rename", "発注者名を変更"
    APPOINT = "appoint", "管理者を招待"
    INVITE = "invite", "職員を招待"
    INVITE_AGAIN = "invite_again", "招待メールを再送"
    MOVE = "move", "部署を変更"
    MAKE_ADMINISTRATOR = "make_administrator", "管理者に設定"
    END_ADMINISTRATOR = "end_administrator", "管理者から解除"
    DISABLE = "disable", "利用を停止"
    ENABLE = "enable", "利用を再開"
    FREE = "free", "照会の停止を解除"
    PROFILE = "profile", "本人が登録内容を変更"
    ADD_DEPARTMENT = "add_department", "部署を追加"
    CHANGE_DEPARTMENT = "change_department", "部署の登録内容を変更"
    CLOSE_DEPARTMENT = "close_department", "部署を廃止"
    WRITE_RULE = "write_rule", "提出方法を登録"
    REVERT_RULE = "revert_rule", "提出方法を保証会社の記録に戻す"
    PHRASE = "phrase", "合言葉を変更"
    MAKE_TOKEN = "make_token", "連携トークンを発行"
    REVOKE_TOKEN = "revoke_token", "連携トークンを失効"
    ADD_WEBHOOK = "add_webhook", "Webhookを登録"
    STOP_WEBHOOK = "stop_webhook", "Webhookを停止"
    RESUME_WEBHOOK = "resume_webhook", "Webhookを再開"


ON_AN_OFFICER = [
    Act.APPOINT,
    Act.INVITE,
    Act.INVITE_AGAIN,
    Act.MOVE,
    Act.MAKE_ADMINISTRATOR,
    Act.END_ADMINISTRATOR,
    Act.DISABLE,
    Act.ENABLE,
    Act.FREE,
    Act.PROFILE,
]


# What the log calls what changed.
LABELS = {
    "name": "名称",
    "code": "発注者コード",
    "departments": "部署",
    "department": "部署",
    "username": "ログインID",
    "email": "メールアドレス",
    "full_name": "氏名",
    "notice_email": "お知らせの送信先",
    "takes_notices": "お知らせ",
    "prefix": "トークンの先頭",
    "scopes": "権限",
    "url": "送信先のURL",
}


class AdministrativeActQuerySet(models.QuerySet):
    """Questions about many acts."""

    def listed(self) -> Self:
        """As a log shows them: newest first, with everybody whom it names."""
        return self.select_related("obligee", "officer__user", "done_by__dsure_operator").order_by("-pk")


class AdministrativeAct(models.Model):
    """One act of the operator, of an administrator, or of an officer on the own record (操作の記録). Append-only."""

    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="acts", verbose_name="発注者")
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="acts", verbose_name="対象の職員"
    )
    act = models.CharField("操作", max_length=20, choices=Act)
    about = models.CharField("対象", max_length=60, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    details = models.JSONField("内容", default=dict)
    done_at = models.DateTimeField("日時")
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="操作した人")

    objects = AdministrativeActQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "操作の記録"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="dsure_act_is_known"),
            models.CheckConstraint(
                condition=Q(act__in=ON_AN_OFFICER, officer__isnull=False)
                | (~Q(act__in=ON_AN_OFFICER) & Q(officer__isnull=True)),
                name="dsure_act_names_its_officer",
            ),
            models.CheckConstraint(condition=~Q(act=Act.FREE) | ~Q(reason=""), name="dsure_freeing_says_why"),
        ]
        indexes = [models.Index(fields=["obligee", "-id"], name="dsure_act_newest_first")]

    def __str__(self) -> str:
        return f"{self.obligee.name} {self.get_act_display()}"

    @property
    def lines(self) -> list[str]:
        """What the log says of the contents: 名称：契約課 → 契約検査課."""
        return [f"{LABELS.get(name, name)}：{_said(name, value)}" for name, value in self.details.items()]


def _said(name: str, value: str | list[str]) -> str:
    if isinstance(value, str):
        return value or "なし"
    return ("、" if name == "departments" else " → ").join(part or "なし" for part in value)
