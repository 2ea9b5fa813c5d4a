"""The contractor's copy of an authentication key: AES-256-GCM under a data key that only the portal holds (security.md 2.3)."""

from django.conf import settings

from netdesk import vaults


def lock_away(key: str, *, number: str, key_version: int) -> bytes:
    """The key as ciphertext, bound to number and version."""
    return vaults.lock_away(key, keys=settings.KEY_DATA_KEYS, bound_to=_bound_to(number, key_version))


def take_out(ciphertext: bytes, *, number: str, key_version: int) -> str:
    """The key in clear. Raises cryptography's InvalidTag where the ciphertext is not this number's and version's."""
    return vaults.take_out(ciphertext, keys=settings.KEY_DATA_KEYS, bound_to=_bound_to(number, key_version))


def _bound_to(number: str, key_version: int) -> str:
    return f"{number}|{key_version}"
