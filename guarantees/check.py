"""What a check of a review says: ○ or 要確認, why, and which other applications it speaks of."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Mention:
    """An application that a check names; a link for those who may open it."""

    label: str
    public_id: uuid.UUID
    branch_id: int
    branch_name: str


@dataclass(frozen=True)
class Check:
    """One question that a review asks."""

    subject: str
    is_fine: bool
    why: str
    mentions: tuple[Mention, ...] = ()
