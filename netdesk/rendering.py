"""How forms are shown and how they speak: the renderer, the bound field with its echoes, and the base of every form."""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorDict
from django.utils.functional import Promise

from netdesk.formats import NotADate, NotAnAmount, percent, read_amount, read_date, wareki

# What we say in place of Django's own sentences, for fields that have none of their own.
SENTENCES = {
    "required": "%(label)sを%(verb)sしてください",
    "invalid": "%(label)sを正しく%(verb)sしてください",
    "invalid_choice": "%(label)sを選択肢の中から選択してください",
    "max_length": "%(label)sは%(limit)s文字以内で入力してください",
    "min_length": "%(label)sは%(limit)s文字以上で入力してください",
    "min_value": "%(label)sは%(limit)s以上で入力してください",
    "max_value": "%(label)sは%(limit)s以下で入力してください",
    "null_characters_not_allowed": "%(label)sに使用できない文字があります。入力し直してください",
    "unique": "この%(label)sはすでに登録されています",
}


class DescribedBoundField(BoundField):
    """A field of a form on a page: what its row in templates/django/forms/field.html shows beside the control."""

    @property
    def more(self) -> str:
        return getattr(self.field, "more", "")

    @property
    def more_title(self) -> str:
        return getattr(self.field, "more_title", "") or f"「{self.label}」の説明"

    @property
    def required_mark(self) -> str:
        """What stands beside the label: always required, or in some cases."""
        if self.field.required or getattr(self.field, "is_asked_for", False):
            return "必須"
        return "場合により必須" if getattr(self.field, "is_asked_at_times", False) else ""

    @property
    def unit(self) -> str:
        return getattr(self.field, "unit", "")

    @property
    def aria_describedby(self) -> str | None:
        """Help and error as Django names them, then the unit and the note under the percentage."""
        parts = [super().aria_describedby or ""]
        parts += [f"{self.auto_id}_unit"] if self.unit else []
        parts += [f"{self.auto_id}_note"] if self.ratio_note else []
        return " ".join(filter(None, parts)) or None

    @property
    def first_control_id(self) -> str:
        """Where a link to this field leads; of radio buttons, the first."""
        return self.id_for_label or f"{self.auto_id}_0"

    @property
    def shows_wareki(self) -> bool:
        return getattr(self.field, "shows_wareki", False)

    @property
    def wareki(self) -> str:
        """The typed or stored day by the Japanese calendar; nothing where it is no day."""
        try:
            return wareki(read_date(str(self.value() or "")))
        except NotADate:
            return ""

    @property
    def ratio_note(self) -> str:
        return getattr(self.field, "ratio_note", "")

    @property
    def ratio(self) -> str:
        """The typed amount in percent of the first filled base; nothing for a field without a ratio."""
        if not self.shows_ratio:
            return ""
        base = next(filter(None, (base.amount for base in self._ratio_bases())), None)
        return percent(self.amount or 0, base)

    @property
    def shows_ratio(self) -> bool:
        return bool(getattr(self.field, "ratio_of", ()))

    @property
    def ratio_ids(self) -> str:
        """The boxes that static/js/ratios.js reads: the part, then its bases."""
        return " ".join([self.id_for_label, *(base.id_for_label for base in self._ratio_bases())])

    @property
    def amount(self) -> int | None:
        """The whole number that is in the box, or None where what is there does not read as one."""
        try:
            return read_amount(str(self.value() or ""))
        except NotAnAmount:
            return None

    def _ratio_bases(self) -> Iterator["DescribedBoundField"]:
        """The fields that are 100 %, in this form or in those that share the page."""
        for name in self.field.ratio_of:
            forms_here = (self.form, *getattr(self.form, "partners", ()))
            yield from (form[name] for form in forms_here if name in form.fields)


class FormRenderer(TemplatesSetting):
    """Renders forms with the project's own templates. Named in settings.FORM_RENDERER."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = DescribedBoundField


class InOurWords:
    """For every form: no browser messages, no label suffix, and each error a sentence written from the label."""

    use_required_attribute = False
    partners: tuple[forms.BaseForm, ...] = ()  # other forms on the same page, whose amounts a percentage may be of

    def __init__(self, *args, **options):
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)

    def add_error(self, field: str | None, error) -> None:
        """Django's add_error, with the sentence's words filled in."""
        error = error if isinstance(error, ValidationError) else ValidationError(error)
        if hasattr(error, "error_dict"):
            for name, errors in error.error_dict.items():
                self._word(name, errors)
        else:
            self._word(field, error.error_list)
        super().add_error(field, error)

    def _word(self, name: str | None, errors: list[ValidationError]) -> None:
        field = self.fields.get(name)
        for error in errors:
            if field and isinstance(error.message, Promise):  # Django's own sentence; ours are plain text
                error.message = SENTENCES.get(error.code, error.message)
            if field and "%(label)s" in str(error.message):
                error.params = _words(self[name].label, field) | _limit(error.params or {})


def _words(label: str, field: forms.Field) -> dict:
    is_chosen = hasattr(field, "choices") or isinstance(field, forms.BooleanField)
    called = getattr(field, "called", "") or label.removesuffix("について")
    return {"label": called, "verb": "選択" if is_chosen else "入力", "unit": getattr(field, "unit", "")}


def _limit(params: dict) -> dict:
    limit = params.get("limit_value")
    return params | {"limit": f"{limit:,}" if isinstance(limit, int) else limit}


class Form(InOurWords, forms.Form):
    """The base of every form."""


class ModelForm(InOurWords, forms.ModelForm):
    """The base of every form that fills a row."""


def as_typed(form):
    """The form (or Together) with what was typed in its boxes, not judged yet: no errors, nothing cleaned."""
    for one in [form] if isinstance(form, forms.BaseForm) else form:
        one._errors = ErrorDict(renderer=one.renderer)
        one.cleaned_data = {}
    return form


class Together:
    """Several forms on one page: `Together(work=WorkForm(...), advance=AdvanceForm(...))`, each with a prefix of its own.

    Acts as `form` for the page's title and the error summary. All are checked, none is left out because another failed.
    """

    def __init__(self, **forms_by_name: forms.BaseForm):
        self.forms = forms_by_name
        for form in forms_by_name.values():
            form.partners = tuple(other for other in forms_by_name.values() if other is not form)

    def __getattr__(self, name: str) -> forms.BaseForm:
        try:
            return self.__dict__["forms"][name]
        except KeyError:
            raise AttributeError(name) from None

    def __iter__(self) -> Iterator[forms.BaseForm]:
        return iter(self.forms.values())

    def is_valid(self) -> bool:
        results = [form.is_valid() for form in self]
        return all(results)

    @property
    def errors(self) -> dict:
        return {name: form.errors for name, form in self.forms.items() if form.errors}
