"""The administrator's page of tokens: made (shown once), listed, revoked."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from dsure import connecting, viewing
from dsure.access import OfficerRequest, administrator_only
from dsure.connection_forms import TokenForm
from dsure.models import Client
from netdesk import acting, throttling

ROWS_A_PAGE = 25


@administrator_only
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("made", "context")
def tokens(request: OfficerRequest) -> HttpResponse:
    """連携トークン: those of the organisation, and the form for a new one, whose text is in this one answer only."""
    form = TokenForm(request.POST or None)
    made: list[tuple[Client, str]] = []

    def do() -> str:
        made.append(connecting.make(**form.cleaned_data, by=request.officer))
        return reverse("dsure:tokens")

    if request.method == "POST" and form.is_valid():
        try:
            again = acting.once(request, act="token", subject=request.officer.obligee_id, do=do)
        except acting.Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            if not made:
                messages.warning(request, connecting.SHOWN_ALREADY)
                return again
            return render(
                request, "dsure/token_made.html", {"section": "api", "client": made[0][0], "token": made[0][1]}
            )
    return render(request, "dsure/tokens.html", {"form": form, **_listed(request)})


def _listed(request: OfficerRequest) -> dict:
    """A page of the organisation's tokens, each with how it stands and the act that is possible."""
    clients = Client.objects.filter(obligee=request.officer.obligee).select_related("made_by", "revoked_by")
    page = Paginator(clients, ROWS_A_PAGE).get_page(request.GET.get("page"))
    stopped = set(throttling.stopped(viewing.SUBJECT_OF_CLIENTS))
    rows = [
        {
            "client": client,
            "is_stopped": viewing.subject_of(client) in stopped,
            "revocation": acting.token(request.user, "token-revoke", client.pk) if not client.revoked_at else "",
        }
        for client in page
    ]
    return {
        "section": "api",
        "page": page,
        "rows": rows,
        "token": acting.token(request.user, "token", request.officer.obligee_id),
    }


@administrator_only
@require_POST
def revoke(request: OfficerRequest, pk: int) -> HttpResponse:
    """失効: the token opens nothing from now on."""
    client = get_object_or_404(Client, pk=pk, obligee=request.officer.obligee)

    def do() -> str:
        connecting.revoke(client=client, by=request.officer)
        messages.success(request, f"トークン「{client.name}」を失効させました。")
        return reverse("dsure:tokens")

    try:
        return acting.once(request, act="token-revoke", subject=client.pk, do=do)
    except acting.Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("dsure:tokens")
