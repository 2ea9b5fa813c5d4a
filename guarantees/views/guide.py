"""Help and the guide (特設サイト), pages of words and pictures; and 営業部・支店, whom to ask."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from guarantees.access import ReaderRequest, readers_only
from guarantees.models import Branch

# The page of each address, by the name of its URL.
PAGES = {
    "help": "guarantees/contractor/help/index.html",
    "help-application": "guarantees/contractor/help/application.html",
    "help-printing": "guarantees/contractor/help/printing.html",
    "guide-system": "guarantees/contractor/help/system.html",
    "guide-next": "guarantees/contractor/help/next.html",
    "guide-key": "guarantees/contractor/help/key.html",
    "guide-hand-in": "guarantees/contractor/help/hand_in.html",
    "guide-questions": "guarantees/contractor/help/questions.html",
}
GUIDE = [
    ("guide-system", "電子保証の仕組み"),
    ("guide-next", "次に何をするか"),
    ("guide-key", "認証キーの取得方法"),
    ("guide-hand-in", "発注者への提出方法"),
    ("guide-questions", "よくある質問"),
]


@never_cache
@require_safe
@readers_only
def page(request: ReaderRequest, name: str) -> HttpResponse:
    """One page of the help or of the guide."""
    context = {"name": name, "guide": GUIDE, "branches": Branch.objects.order_by("code")}
    return render(request, PAGES[name], context)


@never_cache
@require_safe
@readers_only
def branches(request: ReaderRequest) -> HttpResponse:
    """営業部・支店: telephone, hours, mail."""
    return render(request, "guarantees/contractor/branches.html", {"branches": Branch.objects.order_by("code")})
