"""Authentication keys (認証キー) and guarantee numbers (保証契約番号): how they are made, read, checked and kept. Pure.

Sources: design.md 5; security.md 2.2 to 2.6. Why so: docs/decisions/0003-keys-and-look-up.md.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from django.conf import settings

from netdesk.formats import narrow

# Digits and letters that survive print, FAX and a tired eye: without 0 O o, 1 I l, and Z, B, S.
ALPHABET = "23456789ACDEFGHJKLMNPQRTUVWXYabcdefghijkmnpqrstuvwxyz"
PRIME = 53
RANDOM_LENGTH = 11
LENGTH = RANDOM_LENGTH + 1
assert len(ALPHABET) == len(set(ALPHABET)) == PRIME  # noqa: S101 (a slip here must stop the start)

LONGEST_TYPED = 64  # checked before any work on the text: NFKC is not linear on hostile text
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_NUMBER = re.compile(r"([0-9]{5})-?([0-9]{5})M")
_PAIR = re.compile(r"\s*([0-9]{5}\s*-?\s*[0-9]{5}\s*M)[\s,;:/]+(\S.*)", re.IGNORECASE | re.DOTALL)
_DIGITS_IN_NUMBER = 10

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)


class NotANumber(ValueError):
    """The text is not shaped like a guarantee number."""


class NotAKey(ValueError):
    """The text is not shaped like a key: `length` counts what was typed, `strangers` are signs that no key has."""

    def __init__(self, length: int, strangers: str = ""):
        super().__init__("not shaped like a key")  # what was typed is never in a message
        self.length = length
        self.strangers = strangers


@dataclass(frozen=True)
class Verifier:
    """What D-Sure keeps instead of a key: the encoded Argon2id hash with its parameters, and the pepper under it."""

    text: str = field(repr=False)
    pepper_version: int


# Hashed against where there is nothing to compare with: same parameters, hence the same time (security.md 2.3, CVE-2016-2513).
DUMMY_TEXT = "$argon2id$v=19$m=19456,t=2,p=1$TmVpdGhlck51bWJlck5vcg$TiUhzemE2W5GmNxwxBG4Nv7wMRh64suKRSYQ0Yc6l3Q"


def make(number: str) -> str:
    """A new key for this canonical number: 11 random characters (63.0 bits) and the check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return body + _check_character(number, body)


def read_number(text: str) -> str:
    """The canonical `BBYYP-NNNNNM` of what a person typed: full width, any dash or none, spaces, small m. Raises NotANumber."""
    if len(text) > LONGEST_TYPED or any(_is_in_disguise(letter) for letter in text):
        raise NotANumber
    shape = _NUMBER.fullmatch(_squeezed(text).upper())
    if shape is None:
        raise NotANumber
    return f"{shape[1]}-{shape[2]}M"


def read_key(text: str) -> str:
    """The 12 characters of what a person typed: full width, spaces and hyphens dropped, case kept. Raises NotAKey."""
    if len(text) > LONGEST_TYPED:
        raise NotAKey(len(text))
    key = _squeezed(text).replace("-", "")
    strangers = "".join(sorted({letter for letter in text if _is_in_disguise(letter)} | (set(key) - set(ALPHABET))))
    if strangers or len(key) != LENGTH:
        raise NotAKey(len(key), strangers)
    return key


def split_pair(text: str) -> tuple[str, str] | None:
    """The two parts of a text that holds a whole pair, `number SPACE key` as the notice's code gives it; else None."""
    if len(text) > LONGEST_TYPED:
        return None
    pair = _PAIR.fullmatch(narrow(text))
    return (pair[1], pair[2]) if pair else None


def grouped(key: str) -> str:
    """A key as it is printed: `XXXX-XXXX-XXXX`."""
    return "-".join(key[start : start + 4] for start in range(0, LENGTH, 4))


def is_typo(number: str, key: str) -> bool:
    """Whether the check character shows that number and key, both canonical, cannot belong together.

    Proven (53 is prime; weights are distinct and not zero): every single wrong character in key or number and every swap
    of two characters within the key or within the number is caught. A key typed against some other number is caught
    for 52 of 53 random keys, and always where the numbers differ in one digit.
    """
    return not hmac.compare_digest(_check_character(number, key[:RANDOM_LENGTH]), key[RANDOM_LENGTH])


def verifier(number: str, key: str) -> Verifier:
    """What D-Sure may keep of a key: Argon2id over HMAC-SHA256(pepper, number, 0, key), with the newest pepper."""
    version = max(settings.KEY_PEPPERS)
    return Verifier(_HASHER.hash(_peppered(version, number, key)), version)


def is_match(kept: Verifier, number: str, key: str) -> bool:
    """Whether the key is the one that was kept for this number; compared in constant time, about 20 ms."""
    try:
        return _HASHER.verify(kept.text, _peppered(kept.pepper_version, number, key))
    except VerificationError:
        return False


def dummy() -> Verifier:
    """A verifier that nothing matches and that takes as long as any."""
    return Verifier(DUMMY_TEXT, max(settings.KEY_PEPPERS))


def _check_character(number: str, body: str) -> str:
    """The character that makes the weighted sum of number and key zero modulo 53; the weights are 1 to 22 by position."""
    values = [int(digit) for digit in number if digit.isdigit()] + [_VALUE[letter] for letter in body]
    total = sum(weight * value for weight, value in enumerate(values, start=1))
    last_weight = _DIGITS_IN_NUMBER + LENGTH
    return ALPHABET[-total * pow(last_weight, -1, PRIME) % PRIME]


def _peppered(version: int, number: str, key: str) -> bytes:
    return hmac.digest(settings.KEY_PEPPERS[version], f"{number}\0{key}".encode(), hashlib.sha256)


def _squeezed(text: str) -> str:
    """`text` narrowed and without white space."""
    return "".join(narrow(text).split())


def _is_in_disguise(letter: str) -> bool:
    """Signs that NFKC would turn into letters or digits though nobody means them so: ², ①, Roman numerals, the Kelvin sign."""
    form = unicodedata.decomposition(letter)
    return bool(form) and not letter.isspace() and not form.startswith(("<wide>", "<narrow>", "<noBreak>", "<small>"))
