"""The contractor's own records: its company record, its people (invited, disabled, enabled), and each person's profile."""

from django.db import transaction

from guarantees.models import Contractor, ContractorMember, MemberChange
from guarantees.record_acts import MemberAct
from netdesk import people
from netdesk.acting import Refusal
from netdesk.models import Desk, User
from netdesk.people import MOST_INVITED


class NotEnrolled(Refusal):
    """The act did not happen; each kind below says why."""


class NotAdministrator(NotEnrolled):
    """Only an administrator of the contractor may do this."""

    sentence = "この操作は、貴社の管理者だけが行えます。"


class LastAdministrator(NotEnrolled):
    """Without an administrator nobody could invite or let in again."""

    sentence = "管理者が1名もいなくなるため、この操作はできません。先に、ほかの担当者を管理者に設定してください。"


class TooManyInvited(NotEnrolled):
    """Too many people are invited who have not set a password yet."""

    sentence = f"招待中の担当者が{MOST_INVITED}名います。パスワードの設定が済むか、招待を停止してから、もう一度操作してください。"


class NotSoNow(NotEnrolled):
    """The member is no longer as the page showed."""

    sentence = "この担当者の状況が変わっているため、操作できませんでした。最新の状況を確認してください。"


@transaction.atomic
def change_company(*, contractor: Contractor, record: dict, by: ContractorMember) -> Contractor:
    """The company record reads as in `record` (postal_code, address, phone, email, usual_branch). Never the name."""
    contractor = _locked(contractor, by)
    before = {name: str(getattr(contractor, name) or "") for name in record}
    for name, value in record.items():
        setattr(contractor, name, value)
    contractor.save(update_fields=list(record))
    after = {name: str(getattr(contractor, name) or "") for name in record}
    _record(MemberAct.COMPANY, contractor, None, by, people.differences(before, after))
    return contractor


@transaction.atomic
def invite(*, contractor: Contractor, profile: dict, by: ContractorMember) -> ContractorMember:
    """A new person of the contractor, with a sign-in ID of ours and a mail with a one-time link to set a password.

    `profile`: full_name, email, section, post, phone, is_administrator. Raises NotAdministrator, TooManyInvited.
    """
    contractor = _locked(contractor, by)
    members = list(contractor.members.select_related("user"))
    if sum(member.is_invited for member in members) >= MOST_INVITED:
        raise TooManyInvited
    member_fields = dict(profile)
    person = {name: member_fields.pop(name) for name in ("full_name", "email")}
    user = people.enter(prefix=contractor.code, number=len(members) + 1, desk=Desk.CONTRACTOR, **person)
    member = ContractorMember.objects.create(user=user, contractor=contractor, **member_fields)
    _send_invitation(member, by)
    _record(MemberAct.INVITE, contractor, member, by, {"username": user.username, "email": user.email})
    return member


@transaction.atomic
def invite_again(*, member: ContractorMember, by: ContractorMember) -> ContractorMember:
    """The invited person gets a mail with a fresh link, and the links before it end. Raises NotAdministrator, NotSoNow."""
    member = _locked_member(member, by)
    if not member.is_invited:
        raise NotSoNow
    _send_invitation(member, by)
    return _record(MemberAct.INVITE_AGAIN, member.contractor, member, by)


@transaction.atomic
def disable(*, member: ContractorMember, by: ContractorMember) -> ContractorMember:
    """The person may no longer sign in, and is signed out everywhere at once. Raises LastAdministrator, NotSoNow."""
    member = _locked_member(member, by)
    if not member.user.is_active:
        raise NotSoNow
    _keep_an_administrator(member)
    people.disable(member.user)
    return _record(MemberAct.DISABLE, member.contractor, member, by)


@transaction.atomic
def enable(*, member: ContractorMember, by: ContractorMember) -> ContractorMember:
    """The person may sign in again, with the password of before. Raises NotSoNow."""
    member = _locked_member(member, by)
    if member.user.is_active:
        raise NotSoNow
    people.enable(member.user)
    return _record(MemberAct.ENABLE, member.contractor, member, by)


@transaction.atomic
def make_administrator(*, member: ContractorMember, by: ContractorMember) -> ContractorMember:
    """The person may invite and disable. Raises NotSoNow."""
    member = _locked_member(member, by)
    if member.is_administrator or not member.user.is_active:
        raise NotSoNow
    _set_administrator(member, True)
    return _record(MemberAct.MAKE_ADMINISTRATOR, member.contractor, member, by)


@transaction.atomic
def end_administrator(*, member: ContractorMember, by: ContractorMember) -> ContractorMember:
    """The person may no longer invite or disable. Raises LastAdministrator, NotSoNow."""
    member = _locked_member(member, by)
    if not member.is_administrator:
        raise NotSoNow
    _keep_an_administrator(member)
    _set_administrator(member, False)
    return _record(MemberAct.END_ADMINISTRATOR, member.contractor, member, by)


@transaction.atomic
def change_profile(*, by: ContractorMember, profile: dict, password: str) -> ContractorMember:
    """One's own record reads as in `profile` (full_name, email, section, post, phone).

    A new mail address asks for the password, since a reset goes there, and is told to the old one. Raises WrongPassword.
    """
    user = User.objects.select_for_update().get(pk=by.user_id)
    member = ContractorMember.objects.select_related("contractor").select_for_update(of=("self",)).get(pk=by.pk)
    before = {name: getattr(user if name in people.RECORD else member, name) for name in profile}
    people.change_record(user, record={name: profile[name] for name in people.RECORD}, password=password)
    for name in ("section", "post", "phone"):
        setattr(member, name, profile[name])
    member.save(update_fields=["section", "post", "phone"])
    return _record(MemberAct.PROFILE, member.contractor, member, by, people.differences(before, profile))


def _locked(contractor: Contractor, by: ContractorMember) -> Contractor:
    """The contractor's row, which every act on its people locks first, so that two cannot shut each other out."""
    locked = Contractor.objects.select_for_update(of=("self",)).get(pk=contractor.pk)
    is_theirs = ContractorMember.objects.filter(
        pk=by.pk, contractor=locked, is_administrator=True, user__is_active=True
    ).exists()
    if not is_theirs:
        raise NotAdministrator
    return locked


def _locked_member(member: ContractorMember, by: ContractorMember) -> ContractorMember:
    contractor = _locked(member.contractor, by)
    return (
        contractor.members.select_related("contractor", "user").select_for_update(of=("self", "user")).get(pk=member.pk)
    )


def _keep_an_administrator(member: ContractorMember) -> None:
    """Somebody else must be able to sign in and invite: invited people who never came do not count."""
    others = member.contractor.members.filter(is_administrator=True, user__is_active=True).exclude(pk=member.pk)
    if member.is_administrator and not any(one.user.has_usable_password() for one in others.select_related("user")):
        raise LastAdministrator


def _send_invitation(member: ContractorMember, by: ContractorMember) -> None:
    people.invite(member.user, "mails/invitation.txt", member=member, inviter=by.user.full_name)


def _set_administrator(member: ContractorMember, is_administrator: bool) -> None:
    member.is_administrator = is_administrator
    member.save(update_fields=["is_administrator"])


def _record(
    act: MemberAct,
    contractor: Contractor,
    member: ContractorMember | None,
    by: ContractorMember,
    details: dict | None = None,
):
    MemberChange.objects.create(
        act=act, contractor=contractor, member=member, changed_by=by.user, details=details or {}
    )
    return member
