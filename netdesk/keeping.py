"""What a person typed is not lost to an ended session: a POST that cannot be let in is kept for an hour (docs/decisions/0005).

Only views marked by `keeps` are kept, encrypted, for the person whom the form itself names and the browser that it came
from. What is kept is shown in its form again and never carried out by itself.
"""

import json
import os
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from netdesk.acting import FIELD as ACT_TOKEN
from netdesk.models import KeptPost, User
from netdesk.rendering import as_typed

COOKIE = "netdesk_browser"
COOKIE_AGE = timedelta(days=30)
NAME = "typed_by"
IN_URL = "kept"
KEPT_FOR = timedelta(hours=1)
MOST_BYTES = 300_000
MOST_PER_BROWSER = 20
NONCE_BYTES = 12
NEVER_KEPT = {"csrfmiddlewaretoken", ACT_TOKEN, NAME}
SHOWN_AGAIN = "ログインし直す前に入力した内容を表示しています。まだ何も送信されていません。内容を確認して、もう一度操作してください。"
View = TypeVar("View", bound=Callable[..., HttpResponse])
Shown = TypeVar("Shown")


def keeps(view: View) -> View:
    """Mark a view (outermost) whose POST may be kept: never one that takes a password or an authentication key."""
    view.keeps_posts = True  # type: ignore[attr-defined]
    return view


def name_of(user: User) -> str:
    """What a form carries of the person to whom it was shown, signed."""
    return signing.dumps(user.pk, salt=NAME)


def know_browser(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer to a sign-in gives this browser an id of its own, signed and out of reach of scripts. Old posts go."""
    KeptPost.objects.filter(expires_at__lte=timezone.now()).delete()
    response.set_signed_cookie(
        COOKIE,
        str(_browser_of(request) or uuid.uuid4()),
        salt=COOKIE,
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """A stranger is asked to sign in; what they typed is kept, and the way back leads to it."""
    kept = keep(request)
    return redirect_to_login(url_of(kept) if kept else request.get_full_path())


def keep(request: HttpRequest) -> KeptPost | None:
    """Keep this POST if its view is marked and its browser and person are known. Old ones go at the same time."""
    is_marked = getattr(request.resolver_match and request.resolver_match.func, "keeps_posts", False)
    browser, person = _browser_of(request), _person_of(request)
    if request.method != "POST" or not is_marked or browser is None or person is None:
        return None
    typed = {name: values for name, values in request.POST.lists() if name not in NEVER_KEPT}
    body = json.dumps(typed).encode()
    if len(body) > MOST_BYTES:
        return None
    now = timezone.now()
    KeptPost.objects.filter(expires_at__lte=now).delete()
    surplus = KeptPost.objects.filter(browser=browser).values("pk")[MOST_PER_BROWSER - 1 :]
    KeptPost.objects.filter(pk__in=list(surplus.values_list("pk", flat=True))).delete()
    kept = KeptPost(browser=browser, kept_for=person, path=_path_of(request), expires_at=now + KEPT_FOR)
    nonce = os.urandom(NONCE_BYTES)
    kept.body = nonce + _cipher().encrypt(nonce, body, _bound_to(kept))
    kept.save(force_insert=True)
    return kept


def filled(request: HttpRequest, make: Callable[[QueryDict | None], Shown]) -> Shown:
    """The form of a marked view: of a POST, of what was kept (as typed, not judged yet, with a banner), or empty."""
    if request.method == "POST":
        KeptPost.objects.filter(**_own(request), path=_path_of(request)).delete()
        return make(request.POST)
    typed = typed_before(request)
    if typed is None:
        return make(None)
    messages.warning(request, SHOWN_AGAIN)
    return as_typed(make(typed))


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What this person typed on this page in this browser, if the address asks for it and the hour is not over."""
    kept = _asked_for(request, request.user, request.GET.get(IN_URL, ""))
    if kept is None or kept.path != _path_of(request):
        return None
    body = bytes(kept.body)
    try:
        text = _cipher().decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], _bound_to(kept))
    except InvalidTag:
        return None
    typed = QueryDict(mutable=True)
    for name, values in json.loads(text).items():
        typed.setlist(name, values)
    return typed


def after_sign_in(request: HttpRequest, user: User, asked: str) -> str:
    """Where a person goes who has just signed in: what was asked for, unless it was kept for somebody else; or what waits."""
    if kept_id := kept_in(asked):
        return asked if _asked_for(request, user, kept_id) else ""
    waiting = KeptPost.objects.filter(**_own(request, user), expires_at__gt=timezone.now()).first()
    return asked or (url_of(waiting) if waiting else "")


def kept_in(url: str) -> str:
    """The id of something kept that an address asks for, or nothing. It says nothing of whether that is there."""
    return parse_qs(urlsplit(url).query).get(IN_URL, [""])[0]


def url_of(kept: KeptPost) -> str:
    """The page that shows what was kept."""
    return f"{kept.path}{'&' if '?' in kept.path else '?'}{IN_URL}={kept.public_id}"


def _asked_for(request: HttpRequest, user: User | AnonymousUser, kept_id: str) -> KeptPost | None:
    try:
        public_id = uuid.UUID(kept_id)
    except ValueError:
        return None
    return KeptPost.objects.filter(**_own(request, user), public_id=public_id, expires_at__gt=timezone.now()).first()


def _own(request: HttpRequest, user: User | AnonymousUser | None = None) -> dict:
    return {"browser": _browser_of(request), "kept_for": user or request.user}


def _browser_of(request: HttpRequest) -> uuid.UUID | None:
    text = request.get_signed_cookie(COOKIE, default=None, salt=COOKIE, max_age=COOKIE_AGE)
    return uuid.UUID(text) if text else None


def _person_of(request: HttpRequest) -> User | None:
    try:
        pk = signing.loads(request.POST.get(NAME, ""), salt=NAME, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=pk, is_active=True).first()


def _path_of(request: HttpRequest) -> str:
    """The page's address without the id of anything kept."""
    query = request.GET.copy()
    query.pop(IN_URL, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _bound_to(kept: KeptPost) -> bytes:
    return f"{kept.public_id}|{kept.browser}|{kept.kept_for_id}|{kept.path}".encode()


def _cipher() -> AESGCM:
    """AES-256-GCM under a key of this module's own, derived from SECRET_KEY (HKDF, RFC 5869)."""
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"netdesk.keeping").derive(settings.SECRET_KEY.encode()))
