"""Sign-in and sign-out, each person to their own desk, the health answer, and the mails of demo mode."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from netdesk.demo import PASSWORD, SIGN_INS
from netdesk.desks import home_of, is_served
from netdesk.models import Mail, User
from netdesk.sessions import DESK


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by name and password, and go to the page that was asked for or to one's own desk."""
    if request.user.is_authenticated and is_served(request.user):
        return redirect(home_of(request.user))
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.get_user()
        login(request, user)
        request.session[DESK] = user.desk
        return redirect(_asked_for(request) or home_of(user))
    demo = {"demo_sign_ins": SIGN_INS, "demo_password": PASSWORD} if settings.DEMO_MODE else {}
    return render(request, "netdesk/login.html", {"form": form, "next": _asked_for(request), **demo})


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
