"""A person at their desk: a signed-in client, and what a page says."""

import re
import unicodedata
from html import unescape

import html5lib
from django.http import HttpResponse
from django.test import Client


def client_of(person) -> Client:
    """A browser in which this person (a user, or a member, staff or officer row) is signed in."""
    client = Client()
    client.force_login(getattr(person, "user", person))
    return client


def words(response: HttpResponse) -> str:
    """The text of a page, tags away and spaces folded. A page that is not valid HTML fails here."""
    html = response.content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def bare(text: str) -> str:
    """Text without white space, in one form of each character, so that line ends, fonts and widths do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def value_of(response: HttpResponse, name: str) -> str:
    """The value of a hidden box, such as the one-time token."""
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode()).group(1)


def summary_of(response: HttpResponse) -> list[str]:
    """The sentences of the error summary, in page order."""
    html = response.content.decode()
    found = re.search(r"data-errors.*?<ul>(.*?)</ul>", html, re.DOTALL)
    return (
        [
            unescape(re.sub(r"<[^>]+>", "", item)).strip()
            for item in re.findall(r"<li>(.*?)</li>", found.group(1), re.DOTALL)
        ]
        if found
        else []
    )
