"""How long something has been waiting, in words."""

from datetime import datetime

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def waiting(since: datetime) -> str:
    """Days between a moment and today in JST: 本日, 昨日 or 3日前."""
    days = (timezone.localdate() - timezone.localdate(since)).days
    return {0: "本日", 1: "昨日"}.get(days, f"{days}日前")
