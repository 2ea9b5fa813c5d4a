"""Number and key in whatever was handed in: a mail, the text of a notice, a note. Pure; nothing is looked up by it.

A pair is a number and a key that the check character binds together, so that nothing else in the text passes for one (52 of 53).
"""

import re
from dataclasses import dataclass, field

from dsure import keys
from netdesk.formats import LONGEST_NARROWED, narrow

LONGEST = 20_000  # characters that are read
MOST_NUMBERS, MOST_KEYS = 20, 400  # that are tried with one another

_NUMBER = re.compile(r"(?<![0-9A-Za-z])([0-9]{5}\s?-?\s?[0-9]{5}\s?M)(?![0-9A-Za-z])", re.IGNORECASE)
_GROUP = f"[{keys.ALPHABET}]{{4}}"
# Every place where a key may begin, in a look-ahead: a word of four letters before a key must not eat its first group.
_KEY = re.compile(rf"(?<![0-9A-Za-z])(?=({_GROUP}[ -]?{_GROUP}[ -]?{_GROUP})(?![0-9A-Za-z]))")
# The dash stands for ー: narrowing takes it for one.
_TITLED = re.compile(
    r"認証キ-[^0-9A-Za-z]{0,20}([0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{4}[ -]?[0-9A-Za-z]{3,5})(?![0-9A-Za-z])"
)


@dataclass(frozen=True)
class Found:
    """What a text holds: whole pairs; or, where there is none, a lone number and a lone key as they stand."""

    pairs: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    number: str = ""
    key: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.pairs or self.number or self.key)


def search(text: str) -> Found:
    """The pairs of canonical number and key in a text, in its order; else what there is of either. Full width and all dashes are read."""
    plain = " ".join(narrow(word[:LONGEST_NARROWED]) for word in text[:LONGEST].split())
    numbers = [(found.start(), keys.read_number(found[1])) for found in _NUMBER.finditer(plain)]
    numbers = list({number: (start, number) for start, number in numbers}.values())[:MOST_NUMBERS]
    typed = [
        (found.start(), keys.read_key(found[1]))
        for found, _ in zip(_KEY.finditer(plain), range(MOST_KEYS), strict=False)
    ]
    pairs = {key: _number_of(key, at, numbers) for at, key in typed}
    whole = tuple((number, key) for key, number in pairs.items() if number)
    if whole:
        return Found(pairs=whole)
    titled = _TITLED.search(plain)
    return Found(number=numbers[0][1] if len(numbers) == 1 else "", key=titled[1] if titled else "")


def _number_of(key: str, at: int, numbers: list[tuple[int, str]]) -> str:
    """The number nearest to the key that its check character accepts, or nothing."""
    fitting = [(abs(at - start), number) for start, number in numbers if not keys.is_typo(number, key)]
    return min(fitting)[1] if fitting else ""
