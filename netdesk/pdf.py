"""HTML templates to PDF bytes (WeasyPrint), with nothing reachable but the project's own print files.

Sources: design.md 7; security.md T23. Autoescape and the refusing fetcher are two guards; each holds without the other.
"""

import threading
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pydyf
from django.conf import settings
from django.template.loader import render_to_string
from fontTools.ttLib import TTFont
from weasyprint import HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

VARIANT = "pdf/a-3a"  # archival and tagged
CONTENT_TYPES = {".css": "text/css", ".ttf": "font/ttf"}

_rendering = threading.Lock()  # Pango's font map, which all renderings share, is not for two threads at once


class ForbiddenFetch(Exception):
    """The HTML asked for something that is not one of the project's print files; no PDF is made."""


def print_files() -> Path:
    """The folder of style sheets and fonts, the only one that a document may read."""
    return Path(settings.BASE_DIR, "static", "documents").resolve()


class PrintFilesFetcher(URLFetcher):
    """Reads style sheets and fonts from `print_files()`; any other address stops the rendering."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["file"], allow_redirects=False, fail_on_errors=True)
        self.refused: list[str] = []  # WeasyPrint stops for a refusal, but inside an SVG it swallows even that

    def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
        """The bytes at `url`. Raises FatalURLFetchingError, which WeasyPrint does not swallow, for all but print files."""
        parts = urlsplit(url)
        path = Path(unquote(parts.path)).resolve() if parts.scheme == "file" and not parts.netloc else None
        if (
            path is None
            or not path.is_relative_to(print_files())
            or path.suffix not in CONTENT_TYPES
            or not path.is_file()
        ):
            self.refused.append(url[:200])
            raise FatalURLFetchingError(url[:200])
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": CONTENT_TYPES[path.suffix]})


@cache
def _fonts() -> FontConfiguration:
    """The one font configuration of this process: a new one per document doubles the memory (design.md 11)."""
    return FontConfiguration()


def _without_producer(_document: Document, pdf: pydyf.PDF) -> None:
    """Leaves the producer to XMP alone: a seal adds its own there, and PDF/A wants both places to agree."""
    pdf.info.pop("Producer", None)


@cache
def _printable() -> frozenset[int]:
    """The code points that the documents' font can draw."""
    with TTFont(print_files() / "fonts" / "BIZUDMincho-Regular.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def unprintable(text: str) -> str:
    """The characters of `text` that no document can show (𠮷, emoji), each once: refuse them where they are typed."""
    return "".join(dict.fromkeys(sign for sign in text if ord(sign) not in _printable()))


def from_html(html: str) -> bytes:
    """The PDF of an HTML page (PDF/A-3a, tagged). The same page gives the same bytes. Raises ForbiddenFetch."""
    fetcher = PrintFilesFetcher()
    with _rendering:
        try:
            page = HTML(string=html, base_url=f"{print_files().as_uri()}/", url_fetcher=fetcher)
            made = page.write_pdf(font_config=_fonts(), pdf_variant=VARIANT, finisher=_without_producer)
        except FatalURLFetchingError as refused:
            raise ForbiddenFetch(str(refused)) from None
    if fetcher.refused:
        raise ForbiddenFetch(fetcher.refused[0])
    return made


def render(template: str, context: dict) -> bytes:
    """The PDF of a template with this context, values escaped. Raises ForbiddenFetch."""
    return from_html(render_to_string(template, context))
