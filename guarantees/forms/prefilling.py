"""What 申込の作成(新規) shows before anything is typed: the company's record and the person's, or an earlier application."""

from guarantees.forms.application import ApplicationForms
from guarantees.models import Application, ContractorMember


def new_form(member: ContractorMember, source: Application | None = None) -> ApplicationForms:
    """A new form; with `source`, everything that it declares but the word to the surety, which was about that one."""
    if source is not None:
        said = {"information": {"message_to_surety": ""}}
        return ApplicationForms(None, contractor=member.contractor, application=source, prefilled=said)
    return ApplicationForms(None, contractor=member.contractor, application=None, prefilled=from_record(member))


def from_record(member: ContractorMember) -> dict[str, dict]:
    """連絡先 of this person, and 申込送信先 as in the company's last application."""
    last = Application.objects.of_contractor(member.contractor).order_by("-pk").first()
    return {
        "information": {
            "contact_section": member.section,
            "contact_post": member.post,
            "contact_name": member.user.full_name,
            "contact_phone": member.contractor.phone,
            "mail_to": member.user.email or member.contractor.email,
            "branch": last.branch_id if last else None,
        }
    }
