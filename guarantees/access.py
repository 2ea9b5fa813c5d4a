"""Who may enter the surety's pages, and as whom: each view works on the rows of `request.contractor` or `request.staff`."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from guarantees.models import Contractor, ContractorMember, StaffMember
from netdesk import desks
from netdesk.models import Desk, User


class ContractorRequest(HttpRequest):
    """A request of a contractor's person; `organisation` is what the page's head names."""

    user: User
    member: ContractorMember
    contractor: Contractor
    organisation: str


class StaffRequest(HttpRequest):
    """A request of the surety's person; `organisation` is the branch."""

    user: User
    staff: StaffMember
    organisation: str


class ReaderRequest(HttpRequest):
    """A request of somebody who reads the help; `layout` is the template of their desk's frame."""

    layout: str


def contractor_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For people of a contractor: makes the request a ContractorRequest."""

    @wraps(view)
    @desks.only(Desk.CONTRACTOR)
    def guarded(request: ContractorRequest, *args, **kwargs) -> HttpResponse:
        member = ContractorMember.objects.select_related("contractor", "user").filter(user=request.user).first()
        if member is None:
            raise Http404
        request.member, request.contractor, request.organisation = member, member.contractor, member.contractor.name
        return view(request, *args, **kwargs)

    return guarded


def administrator_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a contractor's administrators (管理者); their colleagues are told that they may not."""

    @wraps(view)
    @contractor_only
    def guarded(request: ContractorRequest, *args, **kwargs) -> HttpResponse:
        if not request.member.is_administrator:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def readers_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For people of a contractor, and for the surety's, who explain the same pages on the telephone: a ReaderRequest."""

    @wraps(view)
    def guarded(request: ReaderRequest, *args, **kwargs) -> HttpResponse:
        is_surety = request.user.is_authenticated and request.user.desk == Desk.SURETY
        desk, guard = ("surety", staff_only) if is_surety else ("contractor", contractor_only)
        request.layout = f"guarantees/{desk}/base.html"
        return guard(view)(request, *args, **kwargs)

    return guarded


def staff_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For people of the surety: makes the request a StaffRequest."""

    @wraps(view)
    @desks.only(Desk.SURETY)
    def guarded(request: StaffRequest, *args, **kwargs) -> HttpResponse:
        staff = StaffMember.objects.select_related("branch", "user").filter(user=request.user).first()
        if staff is None:
            raise Http404
        request.staff, request.organisation = staff, str(staff.branch or "本店")
        return view(request, *args, **kwargs)

    return guarded


def head_office_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the head office's approvers, who keep the reference data; their colleagues are told that they may not."""

    @wraps(view)
    @staff_only
    def guarded(request: StaffRequest, *args, **kwargs) -> HttpResponse:
        if not request.staff.keeps_masters:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
