"""PDFの真正性を確認する: what a PDF is, from its bytes alone. Nothing of it is kept."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from dsure import authenticating
from dsure.access import OfficerRequest, officer_only
from dsure.forms.answers import GenuineForm
from netdesk import confined

BUSY = "ただいま確認が混み合っています。数秒おいて、もう一度操作してください"


@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def genuine(request: OfficerRequest) -> HttpResponse:
    """Unaltered or not, issued by whom, in force or not: three answers, each by itself."""
    form = GenuineForm(request.POST, request.FILES) if request.method == "POST" else GenuineForm()
    context = {"form": form, "section": "genuine"}
    if form.is_bound and form.is_valid():
        try:
            context["examined"] = authenticating.examine(by=request.officer, pdf=form.cleaned_data["document"])
        except confined.Busy:
            form.add_error("document", BUSY)
    return render(request, "dsure/genuine.html", context)
