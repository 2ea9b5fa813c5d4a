"""How long a person has to wait, in words."""

from django import template

register = template.Library()


@register.filter
def waiting_time(seconds: int) -> str:
    """`30` as 30秒, `90` as 1分30秒, `3600` as 60分."""
    minutes, rest = divmod(seconds, 60)
    return (f"{minutes}分" if minutes else "") + (f"{rest}秒" if rest or not minutes else "")
