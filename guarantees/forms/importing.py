"""The CSV file of a list of obligees."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from netdesk.fields import Described
from netdesk.rendering import Form

MOST_BYTES = 1_000_000


class ListField(Described, forms.FileField):
    """A small file of text, in UTF-8 or as Japanese spreadsheets write it (CP932)."""

    default_error_messages = {
        "required": "%(label)sを選択してください",
        "empty": "%(label)sの中身がありません",
        "too_big": "%(label)sは1MB以内のものを選択してください",
        "not_text": "%(label)sを文字として読めません。UTF-8またはShift_JISで保存してください",
    }

    def to_python(self, data: UploadedFile | None) -> str:
        file = super().to_python(data)
        if file is None:
            return ""
        if file.size > MOST_BYTES:
            raise ValidationError(self.error_messages["too_big"], code="too_big")
        content = file.read()
        for code in ("utf-8-sig", "cp932"):
            try:
                return content.decode(code)
            except UnicodeDecodeError:
                continue
        raise ValidationError(self.error_messages["not_text"], code="not_text")

    def clean(self, data, initial=None) -> str:
        """The text; a file of another form is not kept as `initial`."""
        text = self.to_python(data)
        self.validate(text)
        return text


class ImportForm(Form):
    """発注者一覧のCSVファイル."""

    file = ListField(label="CSVファイル", help_text="UTF-8またはShift_JIS、1MB・5,000行まで。")
