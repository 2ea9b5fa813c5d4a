"""What went wrong, as RFC 9457 problem details in Japanese; each kind has its paragraph on the API's own page."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from dsure import hashing, viewing
from netdesk import throttling

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its name in the type's address, its status, its title, and what the reader may do."""

    name: str
    status: int
    title: str
    detail: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind("malformed", 400, "本文を読み取れません", "本文をUTF-8のJSONで送信してください。"),
        Kind(
            "unauthenticated",
            401,
            "トークンを確認できません",
            "Authorizationヘッダーに有効なトークンを「Bearer トークン」の形で指定してください。失効したもの、有効期限を過ぎたものは使えません。",
        ),
        Kind(
            "forbidden",
            403,
            "このトークンの権限では使えません",
            "必要な権限を持つトークンの発行を、管理者に依頼してください。",
        ),
        Kind("not-found", 404, "見つかりません", "保証証書一覧にない保証契約番号か、存在しない版またはURLです。"),
        Kind("no-match", 404, "一致する電子証書がありません", viewing.NO_MATCH),
        Kind("method-not-allowed", 405, "このメソッドは使えません", "Allowヘッダーにあるメソッドを使ってください。"),
        Kind(
            "conflict",
            409,
            "現在の状態ではできません",
            "保証契約の現在の状態を取得し、内容を確認してからやり直してください。",
        ),
        Kind(
            "damaged",
            409,
            "保管している電子証書に異常があります",
            "預けられたときの内容と一致しません。保証の確認に使わず、D-Sureの運営者にご連絡ください。",
        ),
        Kind("too-large", 413, "本文が大きすぎます", "本文を小さくして送信してください。"),
        Kind(
            "unsupported-media-type",
            415,
            "本文の形式が違います",
            "Content-Typeヘッダーを「application/json」にして送信してください。",
        ),
        Kind("invalid", 422, "入力に誤りがあります", "errorsの各項目を直して送信してください。"),
        Kind(
            "typo",
            422,
            "保証契約番号か認証キーに入力の誤りがあります",
            "認証キーの検査文字が合いません。照会はしておらず、失敗の回数にも数えません。",
        ),
        Kind(
            "must-wait",
            429,
            "照会をお待ちください",
            "一致しない照会が続いたため、しばらく照会できません。Retry-Afterヘッダーの秒数をおいてください。",
        ),
        Kind(
            "stopped",
            429,
            "照会を停止しています",
            "一致しない照会が続いたため、このトークンでの照会を停止しました。管理者が失効させ、新しいトークンを発行してください。",
        ),
        Kind(
            "internal",
            500,
            "サーバー内部で問題が起きました",
            "時間をおいて、もう一度送信してください。続く場合はD-Sureの運営者にご連絡ください。",
        ),
        Kind(
            "busy",
            503,
            "ただいま混み合っています",
            "照会はしておらず、失敗の回数にも数えません。Retry-Afterヘッダーの秒数をおいて、もう一度送信してください。",
        ),
    )
}


class Problem(Exception):
    """Raised by an endpoint: the answer is this problem."""

    def __init__(self, name: str, detail: str = "", **more: object):
        super().__init__(name)
        self.name, self.detail, self.more = name, detail, more


def answer(name: str, detail: str = "", headers: dict[str, str] | None = None, **more: object) -> HttpResponse:
    """The problem as an answer. Nothing that was typed is ever in it."""
    kind = KINDS[name]
    said = {
        "type": f"{settings.BASE_URL}{reverse('dsure:api')}#{name}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.detail,
        **more,
    }
    return JsonResponse(
        said, status=kind.status, content_type=MEDIA_TYPE, headers=headers, json_dumps_params={"ensure_ascii": False}
    )


def register(api: NinjaAPI) -> None:
    """Every exception that an endpoint may end with has its problem."""
    for exception, name in {
        Http404: "not-found",
        SuspiciousOperation: "too-large",
        viewing.NoMatch: "no-match",
        viewing.Typo: "typo",
        viewing.Damaged: "damaged",
        throttling.Stopped: "stopped",
    }.items():
        api.add_exception_handler(exception, _plainly(name))
    api.add_exception_handler(Problem, lambda request, one: answer(one.name, one.detail, **one.more))
    api.add_exception_handler(AuthenticationError, _unauthenticated)
    api.add_exception_handler(HttpError, _plainly("malformed"))
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(throttling.MustWait, _wait("must-wait"))
    api.add_exception_handler(hashing.Busy, _wait("busy"))
    api.add_exception_handler(Exception, _internal)


def _plainly(name: str) -> Callable[[HttpRequest, Exception], HttpResponse]:
    return lambda request, exception: answer(name)


def _wait(name: str) -> Callable:
    return lambda request, wait: answer(name, headers={"Retry-After": str(wait.seconds)})


def _unauthenticated(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer("unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="D-Sure API"'})


# pydantic's names of errors, in words; what was typed is not repeated.
WORDS = {
    "missing": "必須です",
    "extra_forbidden": "この項目は使えません",
    "string_too_long": "長すぎます",
    "string_too_short": "入力してください",
    "string_pattern_mismatch": "形が正しくありません",
    "string_type": "文字列で指定してください",
    "enum": "選べる値の中から指定してください",
    "literal_error": "選べる値の中から指定してください",
    "greater_than_equal": "小さすぎます",
    "less_than_equal": "大きすぎます",
}


def _invalid(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    errors = [
        {"field": str(error["loc"][-1]) if error["loc"] else "", "detail": _said(error)} for error in invalid.errors
    ]
    if any(error["loc"][0] == "path" for error in invalid.errors if error["loc"]):
        return answer("not-found")
    return answer("invalid", errors=errors)


def _said(error: dict) -> str:
    if error["type"] == "value_error":
        return str(error.get("ctx", {}).get("error", "形が正しくありません"))
    if error["type"].startswith(("int_", "float_")):
        return "整数で指定してください"
    return WORDS.get(error["type"], "形が正しくありません")


def _internal(request: HttpRequest, exception: Exception) -> HttpResponse:
    logger.error("the API failed at %s", request.path, exc_info=exception)
    return answer("internal")
