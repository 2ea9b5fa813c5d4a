"""Addresses of D-Sure. Number and key are in none of them."""

from django.urls import path

from dsure.views import answering, certificates, genuine, looking_up, operator, receipts, register

app_name = "dsure"
CERTIFICATE = "certificates/<uuid:public_id>/"
VERSION = f"{CERTIFICATE}<int:version>/"
urlpatterns = [
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
    path("operator/", operator.home, name="operator"),
]
