"""Two tabs: what a page says against what is saved, box by box, in words."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.boundfield import BoundField

from guarantees.forms.information import BY_POST, BY_VISIT, InformationForm
from guarantees.forms.products import GuaranteeForm
from guarantees.forms.venture import VentureForm
from guarantees.terms import Medium
from netdesk.formats import both_calendars
from netdesk.rendering import Together

DELIVERY = {"delivery", *BY_POST, *BY_VISIT}


@dataclass(frozen=True)
class Difference:
    """One box: 「この画面の入力」 and 「保存されている内容」; an empty box is an empty text."""

    label: str
    typed: str
    saved: str


def differences(typed: Together, saved: Together) -> list[Difference]:
    """The boxes that mean something else on the page than what is saved; what neither asks for is left out."""
    found = []
    for name, form in typed.forms.items():
        other = saved.forms[name]
        boxes = [box for box in form if not box.is_hidden]
        if isinstance(form, GuaranteeForm) and not (_is_ticked(form) and _is_ticked(other)):
            boxes = [form["applies"]]
        if isinstance(form, InformationForm) and not (_asks_paper(form) or _asks_paper(other)):
            boxes = [box for box in boxes if box.name not in DELIVERY]
        for box in boxes:
            here, there = _said(form, box), _said(other, other[box.name])
            if here != there:
                found.append(Difference(_label(form, box), here, there))
    return found


def _is_ticked(form: GuaranteeForm) -> bool:
    return bool(form["applies"].value())


def _asks_paper(form: InformationForm) -> bool:
    """Do the boxes ask for a certificate or a premium statement on paper? Else nothing of 受取方法 counts."""
    blocks = [block for block in form.partners if isinstance(block, GuaranteeForm) and _is_ticked(block)]
    return any(
        block["medium"].value() == Medium.PAPER or block["wants_paper_statement"].value() == "yes" for block in blocks
    )


def _label(form: forms.BaseForm, box: BoundField) -> str:
    """Boxes of one name stand in every product's block, so those say whose they are."""
    if not isinstance(form, GuaranteeForm) or box.name == "applies":
        return box.label
    return f"{form.product.label}：{box.label}"


def _said(form: forms.BaseForm, box: BoundField) -> str:
    """What the box means, in one form of words; what does not read as anything is said as it was typed."""
    if isinstance(form, VentureForm) and box.name == "representative":
        return form.represented_by()
    value = box.value()
    try:
        meant = box.field.clean(value)
    except ValidationError:
        meant = value
    if isinstance(box.field, forms.BooleanField):
        return "はい" if meant else "いいえ"
    if isinstance(meant, Model):
        return str(box.field.label_from_instance(meant))
    if isinstance(meant, date):
        return both_calendars(meant)
    if isinstance(meant, int) and not isinstance(meant, bool):
        return f"{meant:,}{box.unit}"
    if isinstance(meant, list):
        return "\n".join(str(one) for one in meant)
    return str(dict(getattr(box.field, "choices", ())).get(meant, "" if meant is None else meant))
