"""What the surety's people type about money and papers: amounts and days that were seen, and how papers left."""

from collections.abc import Callable
from datetime import date

from django import forms as django_forms

from guarantees import collecting, dispatching
from guarantees.papers import Paper
from guarantees.terms import Delivery
from netdesk.fields import AmountField, ChoiceField, CodeField, DayField, Described, NameField
from netdesk.rendering import Form


class PaymentForm(Form):
    """入金の確認: the amount as it came, typed anew so that somebody has looked at it, and its day."""

    amount = AmountField(label="入金額", min_value=1, help_text="通帳または入金明細で確認した額を入力してください。")
    paid_on = DayField(label="入金日")

    def __init__(self, *args, due: int, since: date, **options):
        super().__init__(*args, **options)
        self.due, self.since = due, since

    def clean_amount(self) -> int:
        return _without_fault(self.cleaned_data["amount"], lambda amount: collecting.amount_fault(amount, self.due))

    def clean_paid_on(self) -> date:
        day = self.cleaned_data["paid_on"]
        return _without_fault(day, lambda day: collecting.day_fault("入金日", day, self.since))


class RepaymentForm(Form):
    """返金の記録."""

    amount = AmountField(label="返金額", min_value=1, help_text="お客様へ返金した額を入力してください。")
    repaid_on = DayField(label="返金日")

    def __init__(self, *args, due: int, since: date, **options):
        super().__init__(*args, **options)
        self.due, self.since = due, since

    def clean_amount(self) -> int:
        return _without_fault(self.cleaned_data["amount"], lambda amount: collecting.repayment_fault(amount, self.due))

    def clean_repaid_on(self) -> date:
        day = self.cleaned_data["repaid_on"]
        return _without_fault(day, lambda day: collecting.day_fault("返金日", day, self.since))


def _without_fault(value, fault_of: Callable):
    if sentence := fault_of(value):
        raise django_forms.ValidationError(sentence)
    return value


class PapersField(Described, django_forms.MultipleChoiceField):
    """Some of a few papers, as check boxes."""

    widget = django_forms.CheckboxSelectMultiple
    default_error_messages = {
        "required": "発送または交付した書類を選択してください",
        "invalid_choice": "この書類は、すでに記録されています。画面を開き直して確認してください",
    }


class DispatchForm(Form):
    """発送・交付の記録: which papers left, how, and when."""

    keys = PapersField(label="書類")
    way = ChoiceField(label="受取方法", choices=Delivery.choices)
    left_on = DayField(label="発送日・交付日")
    carrier = NameField(label="運送会社", max_length=30, required=False, size=20, help_text="送付の場合（任意）")
    tracking_number = CodeField(label="追跡番号", max_length=30, required=False, help_text="送付の場合（任意）")
    handed_to = NameField(
        label="お渡しした方", max_length=40, required=False, size=20, is_asked_at_times=True, help_text="当社窓口の場合"
    )

    def __init__(self, *args, waiting: list[Paper], **options):
        super().__init__(*args, **options)
        self.waiting = waiting
        self.fields["keys"].choices = [(paper.key, paper.label) for paper in waiting]

    def clean(self) -> None:
        typed = self.cleaned_data
        chosen = [paper.made_on for paper in self.waiting if paper.key in typed.get("keys", [])]
        if typed.get("left_on") and chosen and (sentence := dispatching.day_fault(typed["left_on"], max(chosen))):
            self.add_error("left_on", sentence)
        if typed.get("way") == Delivery.COUNTER:
            if "handed_to" in typed and not typed["handed_to"]:
                self.add_error("handed_to", "窓口でお渡しした方の氏名を入力してください")
            typed["carrier"] = typed["tracking_number"] = ""
        elif typed.get("way") == Delivery.POST:
            typed["handed_to"] = ""
