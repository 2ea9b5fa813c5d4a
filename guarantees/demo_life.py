"""What became of issued guarantees in the demo world: amended, corrected, taken back, re-keyed, released, cancelled, and what obligees ask for."""

from datetime import date, timedelta

from django.core.management import call_command

from dsure import reporting
from guarantees import answering, asking, demo_typing, disclosing, endorsing
from guarantees.demo_acts import staff
from guarantees.endorsement_terms import KeyReissueReason, RequestKind
from guarantees.models import Endorsement, Guarantee, KeySight
from guarantees.terms import EndorsementStatus, Product

# Works whose obligee opens the certificate and asks for something in D-Sure.
CLAIMED, TO_BE_RELEASED, RELEASED = "配水管布設替工事", "橋梁補修工事", "街路灯更新工事"


def carried_out(endorsement: Endorsement) -> Endorsement:
    """Reviewed by one person and issued by another."""
    if endorsement.status == EndorsementStatus.RECEIVED:
        endorsement = endorsing.take_up(endorsement=endorsement, by=staff("reviewer"))
    endorsement = endorsing.approve(endorsement=endorsement, by=staff("reviewer"), revision=endorsement.revision)
    return endorsing.issue(endorsement=endorsement, by=staff("approver"))


def correct(guarantee: Guarantee) -> None:
    """A slip in the place of the work is put right: the first certificate is replaced."""
    changes = {"work_place": "平塚市△△地内"}
    reason = "工事場所の町名を誤って入力していたため。"
    carried_out(
        asking.ask_correction(guarantee=guarantee, version=1, changes=changes, reason=reason, by=staff("reviewer"))
    )


def amend_and_take_back(guarantee: Guarantee, *, until: date) -> None:
    """A change is issued, and taken back because the contract was not changed after all."""
    carried_out(asked(guarantee, {"work_ends_on": until.isoformat()}))
    reason = "発注者との変更契約が取りやめになったため。"
    carried_out(asking.ask_amendment_cancellation(guarantee=guarantee, reason=reason, by=staff("reviewer")))


def amend_after_it_was_opened(day: date) -> None:
    """More work, more money, more time: the obligee, who opened the first certificate, finds the next."""
    guarantee = Guarantee.objects.get(product=Product.PERFORMANCE, requested__follows=None)
    ends_on = (day + timedelta(days=187)).isoformat()
    carried_out(
        asked(guarantee, {"contract_price": 53_460_000, "guaranteed_amount": 5_346_000, "work_ends_on": ends_on})
    )


def ask_for_amendments(day: date) -> None:
    """One change is received, one is under review."""
    ends_on = {"work_ends_on": (day + timedelta(days=240)).isoformat()}
    issued = Guarantee.objects.filter(product=Product.ADVANCE)
    asked(issued.get(requested__application__work_name__startswith="国道"), ends_on)
    endorsing.take_up(
        endorsement=asked(issued.get(requested__application__work_name__startswith="県単"), ends_on),
        by=staff("reviewer"),
    )


def asked(guarantee: Guarantee, changes: dict) -> Endorsement:
    """The change that the contractor asks for, on the version in force."""
    version = guarantee.certificates.in_force().get().version
    reason = "設計変更に伴う変更契約により、工期を延長するため。"
    return asking.ask_amendment(
        guarantee=guarantee, version=version, changes=changes, reason=reason, by=demo_typing.member()
    )


def replace_key(guarantee: Guarantee) -> None:
    """The contractor lost sight of who has the notice, and asks for another key."""
    reason = "お知らせを印刷した用紙を、社外に置き忘れました。"
    carried_out(
        asking.ask_key_reissue(guarantee=guarantee, why=KeyReissueReason.LEAKED, reason=reason, by=demo_typing.member())
    )


def cancel(guarantee: Guarantee) -> None:
    """The contract was ended in agreement, and with it the guarantee."""
    reason = "請負契約が合意解除となり、発注者の了承を得たため。"
    carried_out(asking.ask_cancellation(guarantee=guarantee, reason=reason, by=demo_typing.member()))


def release_one(_day: date) -> None:
    """The obligee asks in D-Sure for a release, and the branch carries it out."""
    guarantee = _opened(RELEASED)
    cursor = _filed(guarantee, RequestKind.RELEASE, "工事が完成し、引渡しを受けたため。")
    carried_out(asking.take_up_request(guarantee=guarantee, cursor=cursor, by=staff("reviewer")))


def ask_of_the_surety(_day: date) -> None:
    """A release that nobody has taken up yet, and a claim that is taken up and not answered."""
    _filed(_opened(TO_BE_RELEASED), RequestKind.RELEASE, "前払金の精算が完了したため。")
    guarantee, reason = _opened(CLAIMED), "受注者が工事を継続できなくなり、請負契約を解除したため。"
    cursor = _filed(guarantee, RequestKind.CLAIM, reason, 3_000_000)
    answering.take_up_claim(guarantee=guarantee, cursor=cursor, by=staff("reviewer"))


def _opened(work_name: str) -> Guarantee:
    """The guarantee on this work, whose obligee got the key and has opened the certificate."""
    guarantee = Guarantee.objects.get(requested__application__work_name=work_name)
    key = disclosing.show_key(guarantee=guarantee, where=KeySight.Where.NOTICE, by=demo_typing.member().user)
    call_command("open_demo_certificate", "officer", guarantee.number, key)
    return guarantee


def _filed(guarantee: Guarantee, kind: RequestKind, reason: str, amount: int | None = None) -> int:
    """The cursor of what the demo officer has just asked for in D-Sure."""
    options = {} if amount is None else {"amount": amount}
    call_command("file_demo_request", "officer", guarantee.number, kind, reason, **options)
    return reporting.requests_of([guarantee.number])[-1].cursor
