"""What officers type to open a certificate: number and key, or whatever holds them."""

from django.core.exceptions import ValidationError
from django.forms import CharField, Textarea

from dsure import finding, keys
from netdesk.fields import CodeField
from netdesk.rendering import Form
from netdesk.uploads import MEGABYTE, PdfField

NUMBER_SHAPE = "保証契約番号は「99999-00005M」のように、5桁の数字、ハイフン、5桁の数字とMで入力してください"
NUMBER_SIZE, KEY_SIZE = 20, 20
NOTICE_BYTES = 2 * MEGABYTE
NOTHING_GIVEN = "文面を貼り付けるか、お知らせのPDFを選択してください"


class AsTypedField(CodeField):
    """Text that reaches `dsure.keys` as it was typed, so that one place alone decides what may be read into it."""

    def reads(self, text: str) -> str:
        return text

    def validate(self, value: str) -> None:
        CharField.validate(self, value)


class LookUpForm(Form):
    """保証契約番号 and 認証キー, as people type or paste them. Either box also takes the whole pair, number, space and key."""

    number = AsTypedField(
        label="保証契約番号", size=NUMBER_SIZE, help_text="（例）99999-00005M　ハイフンは省略できます。"
    )
    key = AsTypedField(
        label="認証キー",
        size=KEY_SIZE,
        help_text="英数字12文字（例）Y7HK-UE4J-3AuX　大文字と小文字を区別します。空白とハイフンはあってもかまいません。",
    )

    def __init__(self, data=None, **options):
        super().__init__(_parted(data) if data is not None else None, **options)

    def clean_number(self) -> str:
        """The canonical number."""
        try:
            return keys.read_number(self.cleaned_data["number"])
        except keys.NotANumber:
            raise ValidationError(NUMBER_SHAPE, code="shape") from None

    def clean_key(self) -> str:
        """The key's 12 characters. What is wrong with the shape is said, since it depends on nothing that is stored."""
        try:
            return keys.read_key(self.cleaned_data["key"])
        except keys.NotAKey as refusal:
            raise ValidationError(_about_shape(refusal), code="shape") from None


class FindForm(Form):
    """Whatever holds number and key: the pasted text of a mail or notice, or the notice itself as a PDF."""

    text = AsTypedField(
        label="メールやお知らせの文面",
        required=False,
        max_length=finding.LONGEST,
        help_text="受注者からのメールや「認証キー」のお知らせの文面を、そのまま貼り付けてください。",
        widget=Textarea({"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )
    notice = PdfField(
        label="お知らせのPDF",
        required=False,
        most_bytes=NOTICE_BYTES,
        help_text="電子保証にかかる「認証キー」のお知らせ。2MBまで。ファイルをここに重ねて放しても選択できます。読み取るだけで、保存しません。",
    )

    def clean(self) -> None:
        if not self.errors and not (self.cleaned_data["text"].strip() or self.cleaned_data["notice"]):
            self.add_error("text", NOTHING_GIVEN)


def _parted(data) -> dict[str, str]:
    """Number and key as they were typed; a whole pair in one box is shared out, unless the other box says otherwise."""
    typed = {name: data.get(name, "") for name in ("number", "key")}
    for box, other in (("number", "key"), ("key", "number")):
        pair = keys.split_pair(typed[box])
        if pair and typed[other].strip() in ("", typed[box].strip(), *pair):
            return dict(zip(("number", "key"), pair, strict=True))
    return typed


def _about_shape(refusal: keys.NotAKey) -> str:
    if refusal.strangers:
        signs = "".join(f"「{sign}」" for sign in refusal.strangers[:5])
        return f"認証キーに使われない文字{signs}があります。0・O・o・1・I・l・Z・B・S は認証キーに使われません"
    return f"認証キーは英数字12文字で入力してください（現在{refusal.length}文字）"
