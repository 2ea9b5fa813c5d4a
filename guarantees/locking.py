"""The heads that acts on an issued guarantee lock, in the order of design.md 4, and the event that ends each act."""

from guarantees import recording
from guarantees.models import Certificate, ContractorMember, Endorsement, Guarantee, StaffMember
from guarantees.refusals import GuaranteeClosed, NotAtThisStage, OneAtATime
from guarantees.terms import ENDORSEMENT_MOVES, Act, EndorsementStatus, GuaranteeState


def locked_guarantee(guarantee: Guarantee) -> Guarantee:
    """The head row, locked, with its parties."""
    parties = Guarantee.objects.select_related("branch", "contractor", "obligee", "requested__application")
    return parties.select_for_update(of=("self",)).get(pk=guarantee.pk)


def free_guarantee(guarantee: Guarantee) -> tuple[Guarantee, Certificate]:
    """The guarantee, locked, with the version in force, if something may be asked for on it now.

    Raises GuaranteeClosed, OneAtATime.
    """
    guarantee = locked_guarantee(guarantee)
    if guarantee.state != GuaranteeState.IN_FORCE:
        raise GuaranteeClosed
    if guarantee.endorsements.open().exists():
        raise OneAtATime
    return guarantee, in_force_of(guarantee)


def in_force_of(guarantee: Guarantee) -> Certificate:
    """The version that stands, without its bytes."""
    return guarantee.certificates.in_force().defer("pdf").get()


def locked_endorsement(endorsement: Endorsement, status: EndorsementStatus) -> Endorsement:
    """The row, locked, if it may move to this status now. Raises NotAtThisStage."""
    rows = Endorsement.objects.select_related("guarantee").select_for_update(of=("self",))
    endorsement = rows.get(pk=endorsement.pk)
    if status not in ENDORSEMENT_MOVES[EndorsementStatus(endorsement.status)]:
        raise NotAtThisStage
    return endorsement


def recorded(act: Act, endorsement: Endorsement, by: ContractorMember | StaffMember, **details) -> Endorsement:
    """The endorsement, after the event of its act: every stage's last step."""
    about = {"endorsement": endorsement.pk, "cause": endorsement.cause, "revision": endorsement.revision, **details}
    recording.record(act, by=by.user, guarantee=endorsement.guarantee, details=about)
    return endorsement
