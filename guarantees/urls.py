"""The addresses of Net Desk: the contractor's desk at the root, the surety's below /surety/."""

from django.urls import URLPattern, URLResolver, include, path

from guarantees.views import (
    applications,
    company,
    contract_list,
    contracts,
    drafts,
    endorsement_review,
    endorsements,
    figures,
    follow_ups,
    guide,
    inbox,
    premiums,
    remarks,
    review,
    surety,
    watch,
    works,
)

A_CERTIFICATE = "<uuid:public_id>/certificates/<int:version>/"

contractor_urls = [
    path("applications/new/", applications.new, name="application-new"),
    path("applications/drafts/", drafts.listing, name="drafts"),
    path("applications/<uuid:public_id>/discard/", drafts.discard, name="draft-discard"),
    path("applications/<uuid:public_id>/withdraw/", drafts.withdraw, name="application-withdraw"),
    path("applications/terms/", applications.terms, name="application-terms"),
    path("applications/<uuid:public_id>/edit/", applications.edit, name="application-edit"),
    path("applications/<uuid:public_id>/confirm/", applications.confirm, name="application-confirm"),
    path("applications/<uuid:public_id>/complete/", applications.complete, name="application-complete"),
    path("applications/<uuid:public_id>/", applications.detail, name="application"),
    path("applications/reservation/new/", follow_ups.reservation_new, name="reservation-new"),
    path("applications/reservation/<uuid:public_id>/edit/", follow_ups.reservation_edit, name="reservation-edit"),
    path("contracts/<uuid:public_id>/interim/", follow_ups.interim, name="interim"),
    path("contracts/<uuid:public_id>/performance/", follow_ups.performance, name="performance"),
    path("contracts/", contract_list.listing, name="contract-list"),
    path("contracts/list.csv", contract_list.as_csv, name="contract-list-csv"),
    path("contracts/<uuid:public_id>/", contracts.history, name="contract"),
    path("contracts/<uuid:public_id>/key-notice.pdf", contracts.key_notice, name="key-notice"),
    path(f"contracts/{A_CERTIFICATE}", contracts.certificate, name="certificate"),
    path(f"contracts/{A_CERTIFICATE}certificate.pdf", contracts.certificate_pdf, name="certificate-pdf"),
    path("contracts/<uuid:public_id>/amendment/", endorsements.amendment, name="amendment"),
    path("contracts/<uuid:public_id>/amendment/confirm/", endorsements.confirm, name="amendment-confirm"),
    path("endorsements/<uuid:public_id>/", endorsements.endorsement, name="endorsement"),
    path("endorsements/<uuid:public_id>/complete/", endorsements.complete, name="endorsement-complete"),
    path("endorsements/<uuid:public_id>/take-back/", endorsements.take_back, name="endorsement-take-back"),
    path("works/<uuid:public_id>/", works.work, name="work"),
    path("statements/", premiums.statements, name="statement-list"),
    path("statements/<uuid:public_id>/statement.pdf", premiums.statement_pdf, name="statement-pdf"),
    path("premiums/estimate/", premiums.estimate, name="premium-estimate"),
    path("obligees/", contracts.obligees, name="obligees"),
]
company_urls = [
    path("company/", company.company, name="company"),
    path("company/edit/", company.edit, name="company-edit"),
    path("company/members/invite/", company.invite, name="invite"),
    *(
        path(
            f"company/members/<int:pk>/{act.replace('_', '-')}/",
            company.act_on_member,
            {"act": act},
            name="act-on-member",
        )
        for act in company.ON_A_MEMBER
    ),
    path("profile/", company.profile, name="profile"),
]
guide_urls = [
    *(path(f"{name.replace('-', '/', 1)}/", guide.page, {"name": name}, name=name) for name in guide.PAGES),
    path("branches/", guide.branches, name="branches"),
]
surety_urls = [
    path("", inbox.inbox, name="surety-inbox"),
    path("watch/", watch.listing, name="watch"),
    path("watch/mails/<int:pk>/retry/", watch.retry_mail, name="mail-retry"),
    path("figures/", figures.figures, name="figures"),
    path("figures/list.csv", figures.as_csv, name="figures-csv"),
    path("applications/<uuid:public_id>/", review.application, name="review"),
    path("applications/<uuid:public_id>/take-up/", review.take_up, name="take-up"),
    path("applications/<uuid:public_id>/take-over/", review.take_over, name="take-over"),
    path("applications/<uuid:public_id>/return/", review.return_to_contractor, name="return"),
    path("applications/<uuid:public_id>/note/", remarks.note, name="review-note"),
    path("applications/<uuid:public_id>/message/", remarks.tell, name="review-message"),
    path("applications/<uuid:public_id>/obligee/", remarks.attach_obligee, name="attach-obligee"),
    path("requested/<uuid:public_id>/approve/", review.approve, name="approve"),
    path("requested/<uuid:public_id>/send-back/", review.send_back, name="send-back"),
    path("requested/<uuid:public_id>/decline/", review.decline, name="decline"),
    path("requested/<uuid:public_id>/issue/", surety.issue, name="issue"),
    path("requested/<uuid:public_id>/issued/", surety.issued, name="issued"),
    path("endorsements/<uuid:public_id>/", endorsement_review.endorsement, name="endorsement-review"),
    path("endorsements/<uuid:public_id>/take-up/", endorsement_review.take_up, name="endorsement-take-up"),
    path("endorsements/<uuid:public_id>/approve/", endorsement_review.approve, name="endorsement-approve"),
    path("endorsements/<uuid:public_id>/send-back/", endorsement_review.send_back, name="endorsement-send-back"),
    path("endorsements/<uuid:public_id>/decline/", endorsement_review.decline, name="endorsement-decline"),
    path("endorsements/<uuid:public_id>/issue/", endorsement_review.issue, name="endorsement-issue"),
    path(f"guarantees/{A_CERTIFICATE}certificate.pdf", surety.certificate_pdf, name="surety-certificate-pdf"),
]
netdesk_urls: list[URLPattern | URLResolver] = [
    *contractor_urls,
    *company_urls,
    *guide_urls,
    path("surety/", include(surety_urls)),
]
urlpatterns = [path("", applications.top, name="home"), path("", include((netdesk_urls, "guarantees")))]
