"""Addresses of D-Sure. Number and key are in none of them."""

from django.urls import path

from dsure.views import administration, arrangements, comparing, elsewhere, officer, operator, requests, watch

app_name = "dsure"
officer_urls = [
    path("", officer.look_up, name="lookup"),
    path("register/", officer.register, name="register"),
    path("certificates/<uuid:public_id>/", officer.certificate, name="certificate"),
    path("certificates/<uuid:public_id>/<int:version>/", officer.certificate, name="certificate-version"),
    path(
        "certificates/<uuid:public_id>/<int:version>/certificate.pdf", officer.certificate_pdf, name="certificate-pdf"
    ),
    path("profile/", administration.profile, name="profile"),
]
organisation_urls = [
    path("organisation/", administration.officers, name="organisation"),
    path("organisation/officers/invite/", administration.invite, name="invite-officer"),
    path("organisation/officers/<int:pk>/move/", administration.move, name="move-officer"),
    path("organisation/officers/<int:pk>/free/", administration.free, name="free-officer"),
    *(
        path(
            f"organisation/officers/<int:pk>/{act.replace('_', '-')}/",
            administration.act_on_officer,
            {"act": act},
            name="act-on-officer",
        )
        for act in administration.ON_AN_OFFICER
    ),
    path("organisation/departments/", arrangements.departments, name="departments"),
    path("organisation/departments/<int:pk>/", arrangements.department, name="department"),
    path("organisation/departments/<int:pk>/close/", arrangements.close_department, name="close-department"),
    path("organisation/hand-in/", arrangements.hand_in_rules, name="hand-in-rules"),
    path("organisation/hand-in/<slug:product>/", arrangements.hand_in_rule, name="hand-in-rule"),
    path("organisation/hand-in/<slug:product>/revert/", arrangements.revert_hand_in_rule, name="revert-hand-in-rule"),
    path("organisation/phrase/", administration.phrase, name="organisation-phrase"),
    path("organisation/log/", administration.log, name="organisation-log"),
]
case_urls = [
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
]
operator_urls = [
    path("operator/", operator.home, name="operator"),
    path("operator/obligees/register/", operator.register, name="operator-register"),
    path("operator/obligees/<int:pk>/", operator.obligee, name="operator-obligee"),
    path("operator/obligees/<int:pk>/name/", operator.rename, name="operator-rename"),
    path("operator/obligees/<int:pk>/appoint/", operator.appoint, name="operator-appoint"),
    path("operator/officers/<int:pk>/invite-again/", operator.invite_again, name="operator-invite-again"),
    path("operator/officers/<int:pk>/free/", operator.free, name="operator-free"),
    path("operator/alerts/", operator.alerts, name="operator-alerts"),
    path("operator/log/", operator.log, name="operator-log"),
]
urlpatterns = [*officer_urls, *organisation_urls, *case_urls, *operator_urls]
