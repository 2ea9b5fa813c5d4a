"""What may follow an issued guarantee: an interim advance its advance payment's, a 契約保証 the reservation that promised it.

Sentences for people, like the obligee's rules in `facts`; each stage that asks refuses in a kind of its own.
"""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from guarantees.facts import TENDER_FACTS
from guarantees.models import Application, Guarantee, RequestedGuarantee
from guarantees.terms import FOLLOWED, GuaranteeState, Product
from netdesk.formats import both_calendars, yen

# Fields of Application that a certificate freezes, and that an amendment may have changed since.
IN_CERTIFICATE = ("work_name", "work_place", "contract_price", "work_starts_on", "work_ends_on", "contracted_on")
AS_DECLARED = (
    "obligee",
    "addressee",
    "typed_obligee",
    "typed_addressee",
    "work_kind",
    *TENDER_FACTS,
)
DAYS = ("work_starts_on", "work_ends_on", "contracted_on")


@dataclass(frozen=True)
class Followed:
    """An issued guarantee as its certificate in force has it, amounts in yen."""

    guarantee: Guarantee
    facts: dict
    ends_on: date

    @property
    def amount(self) -> int:
        """保証金額 now."""
        return self.facts["guaranteed_amount"]

    @property
    def first(self) -> RequestedGuarantee:
        """What was requested and led to it; its application is frozen since the issue."""
        return RequestedGuarantee.objects.with_application().get(guarantee=self.guarantee)


def in_force(guarantee: Guarantee) -> Followed:
    """The guarantee with the certificate that stands."""
    certificate = guarantee.certificates.in_force().defer("pdf").get()
    return Followed(guarantee, certificate.facts, certificate.guarantee_ends_on)


def work_facts(followed: Followed) -> dict:
    """The fields of Application for the same job, frozen: as declared first, and as the certificate says now."""
    application = followed.first.application
    facts = {name: getattr(application, name) for name in AS_DECLARED}
    facts |= {name: followed.facts[name] for name in IN_CERTIFICATE}
    if application.obligee and followed.facts["addressee"] != application.addressee_title:
        facts["addressee"] = application.obligee.addressees.get(title=followed.facts["addressee"])
    return facts | {name: date.fromisoformat(followed.facts[name]) for name in DAYS}


def fault(requested: RequestedGuarantee) -> str:
    """Why this request may not follow its guarantee, as a sentence; nothing where it may. Locks the followed row.

    The request and its application need not be saved yet.
    """
    if requested.follows is None:
        return "中間前払金保証は、前払金保証から申し込んでください。" if requested.product == Product.INTERIM else ""
    application = requested.application
    guarantee = Guarantee.objects.select_for_update(of=("self",)).get(pk=requested.follows.pk)
    is_same_job = (guarantee.contractor_id, guarantee.work_id) == (application.contractor_id, application.work_id)
    if FOLLOWED.get(Product(requested.product)) != guarantee.product or not is_same_job:
        return "もとの保証契約が、この申込と合っていません。もとの保証契約の画面から申し込んでください。"
    # What was sent in time stays in time, however long the review takes.
    day = timezone.localdate(application.submitted_at) if application.submitted_at else timezone.localdate()
    if said := closed(guarantee, on=day) or _taken(guarantee, application):
        return said
    return exceeded(in_force(guarantee), requested.guaranteed_amount) if requested.product == Product.INTERIM else ""


def closed(guarantee: Guarantee, *, on: date) -> str:
    """Why nothing that is sent on this day may follow the guarantee: somebody ended it, or its last day is over."""
    name, number = guarantee.get_product_display(), guarantee.number
    if guarantee.state != GuaranteeState.IN_FORCE:
        return f"{name} {number} は{guarantee.get_state_display()}されているため、申し込めません。"
    ends_on = in_force(guarantee).ends_on
    if ends_on >= on:
        return ""
    last = "予約の有効期限" if guarantee.product == Product.RESERVATION else "保証期限"
    return f"{name} {number} は{last}（{both_calendars(ends_on)}）を過ぎているため、申し込めません。"


def taken(guarantee: Guarantee) -> RequestedGuarantee | None:
    """What stands on this guarantee already."""
    return RequestedGuarantee.objects.standing().with_application().filter(follows=guarantee).order_by("pk").first()


def _taken(guarantee: Guarantee, application: Application) -> str:
    other = taken(guarantee)
    return "" if other is None or other.application.public_id == application.public_id else taken_sentence(other)


def taken_sentence(other: RequestedGuarantee) -> str:
    """There is one already, with the number by which it is found."""
    followed, product = other.follows, other.get_product_display()
    if followed is None:
        raise ValueError(f"{other} follows nothing")
    return (
        f"{followed.get_product_display()} {followed.number} には、すでに{product}の申込"
        f"（受付番号 {other.application.receipt_number}）があります。重ねて申し込むことはできません。"
    )


def exceeded(advance: Followed, amount: int) -> str:
    """Advance and interim together never exceed the contract price."""
    price = advance.facts["contract_price"]
    if advance.amount + amount <= price:
        return ""
    return (
        f"前払金保証金額（{yen(advance.amount)}）と中間前払金保証金額の合計が、請負金額（{yen(price)}）を"
        f"超えています。中間前払金保証金額は{yen(price - advance.amount)}以下で入力してください"
    )
