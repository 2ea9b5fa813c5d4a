"""What templates/components need beside includes: icons, steps, whose form it is, and the errors of a form in page order."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from django import forms, template
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from netdesk import keeping

register = template.Library()


class Problem(NamedTuple):
    """One sentence of the error summary, and the id of the control that it leads to (none for the form as a whole)."""

    message: str
    control_id: str


@cache
def _drawing(name: str) -> SafeString:
    return mark_safe(get_template(f"icons/{name}.svg").render())  # a file of ours, no data in it


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "print" %}` beside words; `{% icon "external" "別ウインドウで開きます" %}` where the icon itself speaks."""
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return mark_safe(_drawing(name).replace("<svg", f'<svg class="nd-icon" {meaning}', 1))


@register.inclusion_tag("components/steps.html")
def steps(current: int, *names: str) -> dict:
    """`{% steps 2 %}`: where one stands between 申込作成, 申込確認 and 送信完了, or between other named steps."""
    return {"current": current, "names": names or ("申込作成", "申込確認", "送信完了")}


@register.simple_tag(takes_context=True)
def typed_by(context: dict) -> SafeString:
    """`{% typed_by %}` after the CSRF token of a form that netdesk.keeping may keep: to whom the form was shown."""
    name = keeping.name_of(context["request"].user)
    return format_html('<input type="hidden" name="{}" value="{}">', keeping.NAME, name)


@register.filter
def problems(form: forms.BaseForm | Iterable[forms.BaseForm]) -> list[Problem]:
    """Every error of a form (or of `rendering.Together`), those of the form as a whole first, then in page order."""
    if not isinstance(form, forms.BaseForm):
        return [problem for one in form for problem in problems(one)]
    found = [Problem(message, "") for message in form.non_field_errors()]
    for field in form:
        control_id = "" if field.is_hidden else field.first_control_id
        found += [Problem(message, control_id) for message in field.errors]
    return found
