"""What officers type: number and key of a look-up, and the words of a search."""

from django.core.exceptions import ValidationError
from django.forms import CharField

from dsure import keys
from netdesk.fields import CodeField, NameField
from netdesk.rendering import Form

NUMBER_SHAPE = "保証契約番号は「99999-00005M」のように、5桁の数字、ハイフン、5桁の数字とMで入力してください"
NUMBER_SIZE, KEY_SIZE = 20, 20


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


class RegisterSearchForm(Form):
    """One box: number, contractor or name of the work."""

    words = NameField(label="保証契約番号・保証契約者・工事名", required=False, max_length=100, size=40)


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
