"""Sign-in and sign-out, each person to their own desk, the health answer, and the mails of demo mode."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from netdesk import keeping
from netdesk.demo import PASSWORD, SIGN_INS
from netdesk.desks import home_of, is_served
from netdesk.models import Mail, User
from netdesk.sessions import DESK


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by name and password, and go to the page that was asked for or to one's own desk."""
    if request.user.is_authenticated and is_served(request.user):
        return redirect(keeping.after_sign_in(request, request.user, _asked_for(request)) or home_of(request.user))
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        login(request, user)
        request.session[DESK] = user.desk
        where = keeping.after_sign_in(request, user, _asked_for(request)) or home_of(user)
        return keeping.know_browser(request, redirect(where))
    demo = {"demo_sign_ins": SIGN_INS, "demo_password": PASSWORD} if settings.DEMO_MODE else {}
    asked = _asked_for(request)
    context = {"form": form, "next": asked, "is_kept": bool(keeping.kept_in(asked)), **demo}
    return render(request, "netdesk/login.html", context)


class SignInForm(AuthenticationForm):
    """ログインIDとパスワード, with one sentence for every wrong pair."""

    use_required_attribute = False
    error_messages = {
        "invalid_login": "ログインIDまたはパスワードが正しくありません。大文字と小文字の違いもご確認ください。",
        "inactive": "ログインIDまたはパスワードが正しくありません。大文字と小文字の違いもご確認ください。",
    }

    def confirm_login_allowed(self, user: User) -> None:
        """People of the other operator's desks are strangers to a process that serves one operator."""
        super().confirm_login_allowed(user)
        if not is_served(user):
            raise self.get_invalid_login_error()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["username"].label = "ログインID"
        self.fields["username"].error_messages["required"] = "ログインIDを入力してください"
        self.fields["password"].label = "パスワード"
        self.fields["password"].error_messages["required"] = "パスワードを入力してください"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, in the browser and in the database."""
    logout(request)
    return redirect("login")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A POST without a valid token is refused; if it came from a page of ours, what was typed is kept and shown again."""
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    kept = keeping.keep(request) if is_ours else None
    if kept and not request.user.is_authenticated:
        return redirect_to_login(keeping.url_of(kept))
    if kept and kept.kept_for_id == request.user.pk:
        return redirect(keeping.url_of(kept))
    return HttpResponseForbidden(render_to_string("403_csrf.html", {"is_kept": kept is not None}))


def home(request: HttpRequest) -> HttpResponse:
    """The root address of a process that serves D-Sure alone."""
    is_at_home = request.user.is_authenticated and is_served(request.user)
    return redirect(home_of(request.user) if is_at_home else "login")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing more is said here."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
@never_cache
def demo_mails(request: HttpRequest) -> HttpResponse:
    """Every mail that any desk sent, newest first. In demo mode only: nobody's real mail is ever here."""
    return render(request, "netdesk/demo_mails.html", {"mails": Mail.objects.all()[:100]})


def _asked_for(request: HttpRequest) -> str:
    """The page of this site that led to sign-in, or nothing."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=request.is_secure())
    return target if is_ours else ""
