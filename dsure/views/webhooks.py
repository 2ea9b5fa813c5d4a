"""The administrator's pages of webhooks: registered (secret shown once), tested, stopped, resumed; and how deliveries went."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dsure import connecting
from dsure.access import OfficerRequest, administrator_only
from dsure.connection_forms import WebhookForm
from dsure.models import Webhook
from netdesk import acting

ROWS_A_PAGE = 25
ACTS = {
    "test": (connecting.test, "テスト送信を受け付けました。数秒おいてこの画面を再表示すると、結果がわかります。"),
    "stop": (connecting.stop, "送信を停止しました。"),
    "resume": (connecting.resume, "送信を再開しました。停止中の通知から順に送信します。"),
}


@administrator_only
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("made", "context")
def webhooks(request: OfficerRequest) -> HttpResponse:
    """Webhook: those of the organisation (five at most), and the form for another, whose secret is in this one answer only."""
    obligee = request.officer.obligee
    form = WebhookForm(request.POST or None)
    made: list[tuple[Webhook, str]] = []

    def do() -> str:
        made.append(connecting.add(**form.cleaned_data, by=request.officer))
        return reverse("dsure:webhook", args=[made[0][0].public_id])

    if request.method == "POST" and form.is_valid():
        try:
            again = acting.once(request, act="webhook", subject=obligee.pk, do=do)
        except acting.Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            if not made:
                messages.warning(request, connecting.SHOWN_ALREADY)
                return again
            return render(
                request, "dsure/webhook_made.html", {"section": "api", "webhook": made[0][0], "secret": made[0][1]}
            )
    found = Webhook.objects.filter(obligee=obligee).select_related("made_by")
    context = {"section": "api", "form": form, "webhooks": found}
    token = acting.token(request.user, "webhook", obligee.pk)
    return render(request, "dsure/webhooks.html", {**context, "token": token})


@administrator_only
@require_safe
def webhook(request: OfficerRequest, public_id: UUID) -> HttpResponse:
    """One webhook: how it stands, what may be done, and its deliveries, newest first."""
    found = _own(request, public_id)
    deliveries = found.deliveries.select_related("event__deposit")
    page = Paginator(deliveries, ROWS_A_PAGE).get_page(request.GET.get("page"))
    acts = ["test", "resume" if found.stopped_at else "stop"]
    tokens = {act: acting.token(request.user, f"webhook-{act}", found.pk) for act in acts}
    return render(request, "dsure/webhook.html", {"section": "api", "webhook": found, "page": page, "tokens": tokens})


@administrator_only
@require_POST
def act(request: OfficerRequest, public_id: UUID, act: str) -> HttpResponse:
    """テスト送信, 停止 or 再開."""
    found = _own(request, public_id)
    if act not in ACTS:
        raise Http404
    carry_out, sentence = ACTS[act]

    def do() -> str:
        carry_out(webhook=found, by=request.officer)
        messages.success(request, sentence)
        return reverse("dsure:webhook", args=[found.public_id])

    try:
        return acting.once(request, act=f"webhook-{act}", subject=found.pk, do=do)
    except acting.Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("dsure:webhook", public_id=found.public_id)


def _own(request: OfficerRequest, public_id: UUID) -> Webhook:
    found = Webhook.objects.select_related("made_by", "stopped_by")
    return get_object_or_404(found, public_id=public_id, obligee=request.officer.obligee)
