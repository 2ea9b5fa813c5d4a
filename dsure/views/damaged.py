"""What every page with a certificate does about one that is not as it arrived."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dsure import viewing


def refuses_damaged(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A certificate that is not as it arrived is never shown: the page says so in words, as a conflict (409)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except viewing.Damaged:
            return render(request, "dsure/damaged.html", status=409)

    return guarded
