"""The operator's pages: which organisations use D-Sure. Never a certificate."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dsure.access import OperatorRequest, operator_only
from dsure.models import Obligee

ROWS_A_PAGE = 50


@operator_only
@require_safe
def home(request: OperatorRequest) -> HttpResponse:
    """登録されている発注者: each organisation with how much of everything it has."""
    page = Paginator(Obligee.objects.with_counts(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "dsure/operator.html", {"page": page})
