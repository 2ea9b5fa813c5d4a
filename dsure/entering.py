"""Guarantees that live elsewhere are entered, changed and closed; every version stays (issue 5.11)."""

from django.db import transaction
from django.utils import timezone

from dsure.models import ELSEWHERE_RECORD, ElsewhereGuarantee, ElsewhereRecord, ElsewhereVersion, Officer
from netdesk.acting import Refusal


class NotEntered(Refusal):
    """Nothing was written; each kind below says why."""


class Overtaken(NotEntered):
    """Somebody else wrote a version in between."""

    sentence = "ほかの職員が先に変更しました。現在の内容を確認して、もう一度操作してください。"


class ClosedAlready(NotEntered):
    """The entry was closed."""

    sentence = "この保証は、すでに終了にしています。"


class NothingChanged(NotEntered):
    """The new version says what the old one said."""

    sentence = "変更した項目がありません。"


@transaction.atomic
def enter(*, by: Officer, record: ElsewhereRecord) -> ElsewhereGuarantee:
    """The guarantee stands in the list of the officer's organisation."""
    entry = ElsewhereGuarantee.objects.create(obligee=by.obligee)
    _write(entry, by, 1, record)
    return entry


@transaction.atomic
def change(*, by: Officer, entry: ElsewhereGuarantee, version: int, record: ElsewhereRecord) -> ElsewhereVersion:
    """A further version stands, after the one that the officer saw. Raises Overtaken, ClosedAlready, NothingChanged,
    ElsewhereGuarantee.DoesNotExist for another organisation's."""
    current = _current(by, entry, version)
    if all(getattr(current, name) == record[name] for name in ELSEWHERE_RECORD):
        raise NothingChanged
    return _write(entry, by, version + 1, record)


@transaction.atomic
def close(*, by: Officer, entry: ElsewhereGuarantee, version: int, reason: str) -> ElsewhereVersion:
    """The guarantee is no longer watched; its versions stay. Raises as `change` does."""
    current = _current(by, entry, version)
    record = {name: getattr(current, name) for name in ELSEWHERE_RECORD}
    return _write(entry, by, version + 1, record, is_closed=True, closing_reason=reason)


def _current(by: Officer, entry: ElsewhereGuarantee, version: int) -> ElsewhereVersion:
    """The newest version, with its head locked."""
    head = ElsewhereGuarantee.objects.select_for_update(of=("self",)).get(pk=entry.pk, obligee=by.obligee)
    current = head.versions.order_by("-version")[0]
    if current.is_closed:
        raise ClosedAlready
    if current.version != version:
        raise Overtaken
    return current


def _write(
    entry: ElsewhereGuarantee, by: Officer, version: int, record: ElsewhereRecord, **closing: bool | str
) -> ElsewhereVersion:
    return ElsewhereVersion.objects.create(
        entry=entry, version=version, written_at=timezone.now(), written_by=by.user, **record, **closing
    )
