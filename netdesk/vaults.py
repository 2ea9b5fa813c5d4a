"""Short secrets under lock: AES-256-GCM with data keys that rotate, each ciphertext bound to what it belongs to (security.md 2.3)."""

import os
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


def lock_away(secret: str, *, keys: Mapping[int, bytes], bound_to: str) -> bytes:
    """The secret as ciphertext: one byte for the data key's version, the nonce, and the sealed text."""
    version = max(keys)
    nonce = os.urandom(NONCE_BYTES)
    return bytes([version]) + nonce + AESGCM(keys[version]).encrypt(nonce, secret.encode(), bound_to.encode())


def take_out(ciphertext: bytes, *, keys: Mapping[int, bytes], bound_to: str) -> str:
    """The secret in clear. Raises cryptography's InvalidTag where the ciphertext is bound to something else."""
    nonce, sealed = ciphertext[1 : 1 + NONCE_BYTES], ciphertext[1 + NONCE_BYTES :]
    return AESGCM(keys[ciphertext[0]]).decrypt(bytes(nonce), bytes(sealed), bound_to.encode()).decode()
