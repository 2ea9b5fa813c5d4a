"""The contractor's own records: its company record, its people (invited, disabled, enabled), and each person's profile."""

from django.db import transaction

from guarantees.models import Contractor, ContractorMember, MemberChange
from guarantees.terms import MemberAct
from netdesk import passwords
from netdesk.acting import Refusal
from netdesk.models import Desk, User

MOST_INVITED = 20


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
    _record(MemberAct.COMPANY, contractor, None, by, _difference(before, after))
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
    username = _free_username(contractor, len(members))
    user = User.objects.create_user(username, desk=Desk.CONTRACTOR, **person)
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
    member.user.set_unusable_password()
    member.user.save(update_fields=["password"])
    _send_invitation(member, by)
    return _record(MemberAct.INVITE_AGAIN, member.contractor, member, by)


@transaction.atomic
def disable(*, member: ContractorMember, by: ContractorMember) -> ContractorMember:
    """The person may no longer sign in, and is signed out everywhere at once. Raises LastAdministrator, NotSoNow."""
    member = _locked_member(member, by)
    if not member.user.is_active:
        raise NotSoNow
    _keep_an_administrator(member)
    _set_active(member, False)
    member.user.sessions.all().delete()
    return _record(MemberAct.DISABLE, member.contractor, member, by)


@transaction.atomic
def enable(*, member: ContractorMember, by: ContractorMember) -> ContractorMember:
    """The person may sign in again, with the password of before. Raises NotSoNow."""
    member = _locked_member(member, by)
    if member.user.is_active:
        raise NotSoNow
    _set_active(member, True)
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
    rows = {name: user if name in ("full_name", "email") else member for name in profile}
    before = {name: getattr(row, name) for name, row in rows.items()}
    if profile["email"] != before["email"]:
        passwords.require(user, password)
        _tell_both_addresses(user, profile["email"])
    for name, row in rows.items():
        setattr(row, name, profile[name])
    user.save(update_fields=["full_name", "email"])
    member.save(update_fields=["section", "post", "phone"])
    return _record(MemberAct.PROFILE, member.contractor, member, by, _difference(before, profile))


def _tell_both_addresses(user: User, new: str) -> None:
    for address in filter(None, (user.email, new)):
        told = User(username=user.username, full_name=user.full_name, email=address)
        passwords.send(told, "メールアドレスを変更しました", "mails/address_changed.txt")


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


def _free_username(contractor: Contractor, members: int) -> str:
    """お客様番号 and a running number: nobody's choice, so that no answer tells which sign-in IDs exist elsewhere."""
    number = members + 1
    while User.objects.filter(username=f"{contractor.code}-{number:02d}").exists():
        number += 1
    return f"{contractor.code}-{number:02d}"


def _send_invitation(member: ContractorMember, by: ContractorMember) -> None:
    context = {"member": member, "inviter": by.user.full_name, "link": passwords.link_for(member.user)}
    passwords.send(member.user, "ご利用の招待（パスワードの設定）", "mails/invitation.txt", **context)


def _set_active(member: ContractorMember, is_active: bool) -> None:
    member.user.is_active = is_active
    member.user.save(update_fields=["is_active"])


def _set_administrator(member: ContractorMember, is_administrator: bool) -> None:
    member.is_administrator = is_administrator
    member.save(update_fields=["is_administrator"])


def _difference(before: dict, after: dict) -> dict:
    return {name: [value, after[name]] for name, value in before.items() if value != after[name]}


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
