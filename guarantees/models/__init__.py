"""All models of the surety's business, by the file that their subject lives in."""

from guarantees.models.applications import Application, Work
from guarantees.models.bills import Bill, BillLine
from guarantees.models.dispatches import Dispatch, DispatchRetraction
from guarantees.models.drafts import Draft
from guarantees.models.endorsements import Endorsement
from guarantees.models.events import ChainHead, Event
from guarantees.models.guarantees import Certificate, Guarantee, KeySight, NumberSeries, Voiding
from guarantees.models.incoming import Incoming
from guarantees.models.masters import MasterChange, ObligeeFile
from guarantees.models.members import MemberChange
from guarantees.models.notes import ReviewNote
from guarantees.models.obligee_terms import ObligeeTerms
from guarantees.models.parties import (
    Addressee,
    Branch,
    Contractor,
    ContractorMember,
    HandInRule,
    Obligee,
    Signatory,
    StaffMember,
)
from guarantees.models.payments import BankAccount, Payment, Repayment
from guarantees.models.premiums import PremiumStatement
from guarantees.models.rates import RateBand, RateTable
from guarantees.models.requested import RequestedGuarantee

__all__ = [
    "Addressee",
    "Application",
    "BankAccount",
    "Bill",
    "BillLine",
    "Branch",
    "Certificate",
    "ChainHead",
    "Contractor",
    "ContractorMember",
    "Dispatch",
    "DispatchRetraction",
    "Draft",
    "Endorsement",
    "Event",
    "Guarantee",
    "HandInRule",
    "Incoming",
    "KeySight",
    "MasterChange",
    "MemberChange",
    "NumberSeries",
    "Obligee",
    "ObligeeFile",
    "ObligeeTerms",
    "Payment",
    "PremiumStatement",
    "RateBand",
    "RateTable",
    "Repayment",
    "RequestedGuarantee",
    "ReviewNote",
    "Signatory",
    "StaffMember",
    "Voiding",
    "Work",
]
