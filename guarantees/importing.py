"""The import of obligees: a file is kept to be checked, and taken in as it was checked, whole or not at all."""

import hashlib

from django.db import connection, transaction
from django.db.models import Model

from guarantees import obligee_plan
from guarantees.models import Addressee, HandInRule, MasterChange, Obligee, ObligeeFile, ObligeeTerms, StaffMember
from guarantees.obligee_file import Checked
from guarantees.obligee_plan import Verdict
from guarantees.record_acts import MasterAct
from netdesk.acting import Refusal


class NotTakenIn(Refusal):
    """The file was not taken in; each kind below says why."""


class NotHeadOffice(NotTakenIn):
    """Only the head office's approvers keep the register."""

    sentence = "この操作は、本店の発行責任者だけが行えます。"


class AlreadyTakenIn(NotTakenIn):
    """The file was taken in before."""

    sentence = "このファイルは、すでに取り込まれています。"


class OtherThanShown(NotTakenIn):
    """The register has changed since the report was shown, or a new day has begun."""

    sentence = "確認結果を表示した後に、登録内容が変わりました。最新の確認結果を見て、もう一度操作してください。"


class NothingToTakeIn(NotTakenIn):
    """Some line is wrong, or no line changes anything."""

    sentence = "エラーのある行を直してください。変更のないファイルは取り込めません。"


@transaction.atomic
def keep(*, content: bytes, by: StaffMember) -> ObligeeFile:
    """The bytes stand in a row, to be checked and taken in from there. Raises NotHeadOffice."""
    _require_head_office(by)
    return ObligeeFile.objects.create(content=content, sha256=hashlib.sha256(content).hexdigest(), uploaded_by=by.user)


@transaction.atomic
def take_in(*, file: ObligeeFile, lines: list[Checked], fingerprint: str, by: StaffMember) -> MasterChange:
    """The register reads as these lines (those of the file's bytes) say, if that is still what `fingerprint` was shown for.

    Raises NotHeadOffice, AlreadyTakenIn, OtherThanShown, NothingToTakeIn.
    """
    _require_head_office(by)
    with connection.cursor() as cursor:  # one import at a time, and no new obligee beside it; readers go on
        cursor.execute("LOCK TABLE guarantees_obligee IN SHARE ROW EXCLUSIVE MODE")
    if MasterChange.objects.filter(file=file).exists():
        raise AlreadyTakenIn
    planned = obligee_plan.plan(lines)
    if planned.fingerprint(file.sha256) != fingerprint:
        raise OtherThanShown
    if not planned.can_be_taken_in:
        raise NothingToTakeIn
    _write(planned)
    return MasterChange.objects.create(
        act=MasterAct.IMPORT_OBLIGEES,
        subject=f"{len(planned.said)}行",
        file=file,
        details=_details(planned),
        changed_by=by.user,
    )


def _require_head_office(by: StaffMember) -> None:
    if not by.keeps_masters:
        raise NotHeadOffice


def _write(planned: obligee_plan.Plan) -> None:
    """Obligees first, since the others point at them; each table in one statement for new rows."""
    tables: tuple[type[Model], ...] = (Obligee, Addressee, ObligeeTerms, HandInRule)
    for table in tables:
        rows = list({id(row): row for row in planned.rows if isinstance(row, table)}.values())
        for row in [row for row in rows if row.pk]:
            row.save()
        table._default_manager.bulk_create([row for row in rows if not row.pk])


def _details(planned: obligee_plan.Plan) -> dict:
    """How many lines did what, and what each changed, as the report said it."""
    changed = [one for one in planned.said if one.sentences]
    return {
        "counts": {verdict.value: planned.count(verdict) for verdict in Verdict},
        "lines": [[one.number, one.code, *one.sentences] for one in changed],
    }
