"""Answers that are not pages."""

from collections.abc import Iterable
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse

from netdesk import csv


def pdf_answer(pdf: bytes, *, name: str, is_download: bool = False) -> HttpResponse:
    """A PDF under a Japanese file name (RFC 6266), shown in the browser or saved. Nothing keeps a copy."""
    disposition = "attachment" if is_download else "inline"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f"{disposition}; filename=\"document.pdf\"; filename*=UTF-8''{quote(name)}"},
    )


def csv_answer(rows: Iterable[Iterable[str | int]], *, name: str) -> StreamingHttpResponse:
    """A list as a CSV file to save, sent line by line as `rows` makes them."""
    return StreamingHttpResponse(
        csv.lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f"attachment; filename=\"list.csv\"; filename*=UTF-8''{quote(name)}"},
    )
