"""Addresses of D-Sure. Number and key are in none of them."""

from django.urls import path

from dsure.views import comparing, officer, operator, requests

app_name = "dsure"
urlpatterns = [
    path("", officer.look_up, name="lookup"),
    path("register/", officer.register, name="register"),
    path("certificates/<uuid:public_id>/", officer.certificate, name="certificate"),
    path("certificates/<uuid:public_id>/<int:version>/", officer.certificate, name="certificate-version"),
    path(
        "certificates/<uuid:public_id>/<int:version>/certificate.pdf", officer.certificate_pdf, name="certificate-pdf"
    ),
    path("compare/", comparing.compare, name="compare"),
    path("compare/template.csv", comparing.template, name="compare-template"),
    path("compare/sheet/", comparing.compare_sheet, name="compare-sheet"),
    path("certificates/<uuid:public_id>/compare/", comparing.compare, name="compare-certificate"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<uuid:public_id>/", requests.request_page, name="request"),
    *(
        path(
            f"certificates/<uuid:public_id>/requests/new/{kind.replace('_', '-')}/",
            requests.new,
            {"kind": kind},
            name=f"request-{kind.replace('_', '-')}",
        )
        for kind in requests.FORMS
    ),
    path("operator/", operator.home, name="operator"),
]
