"""組織の管理: the pages of an organisation's administrator on its officers, sections, phrase and log; and each officer's own record."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dsure import arranging, enlisting, watching
from dsure.access import OfficerRequest, administrator_only, officer_only
from dsure.administration_forms import FreeForm, InviteForm, MoveForm, PhraseForm, ProfileForm
from dsure.models import Act, Officer
from dsure.views.carrying_out import by_button, carried_out, with_form
from netdesk import acting, passwords, throttling

OFFICERS_A_PAGE = 50
ACTS_A_PAGE = 50
page_with_form = require_http_methods(["GET", "HEAD", "POST"])
ON_AN_OFFICER = {
    Act.INVITE_AGAIN: (enlisting.invite_again, "招待メールを再送しました。"),
    Act.MAKE_ADMINISTRATOR: (enlisting.make_administrator, "管理者に設定しました。"),
    Act.END_ADMINISTRATOR: (enlisting.end_administrator, "管理者から解除しました。"),
    Act.DISABLE: (enlisting.disable, "利用を停止しました。ログイン中の画面も終了しました。"),
    Act.ENABLE: (enlisting.enable, "利用を再開しました。これまでのパスワードでログインできます。"),
}


@administrator_only
@require_safe
def officers(request: OfficerRequest) -> HttpResponse:
    """職員: everybody of the organisation with state and possible acts."""
    rows = request.officer.obligee.officers.select_related("user", "department").order_by("-user__is_active", "pk")
    page = Paginator(rows, OFFICERS_A_PAGE).get_page(request.GET.get("page"))
    stopped = watching.stopped_users()
    shown = [_officer_row(request, officer, is_stopped=officer.user_id in stopped) for officer in page]
    context = {"section": "organisation", "tab": "officers", "page": page, "rows": shown}
    return render(request, "dsure/organisation_officers.html", context)


def _officer_row(request: OfficerRequest, officer: Officer, *, is_stopped: bool) -> dict:
    """An officer with the acts that are possible now, each with its token. Nobody is offered what is refused on oneself."""
    is_oneself = officer.pk == request.officer.pk
    if not officer.user.is_active:
        acts = [Act.ENABLE]
    else:
        role = Act.END_ADMINISTRATOR if officer.is_administrator else Act.MAKE_ADMINISTRATOR
        acts = [*([Act.INVITE_AGAIN] if officer.user.is_invited else []), role, *([] if is_oneself else [Act.DISABLE])]
    return {
        "officer": officer,
        "is_oneself": is_oneself,
        "is_stopped": is_stopped,
        "acts": [(act, acting.token(request.user, act, officer.pk)) for act in acts],
    }


@administrator_only
@page_with_form
def invite(request: OfficerRequest) -> HttpResponse:
    """職員を招待する: a mail with a one-time link goes to the address."""
    obligee = request.officer.obligee
    form = InviteForm(request.POST or None, obligee=obligee)

    def do() -> str:
        chosen = {name: form.cleaned_data[name] for name in ("department", "is_administrator")}
        officer = enlisting.invite(person=form.person(), by=request.officer, **chosen)
        messages.success(request, f"{officer.user.full_name} さんに招待メールを送信しました。")
        return reverse("dsure:organisation")

    answer = carried_out(request, form, act="invite-officer", subject=obligee.pk, do=do)
    template = "dsure/organisation_invite.html"
    return answer or with_form(
        request, template, form, act="invite-officer", subject=obligee.pk, section="organisation"
    )


@administrator_only
@require_POST
def act_on_officer(request: OfficerRequest, pk: int, act: str) -> HttpResponse:
    """One of ON_AN_OFFICER on a colleague, or on oneself."""
    officer = _colleague(request, pk)
    stage, sentence = ON_AN_OFFICER[Act(act)]

    def do() -> None:
        stage(officer=officer, by=request.officer)
        messages.success(request, f"{officer.user.full_name} さん：{sentence}")

    return by_button(request, act=act, subject=pk, back=reverse("dsure:organisation"), do=do)


@administrator_only
@page_with_form
def move(request: OfficerRequest, pk: int) -> HttpResponse:
    """部署の変更."""
    officer = _colleague(request, pk)
    form = MoveForm(
        request.POST or None, obligee=request.officer.obligee, initial={"department": officer.department_id}
    )

    def do() -> str:
        enlisting.move(officer=officer, department=form.cleaned_data["department"], by=request.officer)
        messages.success(request, f"{officer.user.full_name} さんの部署を変更しました。")
        return reverse("dsure:organisation")

    answer = carried_out(request, form, act="move", subject=pk, do=do)
    context = {"officer": officer, "section": "organisation"}
    return answer or with_form(request, "dsure/organisation_move.html", form, act="move", subject=pk, **context)


@administrator_only
@page_with_form
def free(request: OfficerRequest, pk: int) -> HttpResponse:
    """照会の停止を解除する, with the reason."""
    officer = _colleague(request, pk)
    form = FreeForm(request.POST or None)

    def do() -> str:
        enlisting.free(officer=officer, reason=form.cleaned_data["reason"], by=request.officer)
        messages.success(request, f"{officer.user.full_name} さんの照会の停止を解除しました。")
        return reverse("dsure:organisation")

    answer = carried_out(request, form, act="free", subject=pk, do=do)
    context = {"officer": officer, "section": "organisation"}
    return answer or with_form(request, "dsure/organisation_free.html", form, act="free", subject=pk, **context)


@administrator_only
@page_with_form
def phrase(request: OfficerRequest) -> HttpResponse:
    """合言葉, shown after sign-in against look-alike sites."""
    obligee = request.officer.obligee
    form = PhraseForm(request.POST or None, initial={"phrase": obligee.phrase})

    def do() -> str:
        arranging.change_phrase(obligee=obligee, phrase=form.cleaned_data["phrase"], by=request.officer)
        messages.success(request, "合言葉を変更しました。職員の皆さんにお知らせください。")
        return reverse("dsure:organisation-phrase")

    answer = carried_out(request, form, act="phrase", subject=obligee.pk, do=do)
    context = {"section": "organisation", "tab": "phrase"}
    template = "dsure/organisation_phrase.html"
    return answer or with_form(request, template, form, act="phrase", subject=obligee.pk, **context)


@administrator_only
@require_safe
def log(request: OfficerRequest) -> HttpResponse:
    """操作の記録 of this organisation, what the operator did to it included."""
    page = Paginator(request.officer.obligee.acts.listed(), ACTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"section": "organisation", "tab": "log", "page": page}
    return render(request, "dsure/organisation_log.html", context)


@officer_only
@page_with_form
@sensitive_post_parameters("password")
def profile(request: OfficerRequest) -> HttpResponse:
    """ご自身の登録内容: name and mail address; and what the phrase is for."""
    user, officer = request.officer.user, request.officer
    form = ProfileForm(request.POST or None, initial={"full_name": user.full_name, "email": user.email})
    if request.method == "POST" and form.is_valid():
        try:
            return _change_profile(request, form)
        except acting.TokenRefused as refusal:
            form.add_error(None, refusal.sentence)
        except acting.Refusal as refusal:
            form.add_error("password", refusal.sentence)
    return with_form(request, "dsure/profile.html", form, act="profile", subject=officer.pk, section="profile")


def _change_profile(request: OfficerRequest, form: ProfileForm) -> HttpResponse:
    subject = f"password:{request.user.pk}"

    def do() -> str:
        password = form.cleaned_data["password"]
        enlisting.change_profile(by=request.officer, record=form.person(), password=password)
        messages.success(request, "ご自身の登録内容を変更しました。")
        return reverse("dsure:profile")

    if "email" in form.changed_data:
        passwords.begin(subject)
    answer = acting.once(request, act="profile", subject=request.officer.pk, do=do)
    if "email" in form.changed_data:
        throttling.clear(subject)
    return answer


def _colleague(request: OfficerRequest, pk: int) -> Officer:
    """An officer of the administrator's own organisation; anybody else's is not there."""
    return get_object_or_404(request.officer.obligee.officers.select_related("user", "obligee", "department"), pk=pk)
