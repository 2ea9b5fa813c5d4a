"""What D-Sure keeps: its organisations, what was deposited for them, and what they did with it."""

from dsure.models.acts import Act, AdministrativeAct
from dsure.models.clients import Client, Scope, client_of
from dsure.models.deposits import (
    Deposit,
    DepositedCertificate,
    KeyReplacement,
    Standing,
    State,
    StateChange,
    VoidCause,
    Voiding,
)
from dsure.models.digests import DigestWish
from dsure.models.elsewhere import (
    ELSEWHERE_RECORD,
    ElsewhereGuarantee,
    ElsewhereKind,
    ElsewhereQuerySet,
    ElsewhereRecord,
    ElsewhereVersion,
)
from dsure.models.events import Event, Feed, Happened
from dsure.models.hand_in import HandInRule, Product
from dsure.models.handovers import Handover
from dsure.models.logs import Failure, How, RegisterEntry, Viewing
from dsure.models.parties import Department, Obligee, Officer, Operator
from dsure.models.receipts import ReceiptSeries, ViewingReceipt
from dsure.models.registers import RegisterQuerySet, register_of
from dsure.models.requests import Acknowledgement, Answer, Request, RequestAnswer
from dsure.models.webhooks import Delivery, Webhook

__all__ = [
    "ELSEWHERE_RECORD",
    "Acknowledgement",
    "Act",
    "AdministrativeAct",
    "Answer",
    "Client",
    "Delivery",
    "Department",
    "Deposit",
    "DepositedCertificate",
    "DigestWish",
    "ElsewhereGuarantee",
    "ElsewhereKind",
    "ElsewhereQuerySet",
    "ElsewhereRecord",
    "ElsewhereVersion",
    "Event",
    "Failure",
    "Feed",
    "HandInRule",
    "Handover",
    "Happened",
    "How",
    "KeyReplacement",
    "Obligee",
    "Officer",
    "Operator",
    "Product",
    "ReceiptSeries",
    "RegisterEntry",
    "RegisterQuerySet",
    "Request",
    "RequestAnswer",
    "Scope",
    "Standing",
    "State",
    "StateChange",
    "Viewing",
    "ViewingReceipt",
    "VoidCause",
    "Voiding",
    "Webhook",
    "client_of",
    "register_of",
]
