"""docs/seed-checklist.md: every row of the seeds stands there once, and every page and test that it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CHECKLIST = ROOT / "docs" / "seed-checklist.md"
ROW = re.compile(r"^\| (\d+) \| (.+?) \| (.+?) \| (.*?) \|$", re.MULTILINE)
NOT_BUILT = {4, 5, 19, 20, 44, 183, 235}  # no more than these, each for a reason
SHORTEST_REASON = 20


def rows() -> dict[int, tuple[str, str]]:
    """The rows of the page, each with where it is and what shows it."""
    return {int(number): (where, shown_by) for number, _what, where, shown_by in ROW.findall(CHECKLIST.read_text())}


@cache
def names_in(path: Path) -> set[str]:
    """The tests of a file by name, those of a class with its name before them."""
    found = set()
    for node in ast.parse(path.read_text()).body if path.is_file() else ():
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return {name for name in found if name.rpartition("::")[2].startswith("test_")}


def test_every_row_of_the_seeds_stands_once():
    numbers = [int(found[0]) for found in ROW.findall(CHECKLIST.read_text())]
    assert sorted(numbers) == list(range(1, 236))
    assert len(re.findall(r"^\| \d", CHECKLIST.read_text(), re.MULTILINE)) == len(
        numbers
    )  # no row that reads otherwise


def test_every_page_that_is_named_is_there():
    named = {row: re.fullmatch(r"`(\S+)`( \([4-8]\))?", where) for row, (where, _) in rows().items()}
    assert {row for row, found in named.items() if not found} == NOT_BUILT
    missing = {
        row: found[1]
        for row, found in named.items()
        if found and not (ROOT / "templates" / found[1]).is_file() and not (ROOT / found[1]).is_file()
    }
    assert missing == {}


def test_every_test_that_is_named_is_there():
    missing = []
    for row, (where, shown_by) in rows().items():
        named = re.findall(r"`([^`]+?)::([^`]+)`", shown_by)
        is_list_of_tests = ", ".join(f"`{path}::{name}`" for path, name in named) == shown_by != ""
        if where != "not built" and not is_list_of_tests:
            missing.append((row, shown_by))
        missing += [(row, name) for path, name in named if name not in names_in(ROOT / "tests" / path)]
    assert missing == []


def test_what_is_not_built_says_why():
    reasons = {row: reason for row, (where, reason) in rows().items() if where == "not built"}
    assert reasons.keys() == NOT_BUILT
    assert [row for row, reason in reasons.items() if len(reason) < SHORTEST_REASON or "::" in reason] == []
