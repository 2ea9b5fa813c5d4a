"""Lists as CSV for spreadsheets: every cell quoted, and none that a spreadsheet would carry out as a formula; and read back.

Source: security.md 2.8 (ASVS 1.2.10); the full-width signs are those that a Japanese keyboard types for the same formulas.
"""

import csv
import io
from collections.abc import Iterable, Iterator

# What makes a spreadsheet calculate; and the apostrophe, so that each text has one written form and comes back whole.
UNSAFE_STARTS = tuple("=+-@\t\r\n\0＝＋－＠'")
BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes UTF-8 for another code

# As spreadsheets save them: UTF-8, with its mark or without, and Windows' Shift_JIS.
CODES = ("utf-8-sig", "cp932")


class NotText(ValueError):
    """The bytes are in neither of the codes."""


class Broken(ValueError):
    """A row does not end as CSV does; `at` is the line on which it begins."""

    def __init__(self, at: int):
        super().__init__(at)
        self.at = at


class _Line:
    """What the csv module writes into: it hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Iterable[str | int]]) -> Iterator[str]:
    """The rows as lines of CSV (RFC 4180), the byte order mark first; made one at a time, so a long list can be streamed."""
    writer = csv.writer(_Line(), quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([cell if isinstance(cell, int) else safe(cell) for cell in row])


def safe(text: str) -> str:
    """The text as a spreadsheet may open it: an apostrophe before what would start a formula."""
    return f"'{text}" if text.startswith(UNSAFE_STARTS) else text


def plain(cell: str) -> str:
    """The text that `safe` was given."""
    return cell.removeprefix("'")


def text_of(content: bytes) -> str:
    """The text of a file. Raises NotText."""
    for code in CODES:
        try:
            return content.decode(code)
        except UnicodeDecodeError:
            continue
    raise NotText


def numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins, cells as they stand. Raises Broken."""
    reader, begins = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        raise Broken(begins) from None
