"""What D-Sure keeps: its organisations, what was deposited for them, and what they did with it."""

from dsure.models.acts import Act, AdministrativeAct
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
from dsure.models.hand_in import HandInRule, Product
from dsure.models.handovers import Handover
from dsure.models.logs import Failure, How, RegisterEntry, Viewing
from dsure.models.parties import Department, Obligee, Officer, Operator
from dsure.models.receipts import ReceiptSeries, ViewingReceipt
from dsure.models.registers import RegisterQuerySet, register_of
from dsure.models.requests import Acknowledgement, Answer, Request, RequestAnswer

__all__ = [
    "Acknowledgement",
    "Act",
    "AdministrativeAct",
    "Answer",
    "Department",
    "Deposit",
    "DepositedCertificate",
    "Failure",
    "HandInRule",
    "Handover",
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
    "Standing",
    "State",
    "StateChange",
    "Viewing",
    "ViewingReceipt",
    "VoidCause",
    "Voiding",
    "register_of",
]
