"""What every page with a form that acts does: carry out once, say a refusal in the form, show the form with a fresh token."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from netdesk import acting
from netdesk.rendering import Form


def carried_out(
    request: HttpRequest,
    form: Form,
    *,
    act: str,
    subject: object,
    do: Callable[[], str],
    said_at: dict[type[acting.Refusal], str] | None = None,
) -> HttpResponse | None:
    """The result of a POST with good contents; None where the form is to be shown, with what was wrong.

    `said_at` names the field of a refusal that is about one. Such rules stand in the stage alone: a form that knew them would
    refuse the second half of a double click.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return acting.once(request, act=act, subject=subject, do=do)
    except acting.Refusal as refusal:
        form.add_error((said_at or {}).get(type(refusal)), refusal.sentence)
        return None


def by_button(request: HttpRequest, *, act: str, subject: object, back: str, do: Callable[[], None]) -> HttpResponse:
    """The result of a button without a form: done or refused, the page it stands on says so."""

    def done() -> str:
        do()
        return back

    try:
        return acting.once(request, act=act, subject=subject, do=done)
    except acting.Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect(back)


def with_form(
    request: HttpRequest, template: str, form: Form, *, act: str, subject: object, **context: object
) -> HttpResponse:
    """The page of a form, with a token for its act."""
    token = acting.token(request.user, act, subject)
    return render(request, template, {"form": form, "token": token, **context})
