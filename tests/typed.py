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
        "information-branch": str(Branch.objects.get(name=branch).pk),
        "information-wants_mail": "yes",
        "information-mail_to": "soumu@example.jp",
    }
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


def without(data: dict[str, str], *names: str) -> dict[str, str]:
    """The same without these boxes, as a browser leaves out what is not ticked."""
    return {name: value for name, value in data.items() if name not in names}
