"""A list of obligees as CSV: read with a word on every line, and loaded as a whole or not at all."""

import csv
import io
import re
from dataclasses import dataclass

from django.db import transaction

from guarantees.models import Addressee, Obligee, StaffMember
from netdesk.acting import Refusal
from netdesk.csv import plain
from netdesk.formats import narrow, tidy

COLUMNS = ["団体コード", "発注者名", "職名"]
LONGEST_NAME = 60
MOST_LINES = 5_000


class NotLoaded(Refusal):
    """Nothing was loaded; each kind below says why."""


class NotAList(NotLoaded):
    """The text is no list of obligees."""

    sentence = f"1行目に「{'」「'.join(COLUMNS)}」の見出しがあるCSVファイルを選択してください。"


class TooLong(NotLoaded):
    """More lines than one person looks over."""

    sentence = f"一度に登録できるのは{MOST_LINES:,}行までです。ファイルを分けてください。"


class WrongLines(NotLoaded):
    """A line cannot be loaded; the others wait for it."""

    sentence = "登録できない行があります。直してから、もう一度確認してください。"


class OfHeadOfficeOnly(NotLoaded):
    """Reference data are the head office's."""

    sentence = "発注者の登録は本店が行います。"


@dataclass(frozen=True)
class Line:
    """One line with what would come of it; `number` as a text editor counts."""

    number: int
    code: str
    name: str
    title: str
    said: str
    is_wrong: bool = False
    is_new: bool = False


def read(text: str) -> list[Line]:
    """What would come of each line, without a change. Two queries. Raises NotAList, TooLong."""
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or [tidy(cell) for cell in rows[0]] != COLUMNS or not any(map(any, rows[1:])):
        raise NotAList
    if len(rows) > MOST_LINES + 1:
        raise TooLong
    names = dict(Obligee.objects.values_list("code", "name"))
    titles = set(Addressee.objects.values_list("obligee__code", "title"))
    lines = []
    for number, cells in enumerate(rows[1:], 2):
        if not any(cells):
            continue
        line = _line(number, cells, names, titles)
        lines.append(line)
        if line.is_new:
            names[line.code] = line.name
            titles.add((line.code, line.title))
    return lines


@transaction.atomic
def load(*, text: str, by: StaffMember) -> int:
    """Every new obligee and title of the list is there; how many lines were new. Raises NotLoaded."""
    if by.branch_id is not None:
        raise OfHeadOfficeOnly
    lines = read(text)
    if any(line.is_wrong for line in lines):
        raise WrongLines
    new = [line for line in lines if line.is_new]
    for line in new:
        obligee, _ = Obligee.objects.get_or_create(code=line.code, defaults={"name": line.name})
        Addressee.objects.get_or_create(obligee=obligee, title=line.title)
    return len(new)


def _line(number: int, cells: list[str], names: dict[str, str], titles: set[tuple[str, str]]) -> Line:
    """The line's word, beside what is there already and what the lines before it bring."""
    code, name, title = (plain(cell) for cell in [*cells, "", "", ""][:3])
    code, name, title = narrow(code), tidy(name), tidy(title)
    if fault := _fault(code, name, title, names):
        return Line(number, code, name, title, fault, is_wrong=True)
    if (code, title) in titles:
        return Line(number, code, name, title, "登録済みです。変更しません。")
    said = "職名を追加します。" if code in names else "発注者と職名を登録します。"
    return Line(number, code, name, title, said, is_new=True)


def _fault(code: str, name: str, title: str, names: dict[str, str]) -> str:
    """Why the line cannot be loaded; nothing where it can."""
    if not re.fullmatch(r"[0-9]{5}", code):
        return "団体コードは5桁の数字で入力してください。"
    for label, text in (("発注者名", name), ("職名", title)):
        if not text:
            return f"{label}を入力してください。"
        if len(text) > LONGEST_NAME:
            return f"{label}は{LONGEST_NAME}文字以内で入力してください。"
    if names.get(code, name) != name:
        return f"団体コード{code}は「{names[code]}」として登録されています。"
    if any(other == name and at != code for at, other in names.items()):
        return f"「{name}」は別の団体コードで登録されています。"
    return ""
