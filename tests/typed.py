"""What the contractor of the issue's journey types into 申込の作成, box by box."""

from guarantees.models import Addressee, Branch


def typed(addressee: str = "平塚市長", branch: str = "神奈川支店", **changes: str) -> dict[str, str]:
    """The form's data; `changes` by name of box, with `__` for the hyphen after the section (`work__work_name`)."""
    data = {
        "work-addressee": str(Addressee.objects.get(title=addressee).pk),
        "work-work_kind": "works",
        "work-work_name": "道路改良工事",
        "work-work_place": "平塚市○○地内",
        "work-contract_price": "50,000,000円",
        "work-work_starts_on": "令和8年12月1日",
        "work-work_ends_on": "20270331",
        "work-contracted_on": "2026/12/01",
        "advance-applies": "on",
        "advance-medium": "electronic",
        "advance-guaranteed_amount": "２０，０００，０００",
        "advance-entrusted_bank": "○○銀行 ××支店",
        "advance-uses_redeposit": "no",
        "advance-premium_payment": "monthly",
        "advance-premium_billed_to": "○○建設 株式会社",
        "advance-wants_paper_statement": "no",
        "performance-applies": "on",
        "performance-medium": "electronic",
        "performance-guaranteed_amount": "5000000",
        "performance-premium_payment": "monthly",
        "performance-premium_billed_to": "○○建設 株式会社",
        "performance-wants_paper_statement": "no",
        "bidding-order_kind": "negotiated",
        "information-branch": str(Branch.objects.get(name=branch).pk),
        "information-delivery": "post",
        "information-wanted_on": "29991201",
        "information-ship_to_name": "○○建設 株式会社",
        "information-ship_to_postal_code": "２５４００００",
        "information-ship_to_address": "神奈川県平塚市○○町1番1号",
        "information-wants_mail": "yes",
        "information-mail_to": "soumu@example.jp",
    }
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


def typed_in_full(**changes: str) -> dict[str, str]:
    """Every box of the page filled: a competition won by a joint venture, and papers by post."""
    data = {
        "work-noticed_on": "20261001",
        "work-is_approved_by_obligee": "on",
        "venture-jv_name": "○○・△△特定建設工事共同企業体",
        "venture-member_1": "△△土木 株式会社",
        "venture-member_2": "××組 株式会社",
        "venture-representative": "0",
        "advance-annual_target_amount": "50,000,000",
        "advance-has_interim": "yes",
        "advance-plans_interim": "yes",
        "advance-wants_paper_statement": "yes",
        "bidding-order_kind": "open",
        "bidding-awarded_on": "令和8年11月10日",
        "bidding-bid_rounds": "２",
        "bidding-bidder_count": "7社",
        "bidding-disqualified_count": "1",
        "bidding-second_bidder": "××組 株式会社",
        "bidding-second_bid_thousand_yen": "46,200",
        "bidding-highest_bidder": "□□建設 株式会社",
        "bidding-highest_bid_thousand_yen": "49,800",
        "information-contact_section": "総務部",
        "information-contact_post": "主任",
        "information-contact_name": "佐藤 花子",
        "information-contact_phone": "0463-00-0000",
        "information-message_to_surety": "契約日は12月1日の予定です。",
    }
    return typed() | data | {name.replace("__", "-"): value for name, value in changes.items()}


def without(data: dict[str, str], *names: str) -> dict[str, str]:
    """The same without these boxes, as a browser leaves out what is not ticked."""
    return {name: value for name, value in data.items() if name not in names}
