"""「…をクリア」 and 「元に戻す」: one section of the page emptied, and what was in it carried along in the page.

Neither writes anything; 一時保存 saves what is carried with the rest, so that 元に戻す is there when the draft is opened.
"""

from dataclasses import dataclass

from django.core import signing
from django.http import QueryDict

SALT = "guarantees.clearing"


@dataclass(frozen=True)
class Section:
    """A section that can be cleared: its words, the prefixes of its boxes, and what in it nobody typed."""

    title: str
    prefixes: tuple[str, ...]
    stays: tuple[str, ...] = ()

    def holds(self, name: str) -> bool:
        """Is this box one of the section's?"""
        return name.startswith(tuple(f"{prefix}-" for prefix in self.prefixes)) and name not in self.stays


SECTIONS = {
    "guarantees": Section("保証の申込内容", ("advance", "performance"), stays=("performance-follows",)),
    "bidding": Section("入札の状況", ("bidding",)),
    "information": Section("インフォメーション", ("information",)),
}


@dataclass(frozen=True)
class Redone:
    """The page's data after a section was emptied or brought back, and what each emptied section held (signed)."""

    data: QueryDict
    kept: dict[str, str]


def carried(typed: QueryDict) -> dict[str, str]:
    """What each emptied section held, as a page or a saved draft carries it on; nothing that we did not sign."""
    kept = {name: typed[f"kept-{name}"] for name in SECTIONS if f"kept-{name}" in typed}
    return {name: was for name, was in kept.items() if _opened(was) is not None}


def redone(post: QueryDict) -> Redone | None:
    """What the page shows after 「…をクリア」 or 「元に戻す」; None where neither was pressed."""
    kept = carried(post)
    if (name := post.get("clear")) in SECTIONS:
        data = _without(post, SECTIONS[name])
        was_typed = {box: post.getlist(box) for box in post if SECTIONS[name].holds(box)}
        return Redone(data, kept | {name: signing.dumps(was_typed, salt=SALT, compress=True)})
    if (name := post.get("restore")) in SECTIONS:
        return Redone(_restored(post, SECTIONS[name], kept.pop(name, "")), kept)
    return None


def _without(post: QueryDict, section: Section) -> QueryDict:
    data = post.copy()
    for box in filter(section.holds, post):
        del data[box]
    return data


def _restored(post: QueryDict, section: Section, kept: str) -> QueryDict:
    was_typed = _opened(kept)
    if was_typed is None:
        return post
    data = _without(post, section)
    for box, values in was_typed.items():
        data.setlist(box, values)
    return data


def _opened(kept: str) -> dict[str, list[str]] | None:
    try:
        return signing.loads(kept, salt=SALT)
    except signing.BadSignature:
        return None
