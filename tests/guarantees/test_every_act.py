"""Every state × act × role, through HTTP with a valid token: what is legal happens, all else is refused and changes nothing."""

from itertools import product

import pytest
from django.db import transaction
from django.urls import reverse

from guarantees import applying, issuing, reviewing
from guarantees.models import Addressee, Application, Event, Guarantee, RequestedGuarantee, StaffMember
from guarantees.terms import Medium
from netdesk import acting
from netdesk.models import User
from tests import stories
from tests.pages import client_of

pytestmark = pytest.mark.django_db

# act: its URL and token names, whether it is about the application, and the statuses (application, guarantee) that it leads to
ACTS = {
    "take_up": ("take-up", True, ("submitted", "under_review")),
    "take_over": ("take-over", True, ("submitted", "under_review")),
    "approve": ("approve", False, ("submitted", "approved")),
    "decline": ("decline", False, ("submitted", "declined")),
    "send_back": ("send-back", False, ("submitted", "under_review")),
    "return": ("return", True, ("returned", None)),
    "issue": ("issue", False, ("submitted", "issued")),
    "review_message": ("review-message", True, (None, None)),
    "attach_obligee": ("attach-obligee", True, (None, None)),
}
STAFF = {"reviewer", "approver", "colleague"}
ISSUERS = {"approver", "colleague"}
ROLES = [*sorted(STAFF), "nagano_approver", "contractor", "officer"]
ANYWHERE = {"review_message": STAFF, "return": STAFF}
LEGAL = {
    "draft": {},
    "received": {**ANYWHERE, "take_up": STAFF},
    "typed_obligee": {**ANYWHERE, "take_up": STAFF, "attach_obligee": STAFF},
    "under_review": {**ANYWHERE, "take_over": ISSUERS, "approve": STAFF, "decline": STAFF},
    "approved": {**ANYWHERE, "send_back": STAFF, "issue": ISSUERS},
    "approved_by_approver": {**ANYWHERE, "send_back": STAFF, "issue": {"colleague"}},
    "issued": {"review_message": STAFF},
    "declined": ANYWHERE,
    "returned": {},
    "withdrawn": {},
}


@pytest.fixture
def people(contractor, reviewer, approver, nagano_approver, officer) -> dict:
    """One person a role; the colleague is a second approver of the branch."""
    user = User.objects.create_user("colleague", full_name="山本 光", desk="surety")
    colleague = StaffMember.objects.create(user=user, branch=approver.branch, role="approver")
    return {
        "contractor": contractor,
        "reviewer": reviewer,
        "approver": approver,
        "colleague": colleague,
        "nagano_approver": nagano_approver,
        "officer": officer,
    }


def brought_to(state: str, people: dict) -> RequestedGuarantee:
    by, reviewer = people["contractor"], people["reviewer"]
    if state == "draft":
        return stories.drafted(by).requested.get()
    application = stories.submitted(by, stories.advance(medium=Medium.PAPER))
    one = application.requested.get()
    if state == "typed_obligee":
        typed = {"typed_obligee": "ひらつか市", "typed_addressee": "市長"}
        Application.objects.update(obligee=None, addressee=None, **typed)
    elif state == "returned":
        reviewing.return_to_contractor(application=application, by=reviewer, reason="確認")
    elif state == "withdrawn":
        applying.withdraw(application=application, by=by)
    elif state != "received":
        reviewing.take_up(application=application, by=reviewer)
    if state == "declined":
        reviewing.decline(requested=one, by=reviewer, reason="重複")
    elif state in ("approved", "approved_by_approver", "issued"):
        who = people["approver"] if state == "approved_by_approver" else reviewer
        reviewing.approve(requested=one, by=who, revision=1)
    if state == "issued":
        issuing.issue(requested=one, by=people["approver"])
    return one


def everything() -> list:
    return [
        list(Application.objects.values()),
        list(RequestedGuarantee.objects.values()),
        list(Guarantee.objects.values("number", "state")),
        Event.objects.count(),
    ]


@pytest.mark.parametrize("state", LEGAL)
def test_every_act_by_every_role(state, people):
    one = brought_to(state, people)
    before = everything()
    for act, role in product(ACTS, ROLES):
        name, is_whole, leads_to = ACTS[act]
        subject = one.application.public_id if is_whole else one.public_id
        typed = {"reason": "理由", "message": "お知らせ", "revision": one.application.revision}
        typed["addressee"] = Addressee.objects.get(title="平塚市長").pk
        with transaction.atomic():
            token = acting.token(people[role].user, act, subject)
            url = reverse(f"guarantees:{name}", args=[subject])
            client_of(people[role]).post(url, {**typed, "token": token})
            where = (state, act, role)
            if role in LEGAL[state].get(act, ()):
                status = Application.objects.get().status, RequestedGuarantee.objects.get().status
                assert all(wanted in (None, now) for wanted, now in zip(leads_to, status, strict=True)), where
                assert Event.objects.count() == before[-1] + 1, where
            else:
                assert everything() == before, where
            transaction.set_rollback(True)
