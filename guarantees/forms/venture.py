"""共同企業体（JV）で請け負う場合: its name, its members each in a row, and which of them represents it."""

from collections.abc import Iterator
from typing import NamedTuple

from django.forms.boundfield import BoundField

from guarantees.forms.printed import PrintedNameField
from guarantees.models import Application
from netdesk.fields import ChoiceField
from netdesk.rendering import Form

ROWS = 7
OURSELVES = "0"


class Row(NamedTuple):
    """One member: its box, and its radio button 代表者."""

    member: BoundField
    representative: object


class VentureForm(Form):
    """JV名, the members beside the applying company, and 代表者 (the applying company unless another is marked)."""

    jv_name = PrintedNameField(
        label="JV名",
        required=False,
        max_length=60,
        more="共同企業体協定書の名称を入力してください。保証契約者はJV名となり、保証証書に代表者の会社名を記載します。"
        "単独で請け負う場合は空欄にしてください。",
    )
    representative = ChoiceField(
        label="代表者", required=False, initial=OURSELVES, choices=[(str(n), "代表者") for n in range(ROWS + 1)]
    )
    representative_address = PrintedNameField(
        label="代表者の住所",
        required=False,
        max_length=100,
        size=60,
        help_text="貴社以外の構成員を代表者にした場合に入力してください。",
        more="保証証書の保証契約者の欄に記載します。貴社が代表者の場合は、ご登録の住所を記載します。",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.members = [f"member_{n}" for n in range(1, ROWS + 1)]
        for number, name in enumerate(self.members, 1):
            self.fields[name] = PrintedNameField(label=f"構成員{number}", required=False, max_length=60)
        self.order_fields(["jv_name", *self.members, "representative", "representative_address"])

    def rows(self) -> Iterator[Row]:
        """The members beside the applying company."""
        for name, radio in zip(self.members, self.radios()[1:], strict=True):
            yield Row(self[name], radio)

    def radios(self) -> list:
        """代表者: of the applying company, then of each row."""
        return list(self["representative"])

    def clean(self) -> None:
        named = [self.cleaned_data.get(name) for name in self.members]
        if any(named) and not self.cleaned_data.get("jv_name") and "jv_name" not in self.errors:
            self.add_error("jv_name", "JVの構成員を入力した場合は、JV名を入力してください")
        if self.cleaned_data.get("jv_name") and not any(named) and not set(self.members) & self.errors.keys():
            self.add_error("member_1", "JV名を入力した場合は、貴社以外の構成員を1社以上入力してください")
        for number, name in enumerate(self.members):
            if named[number] and named[number] in named[:number]:
                self.add_error(name, f"{self.fields[name].label}は、ほかの構成員と同じ会社名です。確認してください")
        self._clean_representative(named)

    def _clean_representative(self, named: list[str | None]) -> None:
        chosen = self.cleaned_data.get("representative") or OURSELVES
        if chosen == OURSELVES:
            self.cleaned_data["representative_address"] = ""
            self.errors.pop("representative_address", None)
            return
        if not named[int(chosen) - 1] and self.members[int(chosen) - 1] not in self.errors:
            self.add_error(self.members[int(chosen) - 1], "代表者とした構成員の会社名を入力してください")
        if not self.cleaned_data.get("representative_address") and "representative_address" not in self.errors:
            self.add_error("representative_address", "代表者の住所を入力してください")

    def declared(self) -> dict:
        """The fields of Application that these rows fill."""
        typed = self.cleaned_data
        chosen = typed.get("representative") or OURSELVES
        return {
            "jv_name": typed["jv_name"],
            "jv_members": [typed[name] for name in self.members if typed[name]],
            "jv_representative": "" if chosen == OURSELVES else typed[f"member_{chosen}"],
            "jv_representative_address": typed["representative_address"],
        }

    @staticmethod
    def shown(application: Application) -> dict:
        """What the rows show of a kept application."""
        members = application.jv_members
        rows = {f"member_{number}": member for number, member in enumerate(members, 1)}
        is_other = application.jv_representative in members
        return rows | {
            "jv_name": application.jv_name,
            "representative": str(members.index(application.jv_representative) + 1) if is_other else OURSELVES,
            "representative_address": application.jv_representative_address,
        }
