"""Files that people hand in: held in memory only, never on a disk, and refused in words where they are not what was asked for.

Sources: ASVS 5.0, 5.2; security.md 7 (T26). What is inside a PDF is read by netdesk.confined.
"""

from io import BytesIO

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler

from netdesk.fields import Described

MEGABYTE = 1024 * 1024
SIGNATURE = b"%PDF-"
SIGNATURE_WITHIN = 1024  # readers accept some bytes before it


class MemoryOnly(MemoryFileUploadHandler):
    """The only upload handler. A post larger than the limit is read to its end and thrown away: the field then says so."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keeps what may be kept; hands nothing on, since nobody else may have it."""
        if self.activated:
            super().receive_data_chunk(raw_data, start)
        return None

    def file_complete(self, file_size: int) -> UploadedFile:
        """The file; of one that was thrown away its name and size alone."""
        if self.activated:
            return super().file_complete(file_size)
        return InMemoryUploadedFile(
            BytesIO(), self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


class PdfField(Described, forms.FileField):
    """A PDF to hand in; its value is the bytes (nothing: empty bytes). `most_bytes` is what it may weigh."""

    default_error_messages = {
        "required": "%(label)sを選択してください",
        "invalid": "%(label)sを選択し直してください",
        "missing": "%(label)sを選択し直してください",
        "empty": "%(label)sの中身が空です。別のファイルを選択してください",
        "too_large": "%(label)sは%(most)sMBまでです（選択されたファイルは約%(size)sMB）",
        "not_pdf": "%(label)sはPDFではありません。PDFのファイルを選択してください",
    }

    def __init__(self, *, most_bytes: int, **options):
        options.setdefault("widget", forms.FileInput({"accept": "application/pdf,.pdf"}))
        super().__init__(**options)
        self.most_bytes = most_bytes

    def to_python(self, data: UploadedFile | None) -> UploadedFile | None:
        """The file, if its size and its first bytes are those of a PDF that may be handed in; its name counts for nothing."""
        if data is not None and (data.size or 0) > min(self.most_bytes, settings.FILE_UPLOAD_MAX_MEMORY_SIZE):
            sizes = {"most": self.most_bytes // MEGABYTE, "size": -(-(data.size or 0) // MEGABYTE)}
            raise ValidationError(self.error_messages["too_large"] % {"label": self.label, **sizes}, code="too_large")
        return super().to_python(data)

    def clean(self, data: UploadedFile | None, initial: object = None) -> bytes:
        """The bytes. Raises ValidationError with a sentence."""
        found = super().clean(data, initial)
        pdf = found.read() if found else b""
        if pdf and SIGNATURE not in pdf[:SIGNATURE_WITHIN]:
            raise ValidationError(self.error_messages["not_pdf"], code="not_pdf")
        return pdf
