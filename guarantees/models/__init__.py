"""All models of the surety's business, by the file that their subject lives in."""

from guarantees.models.applications import Application, Work
from guarantees.models.drafts import Draft
from guarantees.models.endorsements import Endorsement
from guarantees.models.events import ChainHead, Event
from guarantees.models.guarantees import Certificate, Guarantee, KeySight, NumberSeries, Voiding
from guarantees.models.incoming import Incoming
from guarantees.models.members import MemberChange
from guarantees.models.notes import ReviewNote
from guarantees.models.parties import (
    Addressee,
    Branch,
    Contractor,
    ContractorMember,
    HandInRule,
    Obligee,
    ObligeeTerms,
    Signatory,
    StaffMember,
)
from guarantees.models.premiums import Payment, PremiumStatement
from guarantees.models.rates import RateBand, RateTable
from guarantees.models.requested import RequestedGuarantee

__all__ = [
    "Addressee",
    "Application",
    "Branch",
    "Certificate",
    "ChainHead",
    "Contractor",
    "ContractorMember",
    "Draft",
    "Endorsement",
    "Event",
    "Guarantee",
    "HandInRule",
    "Incoming",
    "KeySight",
    "MemberChange",
    "NumberSeries",
    "Obligee",
    "ObligeeTerms",
    "Payment",
    "PremiumStatement",
    "RateBand",
    "RateTable",
    "RequestedGuarantee",
    "ReviewNote",
    "Signatory",
    "StaffMember",
    "Voiding",
    "Work",
]
