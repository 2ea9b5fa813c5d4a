"""Answers that are not pages."""

from urllib.parse import quote

from django.http import HttpResponse


def pdf_answer(pdf: bytes, *, name: str, is_download: bool = False) -> HttpResponse:
    """A PDF under a Japanese file name (RFC 6266), shown in the browser or saved. Nothing keeps a copy."""
    disposition = "attachment" if is_download else "inline"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f"{disposition}; filename=\"document.pdf\"; filename*=UTF-8''{quote(name)}"},
    )
