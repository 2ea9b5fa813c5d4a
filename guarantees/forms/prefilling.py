"""What 申込の作成(新規) shows before anything is typed: the company's record and the person's, or an earlier application."""

from guarantees.forms.application import ApplicationForms
from guarantees.forms.reservation import ReservationForms
from guarantees.models import Application, ContractorMember

CONTACT = ("contact_section", "contact_post", "contact_phone")


def new_form(member: ContractorMember, source: Application | None = None) -> ApplicationForms:
    """A new form; with `source`, everything that it declares but the word to the surety, which was about that one."""
    if source is not None:
        said = {"information": {"message_to_surety": ""}}
        return ApplicationForms(None, contractor=member.contractor, application=source, prefilled=said)
    prefilled = {"information": from_record(member)}
    return ApplicationForms(None, contractor=member.contractor, application=None, prefilled=prefilled)


def new_reservation(member: ContractorMember) -> ReservationForms:
    """A new 契約保証予約の申込, with the same インフォメーション."""
    forms = ReservationForms(None, contractor=member.contractor, application=None)
    forms.information.initial = forms.information.initial | from_record(member)
    return forms


def from_record(member: ContractorMember) -> dict[str, object]:
    """インフォメーション as a clerk expects it: what was registered on purpose first, then what was typed last.

    申込送信先 is the company's 通常の申込送信先; where none is registered, that of the company's last application.
    連絡先 is the person at the keyboard, never a colleague, whoever applied last. Section, post and telephone are those
    of 担当者情報; what is empty there comes from this person's own last application that named them, and a telephone
    that nobody has told is the company's.
    """
    of_company = Application.objects.of_contractor(member.contractor).order_by("-pk")
    last = of_company.first()
    name = member.user.full_name
    typed_last = of_company.filter(drafted_by=member.user, contact_name=name).values(*CONTACT).first() or {}
    record = {"contact_section": member.section, "contact_post": member.post, "contact_phone": member.phone}
    contact = {box: value or typed_last.get(box, "") for box, value in record.items()}
    return {
        **contact,
        "contact_name": name,
        "contact_phone": contact["contact_phone"] or member.contractor.phone,
        "mail_to": member.user.email or member.contractor.email,
        "branch": member.contractor.usual_branch_id or (last.branch_id if last else None),
    }
