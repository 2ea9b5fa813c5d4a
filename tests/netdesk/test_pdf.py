"""Documents read nothing but the project's print files, with and without autoescape, and come out archival and tagged."""

import io

import pytest
from django.template import engines
from pypdf import PdfReader
from weasyprint.urls import URLFetcherResponse

from netdesk import pdf

PAGE = '<!doctype html><html lang="ja"><title>試し</title><link rel="stylesheet" href="print.css"><body style="font-family:Document Mincho">{}</body></html>'
PAYLOADS = [
    '<img src="http://127.0.0.1:9/leak">',
    '<img src="https://example.jp/leak">',
    '<img src="file:///etc/passwd">',
    '<img src="/etc/passwd">',
    '<img src="../../netdesk/settings.py">',
    '<img src="%2e%2e/%2e%2e/netdesk/settings.py">',
    '<img src="file://localhost/etc/passwd">',
    '<img src="ftp://127.0.0.1/leak">',
    '<img src="data:image/svg+xml,<svg/>">',
    '<link rel="attachment" href="file:///etc/passwd">',
    '<a rel="attachment" href="file:///etc/passwd">x</a>',
    '<link rel="stylesheet" href="http://127.0.0.1:9/leak.css">',
    '<style>@import "file:///etc/passwd";</style>',
    "<style>@import url(http://127.0.0.1:9/leak.css);</style>",
    "<style>body{background:url(file:///etc/passwd)}</style>",
    "<style>@font-face{font-family:x;src:url(file:///etc/passwd)} p{font-family:x}</style><p>x</p>",
    '<p style="list-style-image:url(http://127.0.0.1:9/leak);display:list-item">x</p>',
    '<object data="file:///etc/passwd"></object>',
    '<embed src="file:///etc/passwd">',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
    '<base href="file:///etc/"><img src="passwd">',
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_that_fetches_makes_no_pdf(payload):
    with pytest.raises(pdf.ForbiddenFetch):
        pdf.from_html(PAGE.format(payload))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_escaped_html_is_only_text(payload):
    template = engines["django"].from_string(PAGE.format("{{ name }}"))
    read = PdfReader(io.BytesIO(pdf.from_html(template.render({"name": payload}))))
    assert "".join(read.pages[0].extract_text().split()) == "".join(payload.split())
    assert list(read.attachments) == []


def test_escaped_html_fetches_nothing_even_from_a_fetcher_that_allows_all(monkeypatch):
    asked = []

    class AllowingFetcher(pdf.PrintFilesFetcher):
        def fetch(self, url, headers=None):
            asked.append(url.rsplit("/", 1)[1])
            return super().fetch(url) if "/static/documents/" in url else URLFetcherResponse(url, b"")

    monkeypatch.setattr(pdf, "PrintFilesFetcher", AllowingFetcher)
    template = engines["django"].from_string(PAGE.format("{{ name }}"))
    pdf.from_html(template.render({"name": "".join(PAYLOADS)}))
    assert set(asked) <= {"print.css", "BIZUDMincho-Regular.ttf", "NotoSansMono-Regular.ttf"}
    pdf.from_html(PAGE.format("".join(PAYLOADS[:3])))
    assert "passwd" in asked and "leak" in asked


def test_local_fonts_by_name_are_not_read():
    page = PAGE.format("<style>@font-face{font-family:x;src:local('DejaVu Sans')} p{font-family:x}</style><p>x</p>")
    try:
        made = pdf.from_html(page)
    except pdf.ForbiddenFetch:
        return
    assert "DejaVu" not in str([font["/BaseFont"] for font in _fonts(PdfReader(io.BytesIO(made)))])


def _fonts(reader):
    return [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]


def test_document_is_archival_tagged_and_carries_its_fonts():
    reader = PdfReader(io.BytesIO(pdf.from_html(PAGE.format("<h1>保証証書</h1><p>髙﨑 ① ㈱</p>"))))
    root = reader.trailer["/Root"]
    assert len(reader.pages) == 1
    assert reader.pages[0].extract_text().split() == ["保証証書", "髙﨑", "①", "㈱"]
    assert root["/Lang"] == "ja"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root and "/OutputIntents" in root
    metadata = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="3"' in metadata and 'pdfaid:conformance="A"' in metadata
    assert dict(reader.metadata) == {"/Title": "試し"}
    assert "/Names" not in root and "/AcroForm" not in root and "/OpenAction" not in root
    for font in _fonts(reader):
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert "/ToUnicode" in font and "/FontFile2" in descriptor


def test_same_page_gives_the_same_bytes():
    page = PAGE.format("<h1>保証証書</h1>")
    assert pdf.from_html(page) == pdf.from_html(page)


def test_unprintable_names_the_characters_that_the_font_lacks():
    assert pdf.unprintable("髙﨑①㈱～−𠮷野家🙂𠮷 A\u3000") == "𠮷🙂"
