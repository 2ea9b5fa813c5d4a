"""The addresses of Net Desk: the contractor's desk at the root, the surety's below /surety/."""

from django.urls import URLPattern, URLResolver, include, path

from guarantees.views import applications, contracts, follow_ups, review, surety

A_CERTIFICATE = "<uuid:public_id>/certificates/<int:version>/"

contractor_urls = [
    path("applications/new/", applications.new, name="application-new"),
    path("applications/<uuid:public_id>/edit/", applications.edit, name="application-edit"),
    path("applications/<uuid:public_id>/confirm/", applications.confirm, name="application-confirm"),
    path("applications/<uuid:public_id>/complete/", applications.complete, name="application-complete"),
    path("applications/<uuid:public_id>/", applications.detail, name="application"),
    path("applications/reservation/new/", follow_ups.reservation_new, name="reservation-new"),
    path("applications/reservation/<uuid:public_id>/edit/", follow_ups.reservation_edit, name="reservation-edit"),
    path("contracts/<uuid:public_id>/interim/", follow_ups.interim, name="interim"),
    path("contracts/<uuid:public_id>/performance/", follow_ups.performance, name="performance"),
    path("contracts/", contracts.listing, name="contract-list"),
    path("contracts/<uuid:public_id>/", contracts.history, name="contract"),
    path("contracts/<uuid:public_id>/key-notice.pdf", contracts.key_notice, name="key-notice"),
    path(f"contracts/{A_CERTIFICATE}", contracts.certificate, name="certificate"),
    path(f"contracts/{A_CERTIFICATE}certificate.pdf", contracts.certificate_pdf, name="certificate-pdf"),
    path("branches/", contracts.branches, name="branches"),
    path("obligees/", contracts.obligees, name="obligees"),
]
surety_urls = [
    path("", surety.inbox, name="surety-inbox"),
    path("applications/<uuid:public_id>/", review.application, name="review"),
    path("applications/<uuid:public_id>/take-up/", review.take_up, name="take-up"),
    path("applications/<uuid:public_id>/return/", review.return_to_contractor, name="return"),
    path("requested/<uuid:public_id>/approve/", review.approve, name="approve"),
    path("requested/<uuid:public_id>/send-back/", review.send_back, name="send-back"),
    path("requested/<uuid:public_id>/decline/", review.decline, name="decline"),
    path("requested/<uuid:public_id>/issue/", surety.issue, name="issue"),
    path("requested/<uuid:public_id>/issued/", surety.issued, name="issued"),
    path(f"guarantees/{A_CERTIFICATE}certificate.pdf", surety.certificate_pdf, name="surety-certificate-pdf"),
]
netdesk_urls: list[URLPattern | URLResolver] = [*contractor_urls, path("surety/", include(surety_urls))]
urlpatterns = [path("", applications.top, name="home"), path("", include((netdesk_urls, "guarantees")))]
