"""What was changed in the reference data, and the files that it came from."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from guarantees.models.conditions import known
from guarantees.record_acts import MasterAct


class ObligeeFile(models.Model):
    """A CSV of obligees as it was uploaded to be checked (発注者の取込ファイル): these bytes and no others may be taken in. Append-only."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content = models.BinaryField("内容")
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_at = models.DateTimeField("日時", default=timezone.now)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="行った者")

    class Meta:
        verbose_name = verbose_name_plural = "発注者の取込ファイル"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.sha256


class MasterChange(models.Model):
    """One act on the reference data (登録データの変更履歴), with what changed from what to what. Append-only."""

    act = models.CharField("操作", max_length=20, choices=MasterAct)
    subject = models.CharField("対象", max_length=200)
    file = models.OneToOneField(
        ObligeeFile, models.PROTECT, null=True, related_name="taken_in", verbose_name="取込ファイル"
    )
    details = models.JSONField("内容", default=dict)
    changed_at = models.DateTimeField("日時", default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="行った者")

    class Meta:
        verbose_name = verbose_name_plural = "登録データの変更履歴"
        ordering = ["-pk"]
        constraints = [
            known("act", MasterAct, "master_change"),
            models.CheckConstraint(
                condition=models.Q(act=MasterAct.IMPORT_OBLIGEES, file__isnull=False)
                | (~models.Q(act=MasterAct.IMPORT_OBLIGEES) & models.Q(file__isnull=True)),
                name="master_change_names_its_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.subject}"
