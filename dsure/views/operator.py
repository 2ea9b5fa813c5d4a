"""The operator's pages: which organisations use D-Sure, their people's state, alerts, and the log. Never a certificate."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dsure import enlisting, registering, watching
from dsure.access import OperatorRequest, operator_only
from dsure.administration_forms import AppointForm, FreeForm, ObligeeSearchForm, RegisterForm, RenameForm
from dsure.models import AdministrativeAct, Obligee, Officer
from dsure.views.carrying_out import by_button, carried_out, with_form
from netdesk import acting

ROWS_A_PAGE = 50
ACTS_A_PAGE = 50
NEWEST_ACTS = 10
page_with_form = require_http_methods(["GET", "HEAD", "POST"])


@operator_only
@require_safe
def home(request: OperatorRequest) -> HttpResponse:
    """登録されている発注者: each organisation with how much of everything it has; by name or code."""
    form = ObligeeSearchForm(request.GET)
    obligees = Obligee.objects.with_counts()
    is_searched = form.is_valid() and form.cleaned_data["words"]
    if is_searched:
        obligees = obligees.searched(form.cleaned_data["words"])
    page = Paginator(obligees, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "is_searched": is_searched, "alerts": watching.alerts(timezone.now())}
    return render(request, "dsure/operator.html", context | {"section": "obligees"})


@operator_only
@page_with_form
def register(request: OperatorRequest) -> HttpResponse:
    """発注者を登録する, with its first administrator."""
    form = RegisterForm(request.POST or None)

    def do() -> str:
        typed = {name: form.cleaned_data[name] for name in ("code", "name", "departments")}
        obligee = registering.register(**typed, person=form.person(), by=request.operator)
        messages.success(request, f"{obligee.name}を登録し、{form.cleaned_data['email']} に招待メールを送信しました。")
        return reverse("dsure:operator-obligee", args=[obligee.pk])

    said_at = {registering.AlreadyRegistered: "code"}
    answer = carried_out(request, form, act="register-obligee", subject="", do=do, said_at=said_at)
    return answer or with_form(
        request, "dsure/operator_register.html", form, act="register-obligee", subject="", section="obligees"
    )


@operator_only
@require_safe
def obligee(request: OperatorRequest, pk: int) -> HttpResponse:
    """One organisation: its sections and officers with their state, and what was done last."""
    found = get_object_or_404(Obligee.objects.with_counts(), pk=pk)
    officers = found.officers.select_related("user", "department").order_by("-user__is_active", "pk")
    page = Paginator(officers, ROWS_A_PAGE).get_page(request.GET.get("page"))
    stopped = watching.stopped_users()
    context = {
        "section": "obligees",
        "obligee": found,
        "departments": found.departments.open().order_by("name", "pk"),
        "rows": [
            (officer, officer.user_id in stopped, acting.token(request.user, "invite-again", officer.pk))
            for officer in page
        ],
        "page": page,
        "acts": found.acts.listed()[:NEWEST_ACTS],
    }
    return render(request, "dsure/operator_obligee.html", context)


@operator_only
@page_with_form
def rename(request: OperatorRequest, pk: int) -> HttpResponse:
    """発注者名の変更."""
    found = get_object_or_404(Obligee, pk=pk)
    form = RenameForm(request.POST or None, initial={"name": found.name})

    def do() -> str:
        registering.rename(obligee=found, name=form.cleaned_data["name"], by=request.operator)
        messages.success(request, "発注者名を変更しました。")
        return reverse("dsure:operator-obligee", args=[pk])

    answer = carried_out(request, form, act="rename-obligee", subject=pk, do=do)
    return answer or with_form(
        request, "dsure/operator_rename.html", form, act="rename-obligee", subject=pk, section="obligees", obligee=found
    )


@operator_only
@page_with_form
def appoint(request: OperatorRequest, pk: int) -> HttpResponse:
    """管理者を招待する: where an organisation needs another one, or has none left."""
    found = get_object_or_404(Obligee, pk=pk)
    form = AppointForm(request.POST or None, obligee=found)

    def do() -> str:
        department = form.cleaned_data["department"]
        officer = registering.appoint(department=department, person=form.person(), by=request.operator)
        messages.success(request, f"{officer.user.full_name} さんに招待メールを送信しました。")
        return reverse("dsure:operator-obligee", args=[pk])

    answer = carried_out(request, form, act="appoint", subject=pk, do=do)
    return answer or with_form(
        request, "dsure/operator_appoint.html", form, act="appoint", subject=pk, section="obligees", obligee=found
    )


@operator_only
@require_POST
def invite_again(request: OperatorRequest, pk: int) -> HttpResponse:
    """招待メールを再送 to an administrator who has not come yet."""
    officer = get_object_or_404(Officer.objects.select_related("obligee", "user"), pk=pk)
    back = reverse("dsure:operator-obligee", args=[officer.obligee_id])

    def do() -> None:
        enlisting.invite_again(officer=officer, by=request.operator)
        messages.success(request, f"{officer.user.full_name} さんに招待メールを再送しました。")

    return by_button(request, act="invite-again", subject=pk, back=back, do=do)


@operator_only
@page_with_form
def free(request: OperatorRequest, pk: int) -> HttpResponse:
    """照会の停止を解除する, with the reason."""
    officer = get_object_or_404(Officer.objects.select_related("obligee", "department", "user"), pk=pk)
    form = FreeForm(request.POST or None)

    def do() -> str:
        enlisting.free(officer=officer, reason=form.cleaned_data["reason"], by=request.operator)
        messages.success(request, f"{officer.user.full_name} さんの照会の停止を解除しました。")
        return reverse("dsure:operator-obligee", args=[officer.obligee_id])

    answer = carried_out(request, form, act="free", subject=pk, do=do)
    return answer or with_form(
        request, "dsure/operator_free.html", form, act="free", subject=pk, section="obligees", officer=officer
    )


@operator_only
@require_safe
def alerts(request: OperatorRequest) -> HttpResponse:
    """アラート: stopped accounts and unusual failures, as counts and accounts."""
    now = timezone.now()
    context = {"section": "alerts", "alerts": watching.alerts(now), "now": now, "watching": watching}
    return render(request, "dsure/operator_alerts.html", context)


@operator_only
@require_safe
def log(request: OperatorRequest) -> HttpResponse:
    """操作の記録 of the operator and of every organisation's administrators."""
    page = Paginator(AdministrativeAct.objects.listed(), ACTS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "dsure/operator_log.html", {"section": "log", "page": page})
