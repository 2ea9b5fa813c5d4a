"""Addresses of D-Sure. Number and key are in none of them."""

from django.urls import path

from dsure.views import comparing, elsewhere, officer, operator, requests, watch

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
    path("watch/", watch.watch, name="watch"),
    path("watch/digest/", watch.digest, name="digest"),
    path("elsewhere/", elsewhere.elsewhere, name="elsewhere"),
    path("elsewhere/list.csv", elsewhere.as_csv, name="elsewhere-csv"),
    path("elsewhere/new/", elsewhere.enter, name="elsewhere-new"),
    path("elsewhere/<uuid:public_id>/", elsewhere.entry, name="elsewhere-entry"),
    path("elsewhere/<uuid:public_id>/<int:version>/change/", elsewhere.change, name="elsewhere-change"),
    path("elsewhere/<uuid:public_id>/<int:version>/close/", elsewhere.close, name="elsewhere-close"),
    path("operator/", operator.home, name="operator"),
]
