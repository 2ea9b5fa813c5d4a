"""What the demo world's people do over and over: type, send, take up, approve."""

import uuid
from datetime import date

from guarantees import applying, demo_typing, reviewing
from guarantees.models import Application, RequestedGuarantee, StaffMember
from guarantees.terms import Medium, PremiumPayment, Product, Status, WorkKind


def staff(username: str) -> StaffMember:
    """A person of the branch."""
    return StaffMember.objects.select_related("user", "branch").get(user__username=username)


def sent(declared: dict, *requested: dict) -> Application:
    """A contractor's application with these declared facts and guarantees, sent."""
    application = applying.save_draft(
        by=demo_typing.member(), public_id=uuid.uuid4(), declared=declared, requested=list(requested)
    )
    return applying.submit(application=application, revision=application.revision, by=demo_typing.member())


def submitted(day: date, work_name: str, price: int, **details) -> Application:
    """What was typed on this day, sent (see `draft`)."""
    application = draft(day, work_name, price, **details)
    return applying.submit(application=application, revision=application.revision, by=demo_typing.member())


def draft(
    day: date,
    work_name: str,
    price: int,
    *,
    advance: int,
    performance: int = 0,
    medium: Medium = Medium.ELECTRONIC,
    kind: WorkKind = WorkKind.WORKS,
    addressee: str = "平塚市長",
    payment: PremiumPayment = PremiumPayment.MONTHLY,
    jv: tuple[str, list[str]] = ("", []),
    public_id: uuid.UUID | None = None,
) -> Application:
    """What the contractor typed on this day; amounts in yen."""
    declared = demo_typing.declared(day, work_name, price, kind, addressee) | dict(
        zip(("jv_name", "jv_members"), jv, strict=True)
    )
    declared |= demo_typing.bidding(day, price) | (demo_typing.by_post(day) if medium == Medium.PAPER else {})
    bill = demo_typing.bill(payment)
    asked = {"product": Product.ADVANCE, "medium": medium, "guaranteed_amount": advance}
    requested = [asked | demo_typing.deposited(kind, price) | bill]
    if performance:
        requested.append({"product": Product.PERFORMANCE, "medium": medium, "guaranteed_amount": performance, **bill})
    return applying.save_draft(
        by=demo_typing.member(), public_id=public_id or uuid.uuid4(), declared=declared, requested=requested
    )


def approved(requested: RequestedGuarantee) -> RequestedGuarantee:
    """Reviewed and agreed to by the reviewer."""
    reviewer = staff("reviewer")
    requested.refresh_from_db()
    if requested.status == Status.RECEIVED:
        reviewing.take_up(application=requested.application, by=reviewer)
    return reviewing.approve(requested=requested, by=reviewer, revision=requested.application.revision)
