"""What is typed about the facts of a certificate in force: the base of changes (変更) and corrections (訂正)."""

from datetime import date

from django import forms as django_forms

from guarantees import comparing
from guarantees.models import Certificate, Guarantee
from netdesk.fields import DayField
from netdesk.rendering import Form


class CertificateForm(Form):
    """The facts of one version in force, those that are fields here; each box says what the certificate says now.

    `version` is the version that the page showed, so that nobody changes what they did not see.
    """

    version = django_forms.IntegerField(widget=django_forms.HiddenInput)

    def __init__(self, data, *, guarantee: Guarantee, certificate: Certificate):
        self.guarantee, self.facts = guarantee, certificate.facts
        initial = {name: self._boxed(name) for name in self.base_fields if self.facts.get(name)}
        super().__init__(data, initial=initial | {"version": certificate.version})
        for name in self.fields.keys() & comparing.WRITTEN.keys():
            field, write = self.fields[name], comparing.WRITTEN[name][1]
            now = write(self.facts[name]) if self.facts.get(name) else "（記載なし）"
            field.help_text = "　".join(filter(None, [f"現在：{now}", field.help_text]))

    def _boxed(self, name: str) -> str | int | date:
        """A fact as its box has it."""
        is_day = isinstance(self.base_fields[name], DayField)
        return date.fromisoformat(self.facts[name]) if is_day else self.facts[name]

    def titles(self) -> list[str]:
        """The office-holders of this obligee, the one that the certificate names first."""
        obligee = self.guarantee.obligee
        listed = obligee.addressees.order_by("pk").values_list("title", flat=True) if obligee else ()
        return list(dict.fromkeys([self.facts["addressee"], *listed]))

    def changed_facts(self) -> dict:
        """The facts that are not as they were, in the form that a certificate keeps them."""
        typed = {name: value for name, value in self.cleaned_data.items() if name in self.facts}
        typed = {name: value.isoformat() if isinstance(value, date) else value for name, value in typed.items()}
        return {name: value for name, value in typed.items() if (value or None) != (self.facts[name] or None)}
