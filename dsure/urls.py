"""Addresses of D-Sure. A key is in none of them, a number in the API's alone."""

from django.urls import include, path

from dsure.views import connections, documentation, officer, operator, webhooks

app_name = "dsure"
urlpatterns = [
    path("", officer.look_up, name="lookup"),
    path("register/", officer.register, name="register"),
    path("certificates/<uuid:public_id>/", officer.certificate, name="certificate"),
    path("certificates/<uuid:public_id>/<int:version>/", officer.certificate, name="certificate-version"),
    path(
        "certificates/<uuid:public_id>/<int:version>/certificate.pdf", officer.certificate_pdf, name="certificate-pdf"
    ),
    path("operator/", operator.home, name="operator"),
    path("organisation/tokens/", connections.tokens, name="tokens"),
    path("organisation/tokens/<int:pk>/revoke/", connections.revoke, name="token-revoke"),
    path("organisation/webhooks/", webhooks.webhooks, name="webhooks"),
    path("organisation/webhooks/<uuid:public_id>/", webhooks.webhook, name="webhook"),
    path("organisation/webhooks/<uuid:public_id>/<slug:act>/", webhooks.act, name="webhook-act"),
    path("api/", documentation.page, name="api"),
    path("api/openapi.json", documentation.schema, name="api-schema"),
    path("api/v1/", include("dsure.api.urls")),
]
