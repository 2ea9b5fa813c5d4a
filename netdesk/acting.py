"""Each POST that acts is carried out once: a double click, a reload or a retry comes to the first result."""

import json
import uuid
from collections.abc import Callable

from django.core import signing
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac

from netdesk.models import ActToken

FIELD = "token"
SALT = "netdesk.acting"
LONGEST_AGE_SECONDS = 24 * 60 * 60


class Refusal(Exception):
    """An act that may not happen, with the sentence for the person who asked. Stages define their own kinds."""

    sentence = "この操作は行えません。"

    def __init__(self, sentence: str = ""):
        super().__init__(sentence or self.sentence)
        self.sentence = sentence or self.sentence


class TokenRefused(Refusal):
    """The token is missing, too old, of another person or act, or was used with other contents."""

    sentence = "画面の有効期限が切れています。内容を確認して、もう一度操作してください。"


class OtherContents(TokenRefused):
    """The same page was sent before with other contents; the first sending stands."""

    sentence = "この画面は、すでに別の内容で送信されています。現在の状況を確認してから、もう一度操作してください。"


def token(user, act: str, subject: object) -> str:
    """A fresh token for one act on one object, made without a write so that a GET may make it."""
    return signing.dumps([str(uuid.uuid4()), user.pk, act, str(subject)], salt=SALT)


def once(request: HttpRequest, *, act: str, subject: object, do: Callable[[], str]) -> HttpResponse:
    """Carry out `do` (which returns its result's URL) in one transaction with the token, and go there.

    A second POST of the same token waits for the first and goes to the first result; raises OtherContents where its
    contents differ, TokenRefused where the token is not valid. A refusal inside `do` rolls the token back.
    """
    token_id = _opened(request, act, subject)
    body_sha256 = _body_sha256(request)
    try:
        with transaction.atomic():
            used = ActToken.objects.create(
                id=token_id, user_id=request.user.pk or 0, act=act, subject=str(subject), body_sha256=body_sha256
            )
            used.result_url = do()
            used.save(update_fields=["result_url"])
    except IntegrityError:
        first = ActToken.objects.filter(pk=token_id).first()
        if first is None:
            raise
        if first.body_sha256 != body_sha256:
            raise OtherContents from None
        return redirect(first.result_url)
    return redirect(used.result_url)


def _opened(request: HttpRequest, act: str, subject: object) -> uuid.UUID:
    try:
        token_id, user_pk, *rest = signing.loads(request.POST.get(FIELD, ""), salt=SALT, max_age=LONGEST_AGE_SECONDS)
    except signing.BadSignature:
        raise TokenRefused from None
    if [user_pk, *rest] != [request.user.pk, act, str(subject)]:
        raise TokenRefused
    return uuid.UUID(token_id)


def _body_sha256(request: HttpRequest) -> str:
    """Of what was typed, under the server's secret: a typed password cannot be guessed from the row."""
    typed = sorted(
        (name, values) for name, values in request.POST.lists() if name not in (FIELD, "csrfmiddlewaretoken")
    )
    return salted_hmac(SALT, json.dumps(typed), algorithm="sha256").hexdigest()
