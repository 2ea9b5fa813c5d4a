"""The contractor's copy of an authentication key: AES-256-GCM under a data key that only the portal holds (security.md 2.3)."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


def lock_away(key: str, *, number: str, key_version: int) -> bytes:
    """The key as ciphertext: one byte for the data key's version, the nonce, and the sealed text, bound to number and version."""
    data_key_version = max(settings.KEY_DATA_KEYS)
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(settings.KEY_DATA_KEYS[data_key_version]).encrypt(
        nonce, key.encode(), _bound_to(number, key_version)
    )
    return bytes([data_key_version]) + nonce + sealed


def take_out(ciphertext: bytes, *, number: str, key_version: int) -> str:
    """The key in clear. Raises cryptography's InvalidTag where the ciphertext is not this number's and version's."""
    data_key = settings.KEY_DATA_KEYS[ciphertext[0]]
    nonce, sealed = ciphertext[1 : 1 + NONCE_BYTES], ciphertext[1 + NONCE_BYTES :]
    return AESGCM(data_key).decrypt(bytes(nonce), bytes(sealed), _bound_to(number, key_version)).decode()


def _bound_to(number: str, key_version: int) -> bytes:
    return f"{number}|{key_version}".encode()
