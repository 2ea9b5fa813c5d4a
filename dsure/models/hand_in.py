"""How organisations want a key handed in, in their own words, version by version."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from dsure.models.parties import Obligee


class Product(models.TextChoices):
    """The surety's products as D-Sure names them (商品); a test of the surety's holds both lists together."""

    ADVANCE = "advance", "前払金保証"
    INTERIM = "interim", "中間前払金保証"
    PERFORMANCE = "performance", "契約保証"
    RESERVATION = "reservation", "契約保証予約"


PRINT_WORDS = {
    None: "発注者にご確認ください",
    True: "印刷した書面でも提出できます",
    False: "PDFファイルで提出してください（印刷は不可）",
}


class HandInRuleQuerySet(models.QuerySet):
    """Questions about many rules."""

    def standing(self) -> Self:
        """Of each organisation and product the newest rule, unless it gave way to the surety's record."""
        newest = self.order_by("obligee_id", "product", "-pk").distinct("obligee_id", "product").values("pk")
        return self.filter(pk__in=newest, gives_way=False).order_by("product", "pk")


class HandInRule(models.Model):
    """How an organisation wants the key of one product handed in (提出方法), in its own words. Append-only: the newest stands."""

    obligee = models.ForeignKey(Obligee, models.PROTECT, related_name="hand_in_rules", verbose_name="発注者")
    product = models.CharField("商品", max_length=20)
    channel = models.CharField("提出方法", max_length=100, blank=True)
    address = models.CharField("提出先", max_length=200, blank=True)
    subject = models.CharField("件名", max_length=100, blank=True)
    is_print_accepted = models.BooleanField("印刷した書面での提出", null=True, blank=True)
    other_papers = models.TextField("その他の必要書類", blank=True)
    gives_way = models.BooleanField("保証会社の記録に戻す", default=False)
    written_at = models.DateTimeField("登録日時")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登録した人"
    )

    objects = HandInRuleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "提出方法"
        ordering = ["obligee__code", "product", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(gives_way=False)
                | Q(channel="", address="", subject="", is_print_accepted__isnull=True, other_papers=""),
                name="dsure_hand_in_rule_that_gives_way_says_nothing",
            ),
        ]
        indexes = [models.Index(fields=["obligee", "product", "-id"], name="dsure_hand_in_newest_first")]

    def __str__(self) -> str:
        return f"{self.obligee.name} {self.product}"

    @property
    def print_text(self) -> str:
        """Whether a print is accepted, in the words that contractors read."""
        return PRINT_WORDS[self.is_print_accepted]
