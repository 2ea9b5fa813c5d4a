"""Lists as CSV for spreadsheets: every cell quoted, and none that a spreadsheet would carry out as a formula.

Source: security.md 2.8 (ASVS 1.2.10); the full-width signs are those that a Japanese keyboard types for the same formulas.
"""

import csv
from collections.abc import Iterable, Iterator

# What makes a spreadsheet calculate; and the apostrophe, so that each text has one written form and comes back whole.
UNSAFE_STARTS = tuple("=+-@\t\r\n\0＝＋－＠'")
BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes UTF-8 for another code


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
