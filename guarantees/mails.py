"""The mails that the surety sends. None carries a key, nor anything that opens a certificate."""

from django.template.loader import render_to_string

from guarantees.models import Branch, Certificate, Endorsement, RequestedGuarantee
from netdesk import mailing

ISSUE_COMPLETE = "電子保証（認証キー）発行完了のお知らせ"
AMENDMENT_COMPLETE = "電子保証の変更手続き完了のお知らせ"
OF_THE_SURETY = "surety/"


def issue_complete(requested: RequestedGuarantee) -> None:
    """Tell the contractor, who asked for it, that an electronic guarantee is issued, and the five steps to its key."""
    application = requested.application
    body = render_to_string("mails/issue_complete.txt", {"application": application, "requested": requested})
    mailing.queue(to=application.mail_to, subject=ISSUE_COMPLETE, body=body, sent_for=sent_for(application.branch))


def amendment_complete(certificate: Certificate, requested: RequestedGuarantee) -> None:
    """Tell the contractor, who asked for such mails, that a change is in force, and the five steps to what it says."""
    context = {"application": requested.application, "requested": requested, "certificate": certificate}
    body = render_to_string("mails/amendment_complete.txt", context)
    to, branch = requested.application.mail_to, requested.application.branch
    mailing.queue(to=to, subject=AMENDMENT_COMPLETE, body=body, sent_for=sent_for(branch))


def endorsement_complete(endorsement: Endorsement, *, target: str = "") -> None:
    """Tell the contractor what was done to the guarantee, asked for or not: their mail address of the application, or the company's.

    `target` is the 対象 that is in force after it, where that is worth saying. Nothing is sent where no address is known.
    """
    guarantee = endorsement.guarantee
    application = guarantee.requested.application
    to = application.mail_to or guarantee.contractor.email
    if not to:
        return
    context = {"endorsement": endorsement, "guarantee": guarantee, "application": application, "target": target}
    body = render_to_string("mails/endorsement_complete.txt", context)
    subject = f"保証契約の手続き完了のお知らせ（{endorsement.get_cause_display()}）"
    mailing.queue(to=to, subject=subject, body=body, sent_for=sent_for(guarantee.branch))


def sent_for(branch: Branch | None) -> str:
    """Whose mail it is: a branch's; without one, the head office's, which sees those of every branch."""
    return OF_THE_SURETY + (branch.code if branch else "")
