"""The contractor's copy of a key: sealed, bound to its number and version, readable after the data key rotates."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from guarantees import vault

NUMBER = "34081-00001M"
KEY = "aK7mQ2pR9tXy"


def locked(**changes) -> bytes:
    return vault.lock_away(KEY, **{"number": NUMBER, "key_version": 1, **changes})


def taken_out(ciphertext: bytes, **changes) -> str:
    return vault.take_out(ciphertext, **{"number": NUMBER, "key_version": 1, **changes})


@given(key=st.text(alphabet="ACDEFGHJKLMNPQRTUVWXYabcdefghijkmnpqrstuvwxyz23456789", min_size=12, max_size=12))
def test_a_key_comes_out_as_it_went_in(key):
    ciphertext = vault.lock_away(key, number=NUMBER, key_version=1)
    assert taken_out(ciphertext) == key
    assert key.encode() not in ciphertext


def test_the_ciphertext_is_version_nonce_text_and_tag():
    ciphertext = locked()
    assert (ciphertext[0], len(ciphertext)) == (1, 1 + 12 + len(KEY) + 16)


def test_a_key_is_sealed_under_a_fresh_nonce_each_time():
    nonces = {locked()[1:13] for _ in range(200)}
    assert len(nonces) == 200


@pytest.mark.parametrize(
    "changes",
    [{"number": "34081-00002M"}, {"number": ""}, {"key_version": 2}, {"number": "34081-00001", "key_version": 11}],
)
def test_a_ciphertext_of_another_number_or_version_does_not_open(changes):
    with pytest.raises(InvalidTag):
        taken_out(locked(), **changes)


@pytest.mark.parametrize("place", [1, 12, 13, 24, 25, -1])
def test_a_ciphertext_with_one_bit_changed_does_not_open(place):
    damaged = bytearray(locked())
    damaged[place] ^= 1
    with pytest.raises(InvalidTag):
        taken_out(bytes(damaged))


def test_a_refusal_to_open_does_not_say_the_key():
    with pytest.raises(InvalidTag) as refusal:
        taken_out(locked(), key_version=2)
    assert KEY not in repr(refusal.value)


def test_after_a_rotation_old_keys_open_and_new_ones_lie_under_the_new_data_key(settings):
    old = locked()
    settings.KEY_DATA_KEYS = {**settings.KEY_DATA_KEYS, 2: b"2" * 32}
    new = locked()
    assert (old[0], new[0]) == (1, 2)
    assert (taken_out(old), taken_out(new)) == (KEY, KEY)

    settings.KEY_DATA_KEYS = {2: b"2" * 32}
    assert taken_out(new) == KEY
    with pytest.raises(KeyError):
        taken_out(old)


def test_a_ciphertext_does_not_open_under_another_data_key(settings):
    ciphertext = locked()
    settings.KEY_DATA_KEYS = {1: b"another data key of 32 bytes !!!"}
    with pytest.raises(InvalidTag):
        taken_out(ciphertext)


def test_a_ciphertext_relabelled_to_another_data_key_does_not_open(settings):
    settings.KEY_DATA_KEYS = {**settings.KEY_DATA_KEYS, 2: b"2" * 32}
    with pytest.raises(InvalidTag):
        taken_out(bytes([1]) + locked()[1:])
