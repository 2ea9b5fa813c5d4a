"""Password pages of every desk: change, and reset by a mail with a one-time link."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from netdesk import acting, passwords, throttling
from netdesk.desks import home_of
from netdesk.password_forms import ChangePasswordForm, NewPasswordForm, ResetForm

page_with_form = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@page_with_form
@login_required
@sensitive_post_parameters()
def change(request: HttpRequest) -> HttpResponse:
    """パスワードの変更: the old one, then the new one; every other session of the person ends."""
    form = ChangePasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return _change(request, form.cleaned_data["old_password"], form.cleaned_data["new_password"])
        except acting.TokenRefused as refusal:
            form.add_error(None, refusal.sentence)
        except acting.Refusal as refusal:
            form.add_error("old_password", refusal.sentence)
    context = {
        "form": form,
        "home": home_of(request.user),
        "token": acting.token(request.user, "password", request.user.pk),
    }
    return render(request, "netdesk/password_change.html", context)


def _change(request: HttpRequest, old: str, new: str) -> HttpResponse:
    """Change it once; whichever answer of a double click the browser keeps, its session goes on under a new key."""
    user, subject = request.user, f"password:{request.user.pk}"

    def do() -> str:
        passwords.change(by=user, old=old, new=new, session_key=request.session.session_key)
        return reverse("password-changed")

    passwords.begin(subject)
    answer = acting.once(request, act="password", subject=user.pk, do=do)
    throttling.clear(subject)
    user.refresh_from_db(fields=["password"])
    update_session_auth_hash(request, user)
    return answer


@never_cache
@require_safe
@login_required
def changed(request: HttpRequest) -> HttpResponse:
    """The password was changed."""
    return render(request, "netdesk/password_changed.html", {"home": home_of(request.user)})


@never_cache
@page_with_form
def reset(request: HttpRequest) -> HttpResponse:
    """パスワードの再設定: one answer, whether the address is known or not."""
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            passwords.send_reset_links(address=form.cleaned_data["address"])
            return redirect("password-reset-sent")
        except passwords.MustWait as refusal:
            form.add_error("address", refusal.sentence)
    return render(request, "netdesk/password_reset.html", {"form": form})


@never_cache
@require_safe
def reset_sent(request: HttpRequest) -> HttpResponse:
    """What to do now, and what to do where no mail comes."""
    return render(request, "netdesk/password_reset_sent.html")


@never_cache
@page_with_form
@sensitive_post_parameters()
def set_by_link(request: HttpRequest, person: str, token: str) -> HttpResponse:
    """The page behind the link of an invitation or a reset. Opening it changes nothing, so a mail scanner may."""
    try:
        user = passwords.holder_of(person, token)
        form = NewPasswordForm(request.POST or None, user=user)
        if request.method == "POST" and form.is_valid():
            passwords.set_by_link(person=person, token=token, password=form.cleaned_data["new_password"])
            messages.success(request, "パスワードを設定しました。ログインIDと新しいパスワードでログインしてください。")
            return redirect("login")
    except passwords.LinkRefused as refusal:
        return render(request, "netdesk/password_link_refused.html", {"refusal": refusal}, status=410)
    return render(request, "netdesk/password_set.html", {"form": form, "person": user})
