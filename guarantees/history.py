"""履歴: every act on a guarantee and on the application that it came of, in one line of time, each with what it changed, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from guarantees.endorsement_terms import RequestAnswer, RequestKind
from guarantees.models import Event, Guarantee
from guarantees.terms import AskedBy, EndorsementCause, GuaranteeState
from netdesk.formats import yen
from netdesk.models import Desk

# How a detail of an event is said; what is not here is for the chain, not for reading.
SAID = {
    "asked_by": lambda value: f"申出人：{AskedBy(value).label}",
    "request": lambda value: f"D-Sureの依頼：No.{value}",
    "kind": lambda value: RequestKind(value).label,
    "amount": lambda value: f"金額：{yen(value)}" if value else "",
    "answer": lambda value: f"回答：{RequestAnswer(value).label}",
    "premium": lambda value: f"保証料等：{yen(value)}" if value else "",
    "voided": lambda value: f"取り消した版：第{value}版",
    "version": lambda value: f"発行した版：第{value}版",
    "target": lambda value: f"有効な保証証書：{value}",
    "key_version": lambda value: f"認証キー：第{value}版（以前の認証キーは失効）",
    "state": lambda value: f"状態：{GuaranteeState(value).label}",
    "reason": lambda value: f"理由：{value}",
}


@dataclass(frozen=True)
class Line:
    """One act: when, who and of which desk, what, and what it changed."""

    happened_at: datetime
    who: str
    desk: str
    act: str
    about: str
    said: tuple[str, ...]


def events_of(guarantee: Guarantee) -> QuerySet[Event]:
    """The events of a guarantee and of its application, newest first; those of the application's other products left out."""
    application = guarantee.requested.application_id
    own = Q(guarantee=guarantee) | Q(application=application, product__in=["", guarantee.product], guarantee=None)
    return Event.objects.filter(own).select_related("done_by").order_by("-sequence")


def line(event: Event) -> Line:
    """The event in words."""
    details = event.details
    cause = EndorsementCause(details["cause"]).label if "cause" in details else ""
    changes = [
        f"{label}：{before or '記載なし'} → {after or '記載なし'}"
        for label, before, after in details.get("changes", [])
    ]
    said = [f"申込の内容：第{event.revision}版"] if event.revision else []
    said += [SAID[name](details[name]) for name in SAID if name in details]
    return Line(
        happened_at=event.happened_at,
        who=event.done_by.full_name,
        desk={Desk.CONTRACTOR: "お客様", Desk.SURETY: "保証会社"}.get(Desk(event.done_by.desk), ""),
        act=event.get_act_display(),
        about=cause or (event.get_product_display() if event.product else ""),
        said=tuple(filter(None, [*changes, *said])),
    )
