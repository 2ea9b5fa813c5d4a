"""組織の管理: an organisation's sections, with the mails they get, and the hand-in rules that contractors read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dsure import arranging
from dsure.access import OfficerRequest, administrator_only
from dsure.administration_forms import PRINT_CHOICES, DepartmentForm, HandInForm
from dsure.models import HandInRule, Product
from dsure.views.carrying_out import by_button, carried_out, with_form
from netdesk import acting

DEPARTMENTS_A_PAGE = 50
NEWEST_VERSIONS = 10
SHOWN = {"section": "organisation"}
SAID_AT = {arranging.NameTaken: "name"}
page_with_form = require_http_methods(["GET", "HEAD", "POST"])


@administrator_only
@page_with_form
def departments(request: OfficerRequest) -> HttpResponse:
    """部署: those that are open, and a form for a further one."""
    obligee = request.officer.obligee
    form = DepartmentForm(request.POST or None)

    def do() -> str:
        department = arranging.add_department(obligee=obligee, record=form.cleaned_data, by=request.officer)
        messages.success(request, f"部署「{department.name}」を追加しました。")
        return reverse("dsure:departments")

    answer = carried_out(request, form, act="add-department", subject=obligee.pk, do=do, said_at=SAID_AT)
    if answer:
        return answer
    page = Paginator(obligee.departments.open().with_people(), DEPARTMENTS_A_PAGE).get_page(request.GET.get("page"))
    closing = [(row, acting.token(request.user, "close-department", row.pk)) for row in page]
    context = {**SHOWN, "tab": "departments", "page": page, "rows": closing}
    template = "dsure/organisation_departments.html"
    return with_form(request, template, form, act="add-department", subject=obligee.pk, **context)


@administrator_only
@page_with_form
def department(request: OfficerRequest, pk: int) -> HttpResponse:
    """部署の登録内容の変更."""
    found = get_object_or_404(request.officer.obligee.departments.open().select_related("obligee"), pk=pk)
    initial = {name: getattr(found, name) for name in DepartmentForm.base_fields}
    form = DepartmentForm(request.POST or None, initial=initial)

    def do() -> str:
        arranging.change_department(department=found, record=form.cleaned_data, by=request.officer)
        messages.success(request, "部署の登録内容を変更しました。")
        return reverse("dsure:departments")

    answer = carried_out(request, form, act="change-department", subject=pk, do=do, said_at=SAID_AT)
    template, context = "dsure/organisation_department.html", {**SHOWN, "department": found}
    return answer or with_form(request, template, form, act="change-department", subject=pk, **context)


@administrator_only
@require_POST
def close_department(request: OfficerRequest, pk: int) -> HttpResponse:
    """部署を廃止 where nobody belongs to it."""
    found = get_object_or_404(request.officer.obligee.departments.select_related("obligee"), pk=pk)

    def do() -> None:
        arranging.close_department(department=found, by=request.officer)
        messages.success(request, f"部署「{found.name}」を廃止しました。")

    return by_button(request, act="close-department", subject=pk, back=reverse("dsure:departments"), do=do)


@administrator_only
@require_safe
def hand_in_rules(request: OfficerRequest) -> HttpResponse:
    """提出方法: what contractors read of each product, where the organisation says it itself."""
    standing = {rule.product: rule for rule in request.officer.obligee.hand_in_rules.standing()}
    rows = [(product, standing.get(product)) for product in Product]
    return render(request, "dsure/organisation_hand_in.html", {**SHOWN, "tab": "hand_in", "rows": rows})


@administrator_only
@page_with_form
def hand_in_rule(request: OfficerRequest, product: str) -> HttpResponse:
    """The rule of one product: typed, looked at as contractors will read it, and then registered."""
    product, obligee = _product(product), request.officer.obligee
    standing = obligee.hand_in_rules.standing().filter(product=product).first()
    form = HandInForm(request.POST or None, initial=_typed(standing) if standing else None)
    subject = f"{obligee.pk}:{product}"
    is_preview = "preview" in request.POST

    def do() -> str:
        arranging.write_rule(obligee=obligee, product=product, rule=form.rule(), by=request.officer)
        messages.success(request, f"{product.label}の提出方法を登録しました。受注者の画面に表示されます。")
        return reverse("dsure:hand-in-rules")

    answer = None if is_preview else carried_out(request, form, act="hand-in", subject=subject, do=do)
    if answer:
        return answer
    preview = HandInRule(product=product, **form.rule()) if is_preview and form.is_valid() else None
    versions = obligee.hand_in_rules.filter(product=product).select_related("written_by")[:NEWEST_VERSIONS]
    context = {**SHOWN, "product": product, "standing": standing, "preview": preview, "versions": versions}
    context["revert_token"] = acting.token(request.user, "revert-hand-in", subject)
    return with_form(request, "dsure/organisation_hand_in_rule.html", form, act="hand-in", subject=subject, **context)


@administrator_only
@require_POST
def revert_hand_in_rule(request: OfficerRequest, product: str) -> HttpResponse:
    """保証会社の記録に戻す."""
    product, obligee = _product(product), request.officer.obligee

    def do() -> None:
        arranging.revert_rule(obligee=obligee, product=product, by=request.officer)
        messages.success(request, f"{product.label}の提出方法を、保証会社の記録に戻しました。")

    subject = f"{obligee.pk}:{product}"
    return by_button(request, act="revert-hand-in", subject=subject, back=reverse("dsure:hand-in-rules"), do=do)


def _product(value: str) -> Product:
    if value not in Product.values:
        raise Http404
    return Product(value)


def _typed(rule: HandInRule) -> dict:
    """The rule that stands, as the form shows it."""
    typed = {name: getattr(rule, name) for name in HandInForm.base_fields}
    choice = next(value for value, is_accepted in PRINT_CHOICES.items() if is_accepted is rule.is_print_accepted)
    return typed | {"is_print_accepted": choice}
