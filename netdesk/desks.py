"""Who works where: each desk's first page, and the guard that keeps a view for one desk."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from netdesk.models import Desk, User

# Plain paths, not URL names: a process that serves one operator's pages knows nothing of the other's.
HOME = {Desk.CONTRACTOR: "/", Desk.SURETY: "/surety/", Desk.DSURE: "/d-sure/", Desk.ADMIN: "/admin/"}


# The desks whose pages a process serves, by SITE; the administrator works on either side.
SERVED = {
    "all": set(Desk),
    "portal": {Desk.CONTRACTOR, Desk.SURETY, Desk.ADMIN},
    "dsure": {Desk.DSURE, Desk.ADMIN},
}


def is_served(user: User) -> bool:
    """Does this process serve the pages of this person's desk?"""
    return user.desk in SERVED[settings.SITE]


def home_of(user: User) -> str:
    """The first page of this person's desk."""
    return HOME[Desk(user.desk)]


def only(desk: Desk) -> Callable:
    """Guard a view for one desk: a stranger is asked to sign in, another desk's person meets 404."""

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.user.desk != desk:
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard
