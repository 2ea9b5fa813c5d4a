"""What officers type about a certificate: the reason of an answer, and to which section it goes. And a PDF to examine."""

from dsure.models import Obligee
from netdesk.fields import NameField, NoteField, RowChoiceField
from netdesk.rendering import Form
from netdesk.uploads import MEGABYTE, PdfField

CERTIFICATE_BYTES = 10 * MEGABYTE


class ReturnForm(Form):
    """返戻: why, for contractor and surety to read."""

    reason = NoteField(
        label="返戻の理由",
        max_length=1000,
        rows=5,
        help_text="受注者と保証会社に表示されます。（例）工期の終わりの日が請負契約書と異なります。",
    )


class WithdrawForm(Form):
    """取消し of an answer: why."""

    reason = NoteField(label="取消しの理由", max_length=1000, rows=4, help_text="記録に残ります。")


class HandOverForm(Form):
    """引渡し: the section, and a note for it."""

    department = RowChoiceField(None, label="引渡し先の部署")
    note = NameField(label="メモ", required=False, max_length=200, help_text="引渡し先への申し送りなど。")

    def __init__(self, data=None, *, obligee: Obligee):
        super().__init__(data)
        self.fields["department"].queryset = obligee.departments.open().order_by("name", "pk")


class GenuineForm(Form):
    """A PDF to examine."""

    document = PdfField(
        label="確認するPDF",
        most_bytes=CERTIFICATE_BYTES,
        help_text="10MBまで。ファイルをここに重ねて放しても選択できます。確認するだけで、保存も記録もしません。",
    )
