"""Numbers and keys: made, read, checked, kept (security.md 2.2 to 2.6)."""

import secrets
import string

import pytest
from argon2 import extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from dsure import keys

NUMBER = "14081-00001M"
numbers = st.from_regex(r"[0-9]{5}-[0-9]{5}M", fullmatch=True).filter(str.isascii)
bodies = st.text(keys.ALPHABET, min_size=11, max_size=11)
noise = st.sampled_from(["", " ", "-", "　", "－", "‐", "\u200b", "–", " - "])


def test_alphabet_is_all_digits_and_letters_but_nine():
    assert set(string.digits + string.ascii_letters) - set(keys.ALPHABET) == set("0Oo1IlZBS")
    assert len(keys.ALPHABET) == 53


def test_made_keys_differ_have_twelve_characters_and_pass_their_own_check():
    made = [keys.make(NUMBER) for _ in range(5000)]
    assert len(set(made)) == 5000
    assert all(len(key) == 12 and set(key) <= set(keys.ALPHABET) and not keys.is_typo(NUMBER, key) for key in made)


def test_every_character_occurs_about_equally_often_at_every_place():
    made = [keys.make(f"14081-{serial:05}M") for serial in range(5300)]
    for place in range(12):
        counts = [sum(key[place] == letter for key in made) for letter in keys.ALPHABET]
        chi_square = sum((count - 100) ** 2 / 100 for count in counts)
        assert chi_square < 130  # 52 degrees of freedom: p is about 1e-8


def test_every_single_wrong_character_of_a_key_is_a_typo():
    for _ in range(40):
        key = keys.make(NUMBER)
        for place in range(12):
            wrong = (key[:place] + letter + key[place + 1 :] for letter in keys.ALPHABET if letter != key[place])
            assert all(keys.is_typo(NUMBER, one) for one in wrong)


def test_every_swap_of_two_characters_of_a_key_is_a_typo():
    for _ in range(1000):
        key = keys.make(NUMBER)
        for first in range(12):
            for second in range(first + 1, 12):
                swapped = list(key)
                swapped[first], swapped[second] = key[second], key[first]
                assert key[first] == key[second] or keys.is_typo(NUMBER, "".join(swapped))


@given(numbers, bodies, st.integers(0, 9), st.sampled_from(string.digits))
def test_every_single_wrong_digit_of_the_number_is_a_typo(number, body, place, digit):
    key = body + keys._check_character(number, body)
    place += place >= 5  # over the hyphen
    wrong = number[:place] + digit + number[place + 1 :]
    assert keys.is_typo(wrong, key) == (wrong != number)


@given(numbers, bodies, st.integers(0, 9), st.integers(0, 9))
def test_every_swap_of_two_digits_of_the_number_is_a_typo(number, body, first, second):
    key = body + keys._check_character(number, body)
    digits = list(number.replace("-", ""))
    digits[first], digits[second] = digits[second], digits[first]
    wrong = "".join(digits[:5]) + "-" + "".join(digits[5:])
    assert keys.is_typo(wrong, key) == (wrong != number)


def test_a_key_of_the_next_guarantee_is_a_typo():
    keys_by_serial = [keys.make(f"14081-{serial:05}M") for serial in range(400)]
    assert all(keys.is_typo(f"14081-{serial + 1:05}M", key) for serial, key in enumerate(keys_by_serial))


def test_a_key_of_some_other_guarantee_is_a_typo_52_times_of_53():
    tries = 5300
    other = [f"{secrets.randbelow(10**5):05}-{secrets.randbelow(10**5):05}M" for _ in range(tries)]
    slipped = sum(not keys.is_typo(number, keys.make(NUMBER)) for number in other if number != NUMBER)
    assert 40 <= slipped <= 160  # 100 expected, standard deviation 10


