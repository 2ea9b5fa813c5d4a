"""People of every desk: let in by a one-time link, disabled, enabled, and their own record. Who may do it is each desk's rule."""

from netdesk import passwords
from netdesk.models import Desk, User

MOST_INVITED = 20
RECORD = ("full_name", "email")


def enter(*, prefix: str, number: int, desk: Desk, full_name: str, email: str) -> User:
    """A new person without a password, inside the caller's transaction.

    The sign-in ID is the prefix and the first free running number from `number` on: nobody's choice, so that no answer
    tells which sign-in IDs exist elsewhere.
    """
    while User.objects.filter(username=f"{prefix}-{number:02d}").exists():
        number += 1
    return User.objects.create_user(f"{prefix}-{number:02d}", desk=desk, full_name=full_name, email=email)


def invite(user: User, template: str, **context: object) -> None:
    """A mail with a fresh link to set a password; the links before it end. Only for one who has set none yet."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    passwords.send(user, "ご利用の招待（パスワードの設定）", template, link=passwords.link_for(user), **context)


def disable(user: User) -> None:
    """The person may no longer sign in, and is signed out everywhere in the same transaction."""
    _set_active(user, False)
    user.sessions.all().delete()


def enable(user: User) -> None:
    """The person may sign in again, with the password of before."""
    _set_active(user, True)


def change_record(user: User, *, record: dict[str, str], password: str) -> None:
    """The person's full_name and email read as in `record`. `user` is locked by the caller.

    A new mail address asks for the password, since a reset goes there, and is told to the old one. Raises WrongPassword.
    """
    if record["email"] != user.email:
        passwords.require(user, password)
        for address in filter(None, (user.email, record["email"])):
            told = User(username=user.username, full_name=user.full_name, email=address, desk=user.desk)
            passwords.send(told, "メールアドレスを変更しました", "mails/address_changed.txt")
    user.full_name, user.email = record["full_name"], record["email"]
    user.save(update_fields=list(RECORD))


def differences(before: dict, after: dict) -> dict:
    """What changed, name by name: [before, after]."""
    return {name: [value, after[name]] for name, value in before.items() if value != after[name]}


def _set_active(user: User, is_active: bool) -> None:
    user.is_active = is_active
    user.save(update_fields=["is_active"])
