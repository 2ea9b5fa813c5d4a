"""The API's endpoints. Each works on the rows of the token's own organisation; another's number is the same 404 as none."""

from typing import Annotated

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from ninja import Path, Query, Router
from pydantic import StringConstraints

from dsure import acknowledging, viewing
from dsure.api import answering, schemas
from dsure.api.describing import problems, with_pdf
from dsure.api.problems import Problem
from dsure.api.tokens import ApiRequest, Token
from dsure.models import Client, Deposit, DepositedCertificate, Event, How, Scope

MOST_ITEMS = 100
LARGEST_CURSOR = 2**63 - 1
LARGEST_VERSION = 2**15 - 1

router = Router()
NumberInPath = Annotated[str, Path(description="保証契約番号", pattern=schemas.NUMBER)]
VersionInPath = Annotated[int, Path(description="版", ge=1, le=LARGEST_VERSION)]
Limit = Annotated[int, Query(description="件数", ge=1, le=MOST_ITEMS)]
AfterNumber = Annotated[
    Annotated[str, StringConstraints(pattern=schemas.NUMBER)] | None,
    Query(description="この保証契約番号より後を返す（前の応答のnext）"),
]
AfterCursor = Annotated[int, Query(description="この通知番号より後を返す（最初は0）", ge=0, le=LARGEST_CURSOR)]


@router.post(
    "/look-ups",
    auth=Token(Scope.LOOK_UP),
    response=schemas.Details,
    summary="保証契約番号と認証キーで照会し、保証証書一覧に登録する",
    operation_id="look_up",
    openapi_extra=problems(
        "malformed", "no-match", "damaged", "too-large", "unsupported-media-type", "invalid", "typo", "must-wait",
        "stopped", "busy",
    ),
)  # fmt: skip
@sensitive_variables("given")
def look_up(request: ApiRequest, given: schemas.LookUpIn) -> dict:
    """一致すると、以後はこの発注者の保証証書一覧に載り、認証キーなしで参照できます。一致しない理由は区別しません。"""
    certificate = viewing.look_up(by=request.auth, number_text=given.number, key_text=given.key)
    return _details(request.auth, certificate.deposit.number)


@router.get(
    "/certificates",
    auth=Token(Scope.READ, takes=("after", "limit")),
    response=schemas.Page,
    summary="保証証書一覧を取得する",
    operation_id="list_certificates",
    openapi_extra=problems("invalid"),
)
def list_certificates(request: ApiRequest, after: AfterNumber = None, limit: Limit = MOST_ITEMS) -> dict:
    """登録済みの保証契約を、保証契約番号の順に返します。"""
    found = _register(request.auth).filter(number__gt=after or "").order_by("number")[: limit + 1]
    rows = list(found)
    items, more = rows[:limit], rows[limit:]
    return {"items": [_standing(row) for row in items], "next": items[-1].number if more else None}


@router.get(
    "/certificates/{number}",
    auth=Token(Scope.READ),
    response=schemas.Details,
    summary="保証契約の状態を取得する",
    operation_id="get_certificate",
    openapi_extra=problems("not-found"),
)
def get_certificate(request: ApiRequest, number: NumberInPath) -> dict:
    """登録済みの保証契約だけを返します。"""
    return _details(request.auth, number)


@router.get(
    "/certificates/{number}/versions/{version}",
    auth=Token(Scope.READ),
    response=schemas.Certificate,
    summary="電子証書の記載事項を取得する",
    operation_id="get_facts",
    openapi_extra=problems("not-found", "damaged"),
)
def get_facts(request: ApiRequest, number: NumberInPath, version: VersionInPath) -> dict:
    """電子証書の記載事項をJSONで返します。閲覧として記録されます。"""
    certificate = _seen(request.auth, number, version, How.REGISTER)
    return {"number": number, "version": version, "sha256": certificate.sha256, "facts": certificate.facts}


