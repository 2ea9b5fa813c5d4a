"""Fields whose text is printed on a certificate: what the certificate's font lacks is refused where it is typed."""

from django.core.exceptions import ValidationError

from netdesk import pdf
from netdesk.fields import NameField, WideNameField


class Printable:
    """Refuses characters that would come out of the printer as an empty box."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if missing := pdf.unprintable(value):
            sentence = f"%(label)sに、保証証書に印刷できない文字「{missing}」があります。ほかの文字に置き換えて入力してください"
            raise ValidationError(sentence, code="unprintable")


class PrintedNameField(Printable, NameField):
    """A name that a certificate prints as it is."""


class PrintedWideNameField(Printable, WideNameField):
    """A name that a certificate prints in full width."""
