"""期限・変更の確認: what the organisation has to see to, and who wants the monthly mail about it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dsure import digesting, foreseeing, noticing
from dsure.access import OfficerRequest, officer_only
from dsure.models import DigestWish
from netdesk import acting

ROWS_A_PAGE = 25
LABELS = {
    "ending": "60日以内に終わる保証",
    "behind": "工期が保証期限を越える保証",
    "changed": "閲覧後に変更があった保証",
}
LISTS = {
    "ending": foreseeing.ending,
    "behind": lambda obligee, today: foreseeing.behind(obligee),
    "changed": lambda obligee, today: foreseeing.changed(obligee),
}
SHOWN = {
    "ending": foreseeing.shown,
    "behind": lambda page, today: page,
    "changed": lambda page, today: [(one, noticing.happened_since(one, one.last_seen_at)) for one in page],
}
WANTED = "毎月最初の営業日に、件数をメールでお知らせします。"
UNWANTED = "毎月のお知らせを停止しました。"


@officer_only
@require_safe
def watch(request: OfficerRequest) -> HttpResponse:
    """One of three lists, each with its count."""
    obligee, today = request.officer.obligee, timezone.localdate()
    current = request.GET.get("tab")
    current = current if current in LABELS else "ending"
    counted = foreseeing.counts(obligee, today)
    page = Paginator(LISTS[current](obligee, today), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": [{"value": tab, "label": label, "count": counted[tab]} for tab, label in LABELS.items()],
        "current": current,
        "page": page,
        "rows": SHOWN[current](page, today),
        "today": today,
        "is_wanted": DigestWish.objects.filter(officer=request.officer).exists(),
        "token": acting.token(request.user, "digest", request.officer.pk),
        "section": "watch",
    }
    return render(request, "dsure/watch.html", context)


@officer_only
@require_POST
def digest(request: OfficerRequest) -> HttpResponse:
    """毎月のお知らせを希望する, or no more."""
    is_wanted = request.POST.get("wish") == "yes"

    def do() -> str:
        (digesting.want if is_wanted else digesting.want_no_more)(by=request.officer)
        messages.success(request, WANTED if is_wanted else UNWANTED)
        return reverse("dsure:watch")

    try:
        return acting.once(request, act="digest", subject=request.officer.pk, do=do)
    except acting.Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("dsure:watch")
