"""What was changed in a contractor's own records, and by whom."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from guarantees.models.parties import Contractor, ContractorMember
from guarantees.record_acts import MemberAct


class MemberChange(models.Model):
    """One act on a contractor's record or on one of its people (登録内容の変更履歴). Append-only."""

    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="changes", verbose_name="契約者")
    member = models.ForeignKey(
        ContractorMember, models.PROTECT, null=True, related_name="changes", verbose_name="対象の担当者"
    )
    act = models.CharField("操作", max_length=20, choices=MemberAct)
    details = models.JSONField("内容", default=dict)
    changed_at = models.DateTimeField("日時", default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="行った者")

    class Meta:
        verbose_name = verbose_name_plural = "登録内容の変更履歴"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(act=MemberAct.COMPANY, member__isnull=True)
                | (~models.Q(act=MemberAct.COMPANY) & models.Q(member__isnull=False)),
                name="member_change_names_its_member",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contractor} {self.get_act_display()}"
