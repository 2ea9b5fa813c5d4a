"""At most as many Argon2 hashes at once as there are cores, over all processes (security.md 2.3, T31).

Session-level advisory locks of PostgreSQL: a slot of a process that dies is free at once. They need a connection of
one's own for the time of a hash, so PgBouncer must not stand in transaction mode before D-Sure.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

AT_ONCE = os.cpu_count() or 1
SLOTS = 0x44535552  # "DSUR": the class of our locks, apart from anybody else's


class Busy(Exception):
    """All slots are taken; the one who asks should come again after `seconds`."""

    seconds = 2


@contextmanager
def slot() -> Iterator[None]:
    """Holds one of the slots. Raises Busy where none is free; nobody waits here."""
    number = next((number for number in range(AT_ONCE) if _ask("pg_try_advisory_lock", number)), None)
    if number is None:
        raise Busy
    try:
        yield
    finally:
        _ask("pg_advisory_unlock", number)


def _ask(function: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [SLOTS, number])
        return cursor.fetchone()[0]
