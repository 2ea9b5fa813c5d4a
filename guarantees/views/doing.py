"""One act of a page, carried out once; what refuses it is said in words on the page that one comes back to."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dsure import depositing
from guarantees.issuing import NotIssued
from guarantees.refusals import NotEndorsed
from netdesk import acting

REFUSALS = (NotEndorsed, NotIssued, depositing.Refused, acting.TokenRefused)
NOT_IN_D_SURE = "D-Sureが受け付けなかったため、この操作は行われていません。本店に連絡してください。理由："


def once(request: HttpRequest, *, act: str, subject: object, do: Callable[[], str], back: str) -> HttpResponse:
    """`do` is carried out in one transaction with the page's token, and gives where to go; a refusal goes back."""
    try:
        return acting.once(request, act=act, subject=subject, do=do)
    except REFUSALS as refusal:
        messages.error(request, _said(refusal))
        return redirect(back)


def _said(refusal: acting.Refusal) -> str:
    return NOT_IN_D_SURE + refusal.sentence if isinstance(refusal, depositing.Refused) else refusal.sentence
