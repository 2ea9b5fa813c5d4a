"""What became of issued guarantees in the demo world: corrected, taken back, re-keyed, released, cancelled, and what obligees ask for."""

from collections.abc import Callable

from django.core.management import call_command

from dsure import reporting
from guarantees import answering, asking, demo_typing, disclosing, endorsing
from guarantees.endorsement_terms import KeyReissueReason, RequestKind
from guarantees.models import Endorsement, Guarantee, KeySight, StaffMember
from guarantees.terms import EndorsementStatus


def tell(issued: Callable[[str, int], Guarantee], ask_longer: Callable[[Guarantee], Endorsement]) -> None:
    """Five jobs, issued on one day by name and price, and what became of each; about two of them the obligee asks more."""
    correct(issued("市道２号線歩道改修工事", 14_000_000))
    taken_back = issued("配水管布設替工事", 26_000_000)
    amend_and_take_back(taken_back, ask_longer)
    rekeyed = issued("橋梁補修工事", 31_000_000)
    replace_key(rekeyed)
    released = issued("街路灯更新工事", 9_000_000)
    for one in (taken_back, rekeyed, released):
        opened(one)
    release(released)
    cancel(issued("法面保護工事", 18_000_000))
    ask_release(rekeyed)
    claim(taken_back)


def staff(username: str) -> StaffMember:
    """A person of the branch."""
    return StaffMember.objects.select_related("user", "branch").get(user__username=username)


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


def amend_and_take_back(guarantee: Guarantee, ask: Callable[[Guarantee], Endorsement]) -> None:
    """A change is issued, and taken back because the contract was not changed after all."""
    carried_out(ask(guarantee))
    reason = "発注者との変更契約が取りやめになったため。"
    carried_out(asking.ask_amendment_cancellation(guarantee=guarantee, reason=reason, by=staff("reviewer")))


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


def opened(guarantee: Guarantee) -> None:
    """The obligee has the key and opens the certificate."""
    guarantee.refresh_from_db()
    key = disclosing.show_key(guarantee=guarantee, where=KeySight.Where.NOTICE, by=demo_typing.member().user)
    call_command("open_demo_certificate", "officer", guarantee.number, key)


def release(guarantee: Guarantee) -> None:
    """The obligee asks in D-Sure for the release, and the branch carries it out."""
    cursor = filed(guarantee, RequestKind.RELEASE, "工事が完成し、引渡しを受けたため。")
    carried_out(asking.take_up_request(guarantee=guarantee, cursor=cursor, by=staff("reviewer")))


def ask_release(guarantee: Guarantee) -> None:
    """The obligee asks for a release that nobody has taken up yet."""
    filed(guarantee, RequestKind.RELEASE, "前払金の精算が完了したため。")


def claim(guarantee: Guarantee) -> None:
    """The obligee claims; the branch has taken the claim up and not answered yet."""
    reason = "受注者が工事を継続できなくなり、請負契約を解除したため。"
    cursor = filed(guarantee, RequestKind.CLAIM, reason, 3_000_000)
    answering.take_up_claim(guarantee=guarantee, cursor=cursor, by=staff("reviewer"))


def filed(guarantee: Guarantee, kind: RequestKind, reason: str, amount: int | None = None) -> int:
    """The cursor of what the demo officer has just asked for in D-Sure."""
    options = {} if amount is None else {"amount": amount}
    call_command("file_demo_request", "officer", guarantee.number, kind, reason, **options)
    return reporting.requests_of([guarantee.number])[-1].cursor
