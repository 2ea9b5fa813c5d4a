"""What the demo world's contractor types: a job, how it was won, its bill, and where papers go."""

from datetime import date, timedelta

from guarantees.models import Addressee, Branch, ContractorMember
from guarantees.terms import Delivery, OrderKind, PremiumPayment, WorkKind

THOUSAND = 1000
# From this price on an interim advance is asked for (domain.md, fact 37).
INTERIM_WORTHWHILE_PRICE = 10_000_000


def bill(payment: PremiumPayment = PremiumPayment.MONTHLY) -> dict:
    """How a premium is paid, and by whom."""
    name = member().contractor.name
    return {"premium_payment": payment, "premium_billed_to": name, "wants_paper_statement": False}


def declared(day: date, work_name: str, price: int, kind: WorkKind, addressee: str) -> dict:
    """A job of this contract day; the price in yen."""
    named = Addressee.objects.select_related("obligee").get(title=addressee)
    return {
        "obligee": named.obligee,
        "addressee": named,
        "work_kind": kind,
        "work_name": work_name,
        "work_place": f"{named.obligee.name}○○地内",
        "contract_price": price,
        "noticed_on": day - timedelta(days=40),
        "contracted_on": day,
        "work_starts_on": day + timedelta(days=7),
        "work_ends_on": day + timedelta(days=187),
        **contact(),
    }


def contact() -> dict:
    """To which branch, and whom to ask."""
    return {
        "branch": Branch.objects.get(name="神奈川支店"),
        "wants_mail": True,
        "mail_to": "soumu@example.jp",
        "contact_section": "総務部",
        "contact_post": "主任",
        "contact_name": "佐藤 花子",
        "contact_phone": "0463-00-0000",
    }


def deposited(kind: WorkKind, price: int) -> dict:
    """What only an advance asks: its bank, and whether an interim advance follows."""
    return {
        "entrusted_bank": "○○銀行　××支店",
        "uses_redeposit": False,
        "has_interim": kind == WorkKind.WORKS,
        "plans_interim": kind == WorkKind.WORKS and price >= INTERIM_WORTHWHILE_PRICE,
    }


def bidding(day: date, price: int) -> dict:
    """How a work of this price was won; a small one by 指名競争入札, and the bids a little above its price less tax."""
    lowest = price * 10 // 11 // THOUSAND
    is_small = price < INTERIM_WORTHWHILE_PRICE
    return {
        "order_kind": OrderKind.DESIGNATED if is_small else OrderKind.OPEN,
        "awarded_on": day - timedelta(days=10),
        "bid_rounds": 1,
        "bidder_count": 5 if is_small else 9,
        "disqualified_count": 0 if is_small else 1,
        "second_bidder": "△△土木 株式会社",
        "second_bid_thousand_yen": lowest * 102 // 100,
        "highest_bidder": "××組 株式会社",
        "highest_bid_thousand_yen": lowest * 109 // 100,
    }


def by_post(day: date) -> dict:
    """受取方法 of papers: sent to the company within two weeks."""
    company = member().contractor
    return {
        "delivery": Delivery.POST,
        "wanted_on": day + timedelta(days=14),
        "ship_to_name": company.name,
        "ship_to_postal_code": company.postal_code,
        "ship_to_address": company.address,
    }


def member() -> ContractorMember:
    """The person of the demo contractor."""
    return ContractorMember.objects.select_related("user", "contractor").get(user__username="contractor")
