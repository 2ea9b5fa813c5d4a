"""How long something has been waiting, in words."""

from datetime import datetime

from django import template
from django.utils import timezone

from netdesk import business_days

register = template.Library()


@register.filter
def waiting(since: datetime) -> str:
    """Business days from a moment to today in JST: 本日, 1日 or 3日."""
    days = business_days.days_between_business(timezone.localdate(since), timezone.localdate())
    return f"{days}日" if days else "本日"
