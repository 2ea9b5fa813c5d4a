"""会社情報, 担当者 and one's own 担当者情報: what is registered, and how the contractor changes it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guarantees import enrolling
from guarantees.access import ContractorRequest, administrator_only, contractor_only
from guarantees.forms.company import CompanyForm, InviteForm, ProfileForm
from guarantees.models import ContractorMember
from guarantees.record_acts import MemberAct
from netdesk import acting, passwords, throttling

page_with_form = require_http_methods(["GET", "HEAD", "POST"])
ON_A_MEMBER = {
    MemberAct.INVITE_AGAIN: (enrolling.invite_again, "招待メールを再送しました。"),
    MemberAct.DISABLE: (enrolling.disable, "利用を停止しました。ログイン中の画面も終了しました。"),
    MemberAct.ENABLE: (enrolling.enable, "利用を再開しました。これまでのパスワードでログインできます。"),
    MemberAct.MAKE_ADMINISTRATOR: (enrolling.make_administrator, "管理者に設定しました。"),
    MemberAct.END_ADMINISTRATOR: (enrolling.end_administrator, "管理者から解除しました。"),
}


@never_cache
@require_safe
@contractor_only
def company(request: ContractorRequest) -> HttpResponse:
    """会社情報: the record, the people, and the newest changes."""
    contractor = request.contractor
    members = contractor.members.select_related("user").order_by("-user__is_active", "pk")
    context = {
        "section": "company",
        "contractor": contractor,
        "usual_branch": contractor.usual_branch,
        "rows": [_member_row(request, member) for member in members],
        "changes": contractor.changes.select_related("member__user", "changed_by")[:20],
    }
    return render(request, "guarantees/contractor/company.html", context)


def _member_row(request: ContractorRequest, member: ContractorMember) -> dict:
    """A member with the acts that are possible now, each with its token."""
    if not member.user.is_active:
        acts = [MemberAct.ENABLE]
    else:
        role = MemberAct.END_ADMINISTRATOR if member.is_administrator else MemberAct.MAKE_ADMINISTRATOR
        acts = [*([MemberAct.INVITE_AGAIN] if member.is_invited else []), role, MemberAct.DISABLE]
    is_allowed = request.member.is_administrator
    return {
        "member": member,
        "acts": [(act, acting.token(request.user, act, member.pk)) for act in acts] if is_allowed else [],
    }


@never_cache
@page_with_form
@administrator_only
def edit(request: ContractorRequest) -> HttpResponse:
    """会社情報の変更. The name is changed by the branch alone, and the page says so."""
    contractor = request.contractor
    initial = {name: getattr(contractor, name) for name in CompanyForm.base_fields}
    form = CompanyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def do() -> str:
            enrolling.change_company(contractor=contractor, record=form.cleaned_data, by=request.member)
            messages.success(request, "会社情報を変更しました。")
            return reverse("guarantees:company")

        try:
            return acting.once(request, act="company", subject=contractor.pk, do=do)
        except acting.Refusal as refusal:
            form.add_error(None, refusal.sentence)
    token = acting.token(request.user, "company", contractor.pk)
    context = {"section": "company", "form": form, "contractor": contractor, "token": token}
    return render(request, "guarantees/contractor/company_edit.html", context)


@never_cache
@page_with_form
@administrator_only
def invite(request: ContractorRequest) -> HttpResponse:
    """担当者を招待する: a mail with a one-time link goes to the address."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def do() -> str:
            member = enrolling.invite(contractor=request.contractor, profile=form.cleaned_data, by=request.member)
            messages.success(request, f"{member.user.full_name} さんに招待メールを送信しました。")
            return reverse("guarantees:company")

        try:
            return acting.once(request, act="invite", subject=request.contractor.pk, do=do)
        except acting.Refusal as refusal:
            form.add_error(None, refusal.sentence)
    token = acting.token(request.user, "invite", request.contractor.pk)
    return render(request, "guarantees/contractor/invite.html", {"section": "company", "form": form, "token": token})


@never_cache
@require_POST
@administrator_only
def act_on_member(request: ContractorRequest, pk: int, act: str) -> HttpResponse:
    """One of ON_A_MEMBER on a colleague, or on oneself."""
    member = get_object_or_404(request.contractor.members.select_related("contractor", "user"), pk=pk)
    stage, sentence = ON_A_MEMBER[MemberAct(act)]

    def do() -> str:
        stage(member=member, by=request.member)
        messages.success(request, f"{member.user.full_name} さん：{sentence}")
        return reverse("guarantees:company")

    try:
        return acting.once(request, act=act, subject=pk, do=do)
    except acting.Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("guarantees:company")


@never_cache
@page_with_form
@contractor_only
@sensitive_post_parameters("password")
def profile(request: ContractorRequest) -> HttpResponse:
    """担当者情報: one's own name, section, post, telephone and mail address."""
    user, member = request.user, request.member
    at_first = {"full_name": user.full_name, "email": user.email}
    at_first |= {"section": member.section, "post": member.post, "phone": member.phone}
    form = ProfileForm(request.POST or None, initial=at_first)
    if request.method == "POST" and form.is_valid():
        try:
            return _change_profile(request, form)
        except acting.TokenRefused as refusal:
            form.add_error(None, refusal.sentence)
        except acting.Refusal as refusal:
            form.add_error("password", refusal.sentence)
    token = acting.token(user, "profile", member.pk)
    return render(request, "guarantees/contractor/profile.html", {"section": "company", "form": form, "token": token})


def _change_profile(request: ContractorRequest, form: ProfileForm) -> HttpResponse:
    subject = f"password:{request.user.pk}"

    def do() -> str:
        password = form.cleaned_data["password"]
        enrolling.change_profile(by=request.member, profile=form.profile(), password=password)
        messages.success(request, "担当者情報を変更しました。")
        return reverse("guarantees:company")

    if "email" in form.changed_data:
        passwords.begin(subject)
    answer = acting.once(request, act="profile", subject=request.member.pk, do=do)
    if "email" in form.changed_data:
        throttling.clear(subject)
    return answer