@pytest.mark.parametrize(
    "typed",
    [
        "14081-00001M", "1408100001M", "14081-00001m", "１４０８１－００００１Ｍ", " 14081 - 00001 M ", "14081‐00001M",
        "14081ー00001M", "14081—00001M", "14081−00001Ｍ", "\ufeff14081-00001M\u200b", "14081\u00a000001M", "14081\t-00001M\r\n",
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it(typed):
    assert keys.read_number(typed) == "14081-00001M"


@pytest.mark.parametrize(
    "typed",
    ["", "14081", "14081-00001", "14081-00001N", "14081--00001M", "1408-100001M", "14081-00001MM", "14081-0000²M",
     "14081-0000①M", "١٤٠٨١-٠٠٠٠١M", "〇4081-00001M", "14081-00001Ⅿ", "14081-OOOO1M", "14081-00001М", "1" * 65, "a\x00b"],
)  # fmt: skip
def test_a_number_of_another_shape_is_refused(typed):
    with pytest.raises(keys.NotANumber):
        keys.read_number(typed)


def test_a_key_is_read_as_people_type_it_and_keeps_its_case():
    for typed in (
        "Y7HKUE4J3Aux",
        "Y7HK-UE4J-3Aux",
        " Y7HK UE4J 3Aux ",
        "Ｙ７ＨＫ－ＵＥ４Ｊ－３Ａｕｘ",
        "Y7HK\u200bUE4J‐3Aux\n",
    ):
        assert keys.read_key(typed) == "Y7HKUE4J3Aux"


def test_a_refused_key_tells_its_length_and_the_signs_that_no_key_has_but_not_itself():
    for typed, length, strangers in (
        ("", 0, ""),
        ("Y7HKUE4J3Au", 11, ""),
        ("Y7HK-UE4J-3Auxx", 13, ""),
        ("Y7HKUE4J3AB0", 12, "0B"),
        ("Y7HKUE4J3Au²", 12, "²"),
        ("Y7HKUE4J3Auх", 12, "х"),  # Cyrillic
        ("Y" * 65, 65, ""),
    ):
        with pytest.raises(keys.NotAKey) as refusal:
            keys.read_key(typed)
        assert (refusal.value.length, refusal.value.strangers) == (length, strangers)
        assert "Y7HK" not in str(refusal.value)


@given(numbers, bodies, st.lists(noise, min_size=13, max_size=13))
def test_a_printed_key_is_read_back_through_any_noise(number, body, noises):
    key = body + keys._check_character(number, body)
    assert keys.read_key(keys.grouped(key)) == key
    noisy = "".join(part + letter for part, letter in zip(noises, key, strict=False)) + noises[-1]
    assert keys.read_key(noisy) == key


@given(st.text(max_size=80))
def test_any_text_is_a_canonical_number_or_refused(text):
    try:
        number = keys.read_number(text)
    except keys.NotANumber:
        return
    assert keys._NUMBER.fullmatch(number)
    assert number.isascii()
    assert keys.read_number(number) == number


@given(st.text(max_size=80))
def test_any_text_is_a_key_or_refused(text):
    try:
        key = keys.read_key(text)
    except keys.NotAKey:
        return
    assert len(key) == 12
    assert set(key) <= set(keys.ALPHABET)


@pytest.mark.parametrize(
    "text", ["14081-00001M Y7HK-UE4J-3Aux", "１４０８１－００００１Ｍ　Y7HKUE4J3Aux", "1408100001m\nY7HKUE4J3Aux", "14081-00001M, Y7HK UE4J 3Aux"]
)  # fmt: skip
def test_a_whole_pair_is_parted(text):
    number, key = keys.split_pair(text)
    assert (keys.read_number(number), keys.read_key(key)) == ("14081-00001M", "Y7HKUE4J3Aux")


@pytest.mark.parametrize(
    "text", ["", "14081-00001M", "14081-00001M ", "Y7HK-UE4J-3Aux", "14081-00001M" + " " * 60 + "x"]
)
def test_what_is_no_pair_is_not_parted(text):
    assert keys.split_pair(text) is None


def test_only_the_right_key_of_the_right_number_matches():
    key = keys.make(NUMBER)
    kept = keys.verifier(NUMBER, key)
    assert keys.is_match(kept, NUMBER, key)
    assert not keys.is_match(kept, NUMBER, keys.make(NUMBER))
    assert not keys.is_match(kept, "14081-00002M", key)
    assert not keys.is_match(keys.dummy(), NUMBER, key)


def test_a_verifier_holds_no_key_and_differs_each_time():
    key = keys.make(NUMBER)
    first, second = keys.verifier(NUMBER, key), keys.verifier(NUMBER, key)
    assert first.text != second.text
    assert key not in first.text
    assert key not in repr(first)


def test_all_verifiers_take_the_same_work_the_dummy_too():
    for text in (keys.verifier(NUMBER, keys.make(NUMBER)).text, keys.DUMMY_TEXT):
        work = extract_parameters(text)
        assert (work.memory_cost, work.time_cost, work.parallelism, work.hash_len, work.salt_len) == (
            19456,
            2,
            1,
            32,
            16,
        )


def test_a_pepper_is_rotated_without_new_keys(settings):
    key = keys.make(NUMBER)
    settings.KEY_PEPPERS = {1: b"first"}
    old = keys.verifier(NUMBER, key)
    settings.KEY_PEPPERS = {1: b"first", 2: b"second"}
    new = keys.verifier(NUMBER, key)
    assert (old.pepper_version, new.pepper_version) == (1, 2)
    assert keys.is_match(old, NUMBER, key)
    assert keys.is_match(new, NUMBER, key)


def test_without_the_pepper_the_kept_hash_opens_nothing(settings):
    key = keys.make(NUMBER)
    kept = keys.verifier(NUMBER, key)
    settings.KEY_PEPPERS = {kept.pepper_version: b"guessed"}
    assert not keys.is_match(kept, NUMBER, key)
