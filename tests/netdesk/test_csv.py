"""Lists as CSV: whatever is in a cell comes back whole, and no spreadsheet calculates with it."""

import csv as standard
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netdesk import csv

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
FORMULAS = st.builds(lambda start, rest: start + rest, st.sampled_from("=+-@\t\r\n\0＝＋－＠"), TEXT)


def read_back(written: str) -> list[list[str]]:
    assert written[0] == "\ufeff"
    return list(standard.reader(io.StringIO(written[1:], newline="")))


@given(st.lists(st.lists(TEXT | FORMULAS, min_size=1, max_size=4), max_size=4))
def test_what_is_written_comes_back(rows):
    read = read_back("".join(csv.lines(rows)))
    assert [[csv.plain(cell) if cell.startswith("'") else cell for cell in row] for row in read] == rows


@given(FORMULAS)
def test_no_cell_starts_a_formula(text):
    (read,) = read_back("".join(csv.lines([[text]])))
    assert read == [f"'{text}"]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("道路改良工事", '"道路改良工事"'),
        ("=1+1", '"\'=1+1"'),
        ("＝ＨＹＰＥＲＬＩＮＫ", '"\'＝ＨＹＰＥＲＬＩＮＫ"'),
        ('㈱"○○",建設', '"㈱""○○"",建設"'),
        ("'96年度", "\"''96年度\""),
        (-5, '"-5"'),
        (50_000_000, '"50000000"'),
    ],
)
def test_cells_as_they_are_written(cell, written):
    assert "".join(csv.lines([[cell]])) == f"\ufeff{written}\r\n"


def test_lines_are_made_one_at_a_time():
    made = []

    def rows():
        for number in range(3):
            made.append(number)
            yield [number]

    lines = csv.lines(rows())
    assert (next(lines), made) == ("\ufeff", [])
    assert (next(lines), made) == ('"0"\r\n', [0])


def test_numbered_tells_the_line_on_which_a_row_begins():
    text = 'a\n"b\nc",d\n\ne\n'
    assert list(csv.numbered(text)) == [(1, ["a"]), (2, ["b\nc", "d"]), (4, []), (5, ["e"])]
    with pytest.raises(csv.Broken) as broken:
        list(csv.numbered('a\n"b\nc",d\n"e'))
    assert broken.value.at == 4


def test_text_of_reads_what_spreadsheets_save_and_nothing_else():
    assert [csv.text_of("平塚市".encode(code)) for code in ("utf-8-sig", "utf-8", "cp932")] == ["平塚市"] * 3
    with pytest.raises(csv.NotText):
        csv.text_of(b"\x81")
