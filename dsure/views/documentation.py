"""The API's own page and its schema, for officers who are signed in. Neither holds a secret."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dsure.access import OfficerRequest, officer_only
from dsure.api import urls as api
from dsure.api.problems import KINDS
from dsure.models import Happened, Scope


@officer_only
@require_safe
def page(request: OfficerRequest) -> HttpResponse:
    """システム連携（API）: how to begin, each endpoint as the schema has it, events and webhooks, and every problem."""
    described = api.schema()
    endpoints = [
        {
            "path": path,
            "method": method.upper(),
            **operation,
            "fields": _fields_of(operation, described["components"]["schemas"]),
            "answers": operation["responses"].items(),
        }
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    context = {
        "section": "api",
        "base_url": settings.BASE_URL,
        "endpoints": endpoints,
        "problems": KINDS.values(),
        "scopes": Scope.choices,
        "events": Happened.choices,
    }
    return render(request, "dsure/api.html", context)


def _fields_of(operation: dict, schemas: dict) -> list[tuple[str, dict]]:
    """What the body of an operation is made of; nothing where it takes none."""
    if "requestBody" not in operation:
        return []
    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    return list(schemas[name]["properties"].items())


@officer_only
@require_safe
def schema(request: OfficerRequest) -> HttpResponse:
    """The OpenAPI 3.1 document."""
    return JsonResponse(api.schema(), json_dumps_params={"ensure_ascii": False})
