"""The surety's documents: certificates and the key notice, from frozen facts to PDF bytes.

Sources: domain.md H and I (seeds 000:141-221, 003:150-218); design.md 7 for the mended sentences. Sealing is the caller's.
"""

from dataclasses import asdict, dataclass, fields
from itertools import groupby
from typing import Any

import segno

from dsure import keys
from netdesk import pdf

LAYOUT = 1  # of certificates made now; a released layout is never edited, a new one is added
LAYOUTS = (1,)
QUIET_ZONE = 4  # modules of white around a QR code (ISO/IEC 18004)


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """All that one version of a 保証証書 says. Days are ISO texts, amounts whole yen; flat, to be kept as JSON."""

    layout: int = LAYOUT
    number: str
    product: str  # advance, interim or performance
    product_name: str  # 前払金保証, 中間前払金保証 or 契約保証
    mark: str = ""  # 変更－１, in full width; nothing on the first version
    issued_on: str
    contractor_name: str  # 保証契約者, the principal: the JV's name where there is one
    representative_name: str | None = None  # the JV's representative company
    contractor_address: str
    addressee: str  # 被保証者, the office-holder: 平塚市長
    obligee_code: str | None
    obligee_name: str
    guaranteed_amount: int
    guarantee_ends_on: str
    work_name: str
    work_place: str = ""
    contract_price: int
    work_starts_on: str
    work_ends_on: str
    contracted_on: str
    entrusted_bank: str | None = None  # 預託金融機関; None on 契約保証
    surety_name: str
    surety_address: str
    surety_president: str  # title and name: 取締役社長　見本　太郎
    branch_name: str
    branch_phone: str
    branch_fax: str
    is_specimen: bool = False

    def as_json(self) -> dict[str, str | int | bool | None]:
        """The facts as a flat dict that JSON carries unchanged; templates read this."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "CertificateFacts":
        """The facts that `as_json` wrote. Raises ValueError for a key too many or too few, so that no fact is lost unseen."""
        known = {field.name for field in fields(cls)}
        if facts.keys() != known:
            raise ValueError(f"not the facts of a certificate: {sorted(facts.keys() ^ known)}")
        return cls(**facts)


@dataclass(frozen=True, kw_only=True)
class ReservationFacts:
    """All that a 契約保証予約証書 says, before tender; names that it shares with CertificateFacts mean the same there."""

    layout: int = LAYOUT
    number: str
    product: str  # reservation
    product_name: str  # 契約保証予約
    mark: str = ""
    issued_on: str
    contractor_name: str
    representative_name: str | None = None
    contractor_address: str
    addressee: str
    obligee_code: str | None
    obligee_name: str
    guaranteed_amount: int  # of the 契約保証 that is promised
    guarantee_ends_on: str  # 予約の有効期限
    work_name: str
    work_place: str = ""
    contract_price: int  # 予定価格または見込みの請負金額
    tendered_on: str
    surety_name: str
    surety_address: str
    surety_president: str
    branch_name: str
    branch_phone: str
    branch_fax: str
    is_specimen: bool = False

    def as_json(self) -> dict[str, str | int | bool | None]:
        """The facts as a flat dict that JSON carries unchanged; templates read this."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class KeyNotice:
    """What 電子保証にかかる「認証キー」のお知らせ says. Holds a key: never stored, logged or printed by `repr`."""

    work_name: str
    contractor_name: str  # 受注者名: the representative's company for a JV
    product_name: str
    number: str
    key: str  # its 12 characters; printed in groups, and whole in the code
    surety_name: str
    is_specimen: bool = False
    hand_in: tuple[str, ...] | list[str] = ()  # sentences of the obligee's own rules

    def __repr__(self) -> str:
        return f"<KeyNotice of {self.number}>"


def certificate_template(layout: int, kind: str = "certificate") -> str:
    """The page template of a certificate's layout. Raises ValueError for a layout that was never released."""
    if layout not in LAYOUTS:
        raise ValueError(f"no certificate layout {layout!r}")
    return f"documents/{kind}_{layout}.html"


def certificate(facts: CertificateFacts | ReservationFacts) -> bytes:
    """The certificate (or 契約保証予約証書) as PDF, one A4 page, unsealed; made once, then kept and served as bytes."""
    kind = "reservation" if isinstance(facts, ReservationFacts) else "certificate"
    return pdf.render(certificate_template(facts.layout, kind), {"facts": facts.as_json()})


def key_notice(notice: KeyNotice) -> bytes:
    """The key notice as PDF, one A4 page. It contains the key: send it with `no-store` and keep no copy."""
    shown = asdict(notice) | {"key": keys.grouped(notice.key)}
    return pdf.render("documents/key_notice.html", {"notice": shown, "code": _code(f"{notice.number} {notice.key}")})


def _code(text: str) -> dict[str, int | str]:
    """The QR code of a text (error correction M) as one SVG path: its side in modules, and a box for each run of dark ones."""
    rows = list(segno.make_qr(text, error="m", boost_error=False).matrix_iter(border=QUIET_ZONE))
    boxes = []
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            width = len(list(run))
            boxes += [f"M{x} {y}h{width}v1h-{width}z"] if is_dark else []
            x += width
    return {"side": len(rows), "path": "".join(boxes)}
