"""What was typed into 申込の作成 and is not an application yet."""

import uuid
from typing import Self

from django.conf import settings
from django.db import connection, models
from django.db.models import CharField, Exists, OuterRef, Subquery, Value
from django.http import QueryDict
from django.utils import timezone

from guarantees.models.applications import Application
from guarantees.models.events import Event
from guarantees.models.parties import Contractor
from guarantees.terms import ApplicationStatus


class DraftQuerySet(models.QuerySet["Draft"]):
    """Drafts as their owners may see them."""

    def of_contractor(self, contractor: Contractor) -> Self:
        return self.filter(contractor=contractor)

    def hold(self, public_id: uuid.UUID) -> None:
        """One writer at an address at a time, whether a row is there yet or not, until the transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [public_id.int % 2**63])

    def unfinished(self, contractor: Contractor) -> models.QuerySet:
        """作成中の申込, newest first: drafts, and applications that were never sent. Rows of values, as `Draft.LISTED` names them."""
        drafts = self.of_contractor(contractor).annotate(
            who=models.F("saved_by__full_name"), standing=Value("typed", CharField())
        )
        last = Event.objects.filter(application=OuterRef("pk")).order_by("-sequence")
        applications = (
            Application.objects.of_contractor(contractor)
            .filter(status=ApplicationStatus.DRAFT)
            .exclude(Exists(Draft.objects.filter(public_id=OuterRef("public_id"))))
            .annotate(
                saved_at=Subquery(last.values("happened_at")[:1]),
                who=Subquery(last.values("done_by__full_name")[:1]),
                standing=Value("checked", CharField()),
            )
        )
        return drafts.values(*Draft.LISTED).union(applications.values(*Draft.LISTED)).order_by("-saved_at", "public_id")


class Draft(models.Model):
    """What was typed and saved as it is, valid or not (一時保存): boxes by name, under the address of the application to be.

    It declares nothing: facts are those of the Application, which a draft of the same address may be about to change.
    """

    LISTED = ("public_id", "work_name", "saved_at", "who", "standing")

    public_id = models.UUIDField(unique=True, editable=False)
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="drafts", verbose_name="契約者")
    work_name = models.CharField("工事名（入力のまま）", max_length=100, blank=True)
    typed = models.JSONField("入力の内容", default=dict)
    revision = models.PositiveIntegerField("版", default=1)
    saved_at = models.DateTimeField("保存日時", default=timezone.now)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="保存者")

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "作成中の申込"
        ordering = ["-saved_at", "-pk"]
        indexes = [models.Index(fields=["contractor", "-saved_at"], name="draft_of_contractor")]

    def __str__(self) -> str:
        return self.work_name or str(self.public_id)

    @property
    def as_posted(self) -> QueryDict:
        """The boxes as a form takes them."""
        data = QueryDict(mutable=True)
        for name, values in self.typed.items():
            data.setlist(name, values)
        return data