@router.get(
    "/certificates/{number}/versions/{version}/pdf",
    auth=Token(Scope.READ),
    summary="電子証書のPDFを取得する",
    operation_id="get_pdf",
    openapi_extra=with_pdf(problems("not-found", "damaged")),
)
def get_pdf(request: ApiRequest, number: NumberInPath, version: VersionInPath) -> HttpResponse:
    """預けられたときのバイト列をそのまま返します。SHA-256はRepr-Digestと同じ値をD-Sure-SHA256に16進で示します。"""
    certificate = _seen(request.auth, number, version, How.PDF)
    headers = {
        "D-Sure-SHA256": certificate.sha256,
        "Content-Disposition": f'attachment; filename="{number}-{version}.pdf"',
    }
    return HttpResponse(bytes(certificate.pdf), content_type="application/pdf", headers=headers)


@router.post(
    "/certificates/{number}/versions/{version}/answers",
    auth=Token(Scope.ACKNOWLEDGE),
    response=schemas.Answer,
    summary="受領・返戻する、または取り消す",
    operation_id="answer",
    openapi_extra=problems("malformed", "not-found", "conflict", "too-large", "unsupported-media-type", "invalid"),
)
def answer(request: ApiRequest, number: NumberInPath, version: VersionInPath, given: schemas.AnswerIn) -> dict:
    """現在の内容の版に記録します。同じ内容がすでに記録されているときは、その記録を返します（再送しても二重になりません）。"""
    try:
        row = answering.answer(request.auth, number, version, given.kind, given.reason)
    except (Deposit.DoesNotExist, DepositedCertificate.DoesNotExist):
        raise Http404 from None
    except acknowledging.CannotAnswer as refusal:
        raise Problem("conflict", refusal.sentence) from None
    said = {"kind": row.kind, "reason": row.reason, "acknowledged_at": row.acknowledged_at}
    return {"number": number, "version": version, **said}


@router.get(
    "/events",
    auth=Token(Scope.EVENTS, takes=("after", "limit")),
    response=schemas.Events,
    summary="変更通知を取得する",
    operation_id="list_events",
    openapi_extra=problems("invalid"),
)
def list_events(request: ApiRequest, after: AfterCursor = 0, limit: Limit = MOST_ITEMS) -> dict:
    """登録済みの保証契約に起きたことを、起きた順に返します。nextを保存し、次のafterに指定すると、抜けも重なりもありません。"""
    events = Event.objects.filter(obligee=request.auth.obligee, cursor__gt=after).select_related("deposit")
    rows = list(events.order_by("cursor")[: limit + 1])
    items = [
        {
            "cursor": row.cursor,
            "event": row.kind,
            "number": row.deposit.number,
            "version": row.version,
            "happened_at": row.happened_at,
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next": items[-1]["cursor"] if items else after, "has_more": len(rows) > limit}


def _register(client: Client):
    return Deposit.objects.in_register_of(client.obligee).with_standing()


def _seen(client: Client, number: str, version: int, how: How) -> DepositedCertificate:
    """The version, its sight logged. Raises Http404 for what is not in the organisation's register."""
    try:
        public_id = (
            Deposit.objects.in_register_of(client.obligee).values_list("public_id", flat=True).get(number=number)
        )
        return viewing.pdf(by=client, public_id=public_id, version=version, how=how)
    except (Deposit.DoesNotExist, DepositedCertificate.DoesNotExist):
        raise Http404 from None


def _standing(deposit: Deposit) -> dict:
    return {
        "number": deposit.number,
        "status": deposit.status,
        "standing": deposit.standing,
        "version_in_force": deposit.in_force_version,
        "guarantee_ends_on": deposit.ends_on,
        "as_of": timezone.now(),
    }


def _details(client: Client, number: str) -> dict:
    deposit = _register(client).filter(number=number).first()
    if deposit is None:
        raise Http404
    versions = [
        {
            "version": one.version,
            "target": one.target,
            "cause": one.cause,
            "arrived_at": one.arrived_at,
            "sha256": one.sha256,
            "is_voided": hasattr(one, "voiding"),
        }
        for one in deposit.certificates.listed()
    ]
    return {**_standing(deposit), "versions": versions}
