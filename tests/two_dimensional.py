"""Reads a QR code of version 2 back from a PDF, by ISO/IEC 18004 and not by the library that drew it; no errors are corrected."""

import io

from pypdf import PdfReader
from pypdf.generic import ContentStream

SIDE, QUIET_ZONE, VERSION_2 = 33, 4, 25
BYTES = 0b0100  # the mode in which text stands
FORMAT_MASK = 0b10101  # over level and mask, the first five bits of the format
LEVEL_M = 0b00
MASKS = (
    lambda x, y: (y + x) % 2,
    lambda x, y: y % 2,
    lambda x, y: x % 3,
    lambda x, y: (y + x) % 3,
    lambda x, y: (y // 2 + x // 3) % 2,
    lambda x, y: y * x % 2 + y * x % 3,
    lambda x, y: (y * x % 2 + y * x % 3) % 2,
    lambda x, y: ((y + x) % 2 + y * x % 3) % 2,
)


def modules(pdf: bytes) -> set[tuple[int, int]]:
    """The dark modules (x, y), quiet zone counted, of the one code that is drawn as boxes one module high."""
    reader = PdfReader(io.BytesIO(pdf))
    (page,) = reader.pages
    dark, box = set(), []
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator == b"m":
            box = [operands]
        elif operator == b"l":
            box.append(operands)
        elif operator == b"h" and all(float(at).is_integer() for point in box for at in point):
            (left, top), (right, bottom) = box[0], box[2]
            if bottom - top == 1:
                dark |= {(int(x), int(top)) for x in range(int(left), int(right))}
    return dark


def text_of(dark: set[tuple[int, int]]) -> str:
    """What the code says. Fails where its level is not M, its quiet zone not white, or its text not in bytes."""
    ring = range(QUIET_ZONE, SIDE - QUIET_ZONE)
    assert all(x in ring and y in ring for x, y in dark)
    grid = {(x - QUIET_ZONE, y - QUIET_ZONE) for x, y in dark}
    level_and_mask = int("".join(str(int((x, 8) in grid)) for x in range(5)), 2) ^ FORMAT_MASK
    assert level_and_mask >> 3 == LEVEL_M
    is_kept = MASKS[level_and_mask & 0b111]
    bits = "".join(str(int((at in grid) != (is_kept(*at) == 0))) for at in _way())
    assert int(bits[:4], 2) == BYTES
    length = int(bits[4:12], 2)
    return bytes(int(bits[12 + 8 * n : 20 + 8 * n], 2) for n in range(length)).decode("ascii")


def _way() -> list[tuple[int, int]]:
    """The modules of the data in their order: two columns at a time from the right, up and down in turn."""
    way, is_upward = [], True
    for right in (24, 22, 20, 18, 16, 14, 12, 10, 8, 5, 3, 1):
        rows = range(VERSION_2 - 1, -1, -1) if is_upward else range(VERSION_2)
        way += [(x, y) for y in rows for x in (right, right - 1) if not _is_fixed(x, y)]
        is_upward = not is_upward
    return way


def _is_fixed(x: int, y: int) -> bool:
    """Finders with their format, the two timing lines, and the one alignment mark."""
    is_corner = (x <= 8 and y <= 8) or (x >= 17 and y <= 8) or (x <= 8 and y >= 17)
    return is_corner or x == 6 or y == 6 or (16 <= x <= 20 and 16 <= y <= 20)
