"""D-Sure's pages as an officer reads them."""

import re

import html5lib
from django.db import connection
from django.test.utils import CaptureQueriesContext

LOOK_UP = "/d-sure/"


def page_of(response, status: int = 200) -> str:
    """The page's text, after it parsed without an error and was found unfit for keeping."""
    assert response.status_code == status
    assert "no-store" in response["Cache-Control"]
    html = response.content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    return html


def words_of(html: str) -> str:
    """What a reader sees, without white space."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def open_in_browser(client, handed) -> str:
    """The address of the certificate that the pair leads to."""
    response = client.post(LOOK_UP, handed.typed)
    assert response.status_code == 302
    return response["Location"]


def queries_of(client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        page_of(client.get(path))
    return len(queries)
