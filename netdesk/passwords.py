"""Passwords: set by a one-time link from a mail, or changed by somebody who knows the old one. The person's other sessions end."""

import hashlib

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from netdesk import mailing, throttling
from netdesk.acting import Refusal
from netdesk.desks import is_served
from netdesk.models import Desk, User

MOST_PEOPLE_AT_ONE_ADDRESS = 20


class LinkRefused(Refusal):
    """The link was used, is older than a day, was followed by another one's use, or belongs to nobody who may sign in."""

    sentence = "このリンクは使用できません。すでに使用されたか、有効期限（24時間）が過ぎています。"


class WrongPassword(Refusal):
    """The person at the keyboard does not know the password of the account that is signed in."""

    sentence = "現在のパスワードが正しくありません。大文字と小文字の違いもご確認ください"


class MustWait(Refusal):
    """Too many tries in a row; the sentence says how long to wait."""


def link_for(user: User) -> str:
    """A one-time address at which this person sets a password: 24 hours, single use, made from BASE_URL and never from a request.

    Single use: the token is over the present password's hash, so that setting one ends every link sent before.
    """
    person = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password-set", args=[person, default_token_generator.make_token(user)])
    return settings.BASE_URL.rstrip("/") + path


def holder_of(person: str, token: str, *, is_locked: bool = False) -> User:
    """Whose link this is. Raises LinkRefused."""
    try:
        pk = int(urlsafe_base64_decode(person))
    except (ValueError, OverflowError):
        raise LinkRefused from None
    rows = User.objects.select_for_update() if is_locked else User.objects
    user = rows.filter(pk=pk, is_active=True).first() if pk < 2**63 else None
    if user is None or not is_served(user) or not default_token_generator.check_token(user, token):
        raise LinkRefused
    return user


@transaction.atomic
def set_by_link(*, person: str, token: str, password: str) -> User:
    """The link's holder has this password; every session and every link of theirs ends. Raises LinkRefused."""
    user = holder_of(person, token, is_locked=True)
    _set(user, password)
    user.sessions.all().delete()
    throttling.clear(_reset_subject(user.email))
    return user


@transaction.atomic
def change(*, by: User, old: str, new: str, session_key: str | None) -> None:
    """The person has the new password, and only the session of `session_key` goes on. Raises WrongPassword."""
    user = User.objects.select_for_update().get(pk=by.pk)
    require(user, old)
    _set(user, new)
    user.sessions.exclude(session_key=session_key).delete()


def require(user: User, password: str) -> None:
    """Raises WrongPassword unless this is the person's password."""
    if not user.check_password(password):
        raise WrongPassword


def begin(subject: str) -> None:
    """Count a try at something that a password guards; `throttling.clear` after it succeeded. Raises MustWait."""
    try:
        throttling.begin(subject)
    except throttling.MustWait as wait:
        raise MustWait(
            f"続けて操作されたため、いまは受け付けられません。{wait.seconds}秒後にもう一度操作してください"
        ) from None
    except throttling.Stopped:
        raise MustWait("操作が続けて失敗したため、受け付けを停止しています。担当の窓口にお問い合わせください") from None


@transaction.atomic
def send_reset_links(*, address: str) -> None:
    """Everybody who may sign in and whose mail address this is gets a link at the address that they registered.

    Known or unknown, the same statements run and the same commit is waited for: neither the answer nor its time tells
    which it was. Raises MustWait, for known and unknown alike.
    """
    begin(_reset_subject(address))
    people = people_at(address)
    with transaction.atomic():
        for user in people or [User(pk=0, email=address)]:
            send(user, "パスワードの再設定", "mails/password_reset.txt", link=link_for(user))
        if not people:
            transaction.set_rollback(True)


def people_at(address: str) -> list[User]:
    """Active people of the desks served here with this mail address, letter by letter once case is folded (CVE-2019-19844)."""
    found = User.objects.filter(email__iexact=address, is_active=True).order_by("pk")[:MOST_PEOPLE_AT_ONE_ADDRESS]
    return [user for user in found if is_served(user) and user.email.casefold() == address.casefold()]


def send(user: User, subject: str, template: str, **context: object) -> None:
    """One mail to one person about their account, in the name of the service that they use."""
    service = "D-Sure" if user.desk == Desk.DSURE else "Net Desk"
    body = render_to_string(template, {"person": user, "base_url": settings.BASE_URL, **context})
    mailing.queue(to=user.email, subject=f"【{service}】{subject}", body=body)


def _set(user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    if user.email:
        send(user, "パスワードを変更しました", "mails/password_changed.txt")


def _reset_subject(address: str) -> str:
    return "reset:" + hashlib.sha256(address.casefold().encode()).hexdigest()[:40]
