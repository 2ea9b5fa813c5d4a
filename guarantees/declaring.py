"""What an application declares, frozen field by field in the words of the page; and what has changed since a return."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from guarantees.models import Application, Event, RequestedGuarantee
from guarantees.terms import Act, Product
from netdesk.formats import both_calendars, yen

# What is not the contractor's to declare: identity, state, and the surety's own.
NOT_DECLARED = {
    Application: {"id", "public_id", "work", "contractor", "status", "revision", "message_to_contractor"},
    RequestedGuarantee: {
        "id",
        "public_id",
        "application",
        "contractor",
        "drafted_on",
        "product",
        "status",
        "approved_revision",
        "approved_sha256",
        "guarantee_ends_on",
        "guarantee",
        "premium_amount",
        "premium_rate",
        "rate_table",
    },
}
NOT_ASKED_FOR = "申し込まない"


@dataclass(frozen=True)
class Change:
    """One field with both its values, in words; an empty value is 入力なし."""

    label: str
    before: str
    after: str


def snapshot(application: Application) -> dict[str, str]:
    """Every declared field in words, by a key that outlives rows: `work_name`, `advance.guaranteed_amount`."""
    facts = {field.name: _said(application, field) for field in _declared(Application)}
    for requested in application.requested.select_related("follows").order_by("pk"):
        facts[f"{requested.product}."] = "申し込む"
        for field in _declared(RequestedGuarantee):
            facts[f"{requested.product}.{field.name}"] = _said(requested, field)
    return facts


def since_return(application: Application) -> list[Change] | None:
    """What differs from the facts that were returned last, field by field; None where nothing was ever returned."""
    return _since(application, Act.RETURN)


def since_approval(application: Application) -> list[Change] | None:
    """What differs from the facts that were approved last, field by field; None where nothing was ever approved."""
    return _since(application, Act.APPROVE)


def _since(application: Application, act: Act) -> list[Change] | None:
    kept = application.events.filter(act=act, details__has_key="facts").order_by("-sequence")
    event: Event | None = kept.first()
    return None if event is None else changes(event.details["facts"], snapshot(application))


def changes(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    """The fields whose words differ, in the order of the page; a product that came or went is one line."""
    found = []
    for key in [*after, *sorted(before.keys() - after.keys())]:  # a stored JSON object has no order
        product = key.partition(".")[0] + "." if "." in key else ""
        is_whole = key == product
        if product and not is_whole and (product in before) != (product in after):
            continue
        missing = NOT_ASKED_FOR if is_whole else ""
        change = Change(_label(key), before.get(key, missing), after.get(key, missing))
        if change.before != change.after:
            found.append(change)
    return found


def _declared(model: type[models.Model]) -> list[models.Field]:
    fields = [field for field in model._meta.get_fields() if isinstance(field, models.Field) and field.concrete]
    return [
        field for field in fields if field.name not in NOT_DECLARED[model] and not field.name.endswith(("_at", "_by"))
    ]


def _said(row: models.Model, field: models.Field) -> str:
    value: Any = getattr(row, field.name)
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, date):
        return both_calendars(value)
    if isinstance(value, int) and field.name.endswith(("_amount", "_price")):
        return yen(value)
    return "、".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _label(key: str) -> str:
    product, _, name = key.rpartition(".")
    if not product:
        return _verbose(Application, name)
    title = Product(product).label
    return f"{title}：{_verbose(RequestedGuarantee, name)}" if name else title


def _verbose(model: type[models.Model], name: str) -> str:
    """The field's label today; a field that is no more keeps its name."""
    labels = {
        field.name: str(field.verbose_name) for field in model._meta.get_fields() if isinstance(field, models.Field)
    }
    return labels.get(name, name)
