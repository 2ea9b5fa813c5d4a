"""The API put together: its addresses, and the terms in which every one of them answers."""

from collections.abc import Callable
from functools import cache, wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path
from django.urls.resolvers import URLPattern
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Router
from ninja.renderers import JSONRenderer

from dsure.api import problems
from dsure.api.describing import PROBLEM
from dsure.api.endpoints import router
from dsure.api.tokens import ApiRequest, Token

PREFIX = "/d-sure/api/v1/"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

beyond = Router()


@beyond.api_operation(METHODS, "/{path:rest}", auth=Token(), include_in_schema=False)
def nothing_here(request: ApiRequest, rest: str) -> None:
    """Whatever else is asked for below the prefix: a stranger learns nothing, a client that it is not there."""
    raise Http404


class Plain(JSONRenderer):
    """JSON with its Japanese as it is."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    renderer=Plain(),
    title="D-Sure API",
    version="1",
    description="電子契約・財務会計などのシステムから、登録済みの電子証書を参照するためのAPIです。",
    urls_namespace="dsure-api-v1",
    openapi_url=None,
    docs_url=None,
)
problems.register(api)
api.add_router("", router)
api.add_router("", beyond)  # after all others: the first address that fits is taken


def in_our_terms(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """No answer is kept by anybody, and a method that is not served is a problem like any other."""

    @csrf_exempt  # a token comes in a header that no other site can make a browser send; sessions are never looked at
    @never_cache
    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            return problems.answer("method-not-allowed", headers={"Allow": response["Allow"]})
        return response

    return answered


@cache
def schema() -> dict:
    """The OpenAPI document. It names no organisation, person or secret."""
    described = dict(api.get_openapi_schema(path_prefix=PREFIX))
    described["components"]["schemas"]["Problem"] = PROBLEM
    return described


urlpatterns = [
    path(str(pattern.pattern), in_our_terms(pattern.callback), name=f"api-{pattern.name}")
    for pattern in api.urls[0]
    if isinstance(pattern, URLPattern) and pattern.name != "api-root"
]
