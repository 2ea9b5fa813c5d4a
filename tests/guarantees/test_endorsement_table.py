"""Every state of an endorsement × act × person, through HTTP: the legal ones happen, all others change nothing."""

import uuid

import pytest
from django.db import transaction
from django.urls import reverse

from guarantees import endorsing
from guarantees.models import Certificate, Endorsement, Event, Guarantee
from guarantees.terms import EndorsementStatus
from netdesk import acting
from netdesk.models import ActToken, Mail
from tests import stories
from tests.pages import client_of

pytestmark = pytest.mark.django_db

PEOPLE = ("contractor", "rival_contractor", "reviewer", "approver", "nagano_approver", "officer")
# Act: its page, and the name in its token; and what a person types besides.
ACTS = {
    "take_back": ("endorsement-take-back", "take_back", {}),
    "give_up": ("endorsement-give-up", "give_up_endorsement", {}),
    "take_up": ("endorsement-take-up", "take_up_endorsement", {}),
    "approve": ("endorsement-approve", "approve_endorsement", {"revision": "1"}),
    "send_back": ("endorsement-send-back", "send_back_endorsement", {"reason": "再確認"}),
    "decline": ("endorsement-decline", "decline_endorsement", {"reason": "書類の不足"}),
    "issue": ("endorsement-issue", "issue_endorsement", {}),
}
STAFF = ("reviewer", "approver")
# Asked for by the contractor, approved by the reviewer.
BY_CONTRACTOR = {
    ("received", "take_back"): ("withdrawn", ("contractor",)),
    ("received", "take_up"): ("under_review", STAFF),
    ("under_review", "approve"): ("approved", STAFF),
    ("under_review", "decline"): ("declined", STAFF),
    ("approved", "send_back"): ("under_review", STAFF),
    ("approved", "issue"): ("issued", ("approver",)),
}
# Asked for by the surety itself: under review at once, and its own to take back.
BY_SURETY = {
    ("under_review", "give_up"): ("withdrawn", STAFF),
    **{step: what for step, what in BY_CONTRACTOR.items() if step[0] in ("under_review", "approved")},
}


class Undo(Exception):
    """Rolls one cell of the table back."""


def in_status(status: str, asked: Endorsement, contractor, reviewer, approver) -> Endorsement:
    """The endorsement, brought to this status by the stages."""
    by_staff = asked.status == EndorsementStatus.UNDER_REVIEW
    if status == "received":
        return asked
    if status == "withdrawn":
        return endorsing.take_back(endorsement=asked, by=reviewer if by_staff else contractor)
    if not by_staff:
        asked = endorsing.take_up(endorsement=asked, by=reviewer)
    if status == "under_review":
        return asked
    if status == "declined":
        return endorsing.decline(endorsement=asked, by=reviewer, reason="書類の不足")
    asked = endorsing.approve(endorsement=asked, by=reviewer, revision=1)
    return asked if status == "approved" else endorsing.issue(endorsement=asked, by=approver)


def traces() -> tuple:
    """Everything that an act could have left."""
    rows = (Event, Certificate, Mail, ActToken)
    heads = list(Guarantee.objects.values_list("state", "key_version"))
    return (heads, *Endorsement.objects.values_list("status", flat=True), *(row.objects.count() for row in rows))


def outcomes(endorsement: Endorsement, people: dict) -> dict[tuple[str, str], str | None]:
    """What each act by each person makes of the endorsement: its new status, or None where nothing at all changed."""
    clients, found = {name: client_of(person) for name, person in people.items()}, {}
    for act, (page, token, typed) in ACTS.items():
        for name, person in people.items():
            try:
                with transaction.atomic():
                    before = traces()
                    body = typed | {acting.FIELD: acting.token(person.user, token, endorsement.public_id)}
                    answer = clients[name].post(reverse(f"guarantees:{page}", args=[endorsement.public_id]), body)
                    assert answer.status_code in (302, 404), (act, name, answer.status_code)
                    now = Endorsement.objects.values_list("status", flat=True).get()
                    found[act, name] = None if traces() == before else now
                    raise Undo
            except Undo:
                continue
    return found


@pytest.mark.parametrize("status", EndorsementStatus)
@pytest.mark.parametrize("asker", ["contractor", "reviewer"])
def test_every_act_by_every_person(request, asker, status, contractor, reviewer, approver):
    if (asker, status) == ("reviewer", "received"):
        pytest.skip("what the surety asks for is under review at once")
    people = {name: request.getfixturevalue(name) for name in PEOPLE}
    guarantee = stories.issued(contractor, reviewer, approver)
    legal = BY_CONTRACTOR if asker == "contractor" else BY_SURETY
    asked = (
        stories.asked(contractor, guarantee) if asker == "contractor" else stories.correction_asked(guarantee, reviewer)
    )
    endorsement = in_status(status, asked, contractor, reviewer, approver)
    expected = {}
    for act in ACTS:
        becomes, who = legal.get((status, act), (None, ()))
        expected |= {(act, name): becomes if name in who else None for name in PEOPLE}
    assert outcomes(endorsement, people) == expected


def test_an_act_without_its_token_or_on_nothing_is_refused(contractor, reviewer, approver):
    endorsement = stories.asked(contractor, stories.issued(contractor, reviewer, approver))
    before, desk = traces(), client_of(reviewer)
    assert desk.post(reverse("guarantees:endorsement-take-up", args=[endorsement.public_id])).status_code == 302
    assert desk.post(reverse("guarantees:endorsement-take-up", args=[uuid.uuid4()])).status_code == 404
    assert traces() == before
