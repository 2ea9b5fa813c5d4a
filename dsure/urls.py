"""Addresses of D-Sure. A key is in none of them, a number in the API's alone."""

from django.urls import include, path

from dsure.views import (
    administration,
    answering,
    arrangements,
    certificates,
    comparing,
    connections,
    documentation,
    elsewhere,
    genuine,
    looking_up,
    operator,
    receipts,
    register,
    requests,
    watch,
    webhooks,
)

app_name = "dsure"
CERTIFICATE = "certificates/<uuid:public_id>/"
VERSION = f"{CERTIFICATE}<int:version>/"
officer_urls = [
    path("", looking_up.look_up, name="lookup"),
    path("found/", looking_up.find, name="find"),
    path("register/", register.register, name="register"),
    path("register/list.csv", register.as_csv, name="register-csv"),
    path(CERTIFICATE, certificates.certificate, name="certificate"),
    path(VERSION, certificates.certificate, name="certificate-version"),
    path(f"{VERSION}certificate.pdf", certificates.certificate_pdf, name="certificate-pdf"),
    path(f"{VERSION}acknowledge/", answering.acknowledge, name="acknowledge"),
    path(f"{VERSION}return/", answering.send_back, name="send-back"),
    path(f"{VERSION}withdraw/", answering.withdraw, name="withdraw"),
    path(f"{VERSION}hand-over/", answering.hand_over, name="hand-over"),
    path(f"{VERSION}receipt/", receipts.attest, name="attest"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/<slug:number>/", receipts.receipt, name="receipt"),
    path("receipts/<slug:number>/receipt.pdf", receipts.receipt_pdf, name="receipt-pdf"),
    path("genuine/", genuine.genuine, name="genuine"),
    path("profile/", administration.profile, name="profile"),
    path("organisation/tokens/", connections.tokens, name="tokens"),
    path("organisation/tokens/<int:pk>/revoke/", connections.revoke, name="token-revoke"),
    path("organisation/webhooks/", webhooks.webhooks, name="webhooks"),
    path("organisation/webhooks/<uuid:public_id>/", webhooks.webhook, name="webhook"),
    path("organisation/webhooks/<uuid:public_id>/<slug:act>/", webhooks.act, name="webhook-act"),
    path("api/", documentation.page, name="api"),
    path("api/openapi.json", documentation.schema, name="api-schema"),
    path("api/v1/", include("dsure.api.urls")),
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
    path(f"{CERTIFICATE}compare/", comparing.compare, name="compare-certificate"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<uuid:public_id>/", requests.request_page, name="request"),
    *(
        path(
            f"{CERTIFICATE}requests/new/{kind.replace('_', '-')}/",
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
