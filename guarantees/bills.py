"""保証料請求書（一括納付分）: its facts, its PDF, and its rows as CSV. The form of the paper is 見本."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from guarantees import accounts
from guarantees.models import BankAccount, Bill, Branch, Contractor, PremiumStatement, Signatory
from guarantees.terms import REFUNDS
from netdesk import pdf
from netdesk.formats import wareki
from netdesk.models import User

LAYOUT = 1  # of bills made now; a released layout is never edited, a new one is added
COLUMNS = [
    "No.",
    "作成日",
    "種類",
    "保証契約番号",
    "商品",
    "発注者名",
    "工事名",
    "請求先",
    "金額（円）",
    "うち消費税（円）",
]


@dataclass(frozen=True, kw_only=True)
class BillRow:
    """One statement on a bill. Amounts in whole yen; a refund is less than nothing."""

    made_on: str
    kind: str
    number: str
    product_name: str
    obligee_name: str
    work_name: str
    billed_to: str
    amount: int
    tax_amount: int


@dataclass(frozen=True, kw_only=True)
class BillFacts:
    """All that a bill says. Days are ISO texts, amounts whole yen; to be kept as JSON."""

    layout: int = LAYOUT
    number: str
    title: str = "保証料請求書（一括納付分）"
    month: str  # its first day
    month_text: str  # 令和8年10月
    made_on: str
    due_on: str
    contractor_name: str
    contractor_code: str
    charged_amount: int
    refunded_amount: int
    due_amount: int
    surplus_amount: int
    taxed_amount: int  # of the sum, what bears tax (予約手数料, with its tax)
    tax_amount: int
    rows: tuple[BillRow, ...]
    bank: str
    bank_number: str
    bank_holder: str
    surety_name: str
    surety_address: str
    branch_name: str
    branch_phone: str
    branch_fax: str
    is_specimen: bool = False

    def as_json(self) -> dict:
        """The facts as JSON carries them unchanged; templates read this."""
        facts = asdict(self)
        return facts | {"rows": list(facts["rows"])}


def document(facts: BillFacts) -> bytes:
    """The bill as PDF, as many A4 pages as its rows take; made once, then kept and served as bytes."""
    return pdf.render(f"documents/bill_{facts.layout}.html", {"facts": facts.as_json()})


def branch_of(contractor: Contractor, lines: list[PremiumStatement]) -> Branch:
    """The branch that looks after a contractor's bill: its usual one, or else that of the newest statement."""
    return contractor.usual_branch or lines[-1].guarantee.branch


def make(
    contractor: Contractor,
    branch: Branch,
    month: date,
    lines: list[PremiumStatement],
    into: BankAccount,
    *,
    made_at: datetime,
    by: User,
) -> Bill:
    """The bill with its bytes, rendered once and for all; not saved yet."""
    bill = Bill(
        contractor=contractor,
        branch=branch,
        month=month,
        charged_amount=sum(line.total_amount for line in lines if line.kind not in REFUNDS),
        refunded_amount=sum(line.total_amount for line in lines if line.kind in REFUNDS),
        due_on=accounts.last_business_day(month),
        made_at=made_at,
        made_by=by,
    )
    facts = _facts(bill, [_row(line) for line in lines], into)
    bill.facts, bill.pdf = facts.as_json(), document(facts)
    bill.sha256 = hashlib.sha256(bill.pdf).hexdigest()
    return bill


def _facts(bill: Bill, rows: list[BillRow], into: BankAccount) -> BillFacts:
    made_on = timezone.localdate(bill.made_at)
    signatory = Signatory.objects.filter(starts_on__lte=made_on).order_by("-starts_on")[0]
    return BillFacts(
        number=bill.number,
        month=bill.month.isoformat(),
        month_text=wareki(bill.month).removesuffix("1日"),
        made_on=made_on.isoformat(),
        due_on=bill.due_on.isoformat(),
        contractor_name=bill.contractor.name,
        contractor_code=bill.contractor.code,
        charged_amount=bill.charged_amount,
        refunded_amount=bill.refunded_amount,
        due_amount=bill.due_amount,
        surplus_amount=bill.surplus_amount,
        taxed_amount=sum(row.amount for row in rows if row.tax_amount),
        tax_amount=sum(row.tax_amount for row in rows),
        rows=tuple(rows),
        bank=f"{into.bank_name}　{into.bank_branch}",
        bank_number=f"{into.kind}　{into.number}",
        bank_holder=into.holder,
        surety_name=signatory.company_name,
        surety_address=signatory.address,
        branch_name=bill.branch.name,
        branch_phone=bill.branch.phone,
        branch_fax=bill.branch.fax,
        is_specimen=settings.DEMO_MODE,
    )


def _row(statement: PremiumStatement) -> BillRow:
    facts, sign = statement.facts, -1 if statement.kind in REFUNDS else 1
    shared = ("number", "product_name", "obligee_name", "work_name", "billed_to", "made_on")
    return BillRow(
        kind=facts["title"],
        amount=statement.signed_amount,
        tax_amount=sign * facts["tax_amount"],
        **{name: facts[name] for name in shared},
    )


def csv_rows(bill: Bill) -> Iterator[list[str | int]]:
    """The bill's rows as it was made, with its sum, for a spreadsheet."""
    yield list(COLUMNS)
    for place, row in enumerate(bill.facts["rows"], 1):
        named = [row[name] for name in ("kind", "number", "product_name", "obligee_name", "work_name", "billed_to")]
        yield [place, row["made_on"].replace("-", "/"), *named, row["amount"], row["tax_amount"]]
    yield ["合計", *[""] * 7, bill.charged_amount - bill.refunded_amount, bill.facts["tax_amount"]]
