"""Who may enter D-Sure's pages: officers of a registered organisation, and the operator. Nothing of it is kept by browsers."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from dsure.models import Officer, Operator
from netdesk.desks import only
from netdesk.models import Desk

View = Callable[..., HttpResponse]


class OfficerRequest(HttpRequest):
    """A request that passed `officer_only`."""

    officer: Officer
    organisation: str


class OperatorRequest(HttpRequest):
    """A request that passed `operator_only`."""

    operator: Operator


def officer_only(view: View) -> View:
    """For officers: sets `request.officer` and `request.organisation` (平塚市 契約検査課). The row is read anew each time, so
    that one who was moved or removed loses the old organisation at once. A stranger signs in; anyone else meets 404."""

    @never_cache
    @only(Desk.DSURE)
    @wraps(view)
    def guarded(request: OfficerRequest, *args, **kwargs) -> HttpResponse:
        officer = Officer.objects.select_related("user", "obligee", "department").filter(user=request.user.pk).first()
        if officer is None:
            raise Http404
        request.officer, request.organisation = officer, officer.organisation
        return view(request, *args, **kwargs)

    return guarded


def administrator_only(view: View) -> View:
    """For the organisation's administrators (発注者の管理者); their colleagues are told that they may not."""

    @officer_only
    @wraps(view)
    def guarded(request: OfficerRequest, *args, **kwargs) -> HttpResponse:
        if not request.officer.is_administrator:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def operator_only(view: View) -> View:
    """For D-Sure's operator: sets `request.operator`. A stranger signs in; anyone else, officers too, meets 404."""

    @never_cache
    @only(Desk.DSURE)
    @wraps(view)
    def guarded(request: OperatorRequest, *args, **kwargs) -> HttpResponse:
        operator = Operator.objects.select_related("user").filter(user=request.user.pk).first()
        if operator is None:
            raise Http404
        request.operator = operator
        return view(request, *args, **kwargs)

    return guarded


def operator_to_own_page(view: View) -> View:
    """The desk's first page is the officers'; an operator who lands there goes on to their own."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.user.is_authenticated and Operator.objects.filter(user=request.user.pk).exists():
            return redirect("dsure:operator")
        return view(request, *args, **kwargs)

    return guarded
