"""請負工事の情報: what the page asks about the work."""

from collections.abc import Iterator
from itertools import groupby

from django.forms.models import ModelChoiceIterator

from guarantees.forms.printed import PrintedNameField
from guarantees.models import Addressee, Application
from guarantees.terms import WorkKind
from netdesk.fields import AmountField, ChoiceField, DayField, RowChoiceField, TickField
from netdesk.rendering import Form

YES_NO = [("yes", "希望する"), ("no", "希望しない")]


ASKED_BY_TERMS = (
    "addressee",
    "typed_obligee",
    "work_kind",
    "contract_price",
    "contracted_on",
    "noticed_on",
    "is_approved_by_obligee",
)


class ByPrefecture(ModelChoiceIterator):
    """The obligees in groups of their prefecture, in the order of their codes; bodies with a code of ours last."""

    def __iter__(self) -> Iterator:
        yield "", self.field.empty_label
        for prefecture, those in groupby(self.queryset, key=lambda addressee: addressee.obligee.prefecture):
            yield prefecture or "その他の団体", [self.choice(addressee) for addressee in those]


class AddresseeField(RowChoiceField):
    """発注者 and the office-holder whom the certificate will name, in one choice."""

    iterator = ByPrefecture

    def label_from_instance(self, addressee: Addressee) -> str:
        return f"{addressee.obligee.name}（{addressee.title}）"


class WorkForm(Form):
    """請負工事の情報."""

    addressee = AddresseeField(
        label="発注者",
        queryset=Addressee.objects.select_related("obligee").order_by("obligee__code", "pk"),
        required=False,
        is_asked_for=True,
        empty_label="一覧から選択してください",
        help_text="かっこ内は、保証証書に被保証者として記載する職名です。",
        more="一覧にない発注者は、下の「発注者名（一覧にない場合）」に入力してください。その場合は証書（紙）のみ申し込めます。",
    )
    typed_obligee = PrintedNameField(
        label="発注者名（一覧にない場合）",
        required=False,
        is_asked_at_times=True,
        max_length=60,
        help_text="一覧にない発注者は電子保証に対応していないため、証書（紙）のみ申し込めます。",
    )
    typed_addressee = PrintedNameField(
        label="被保証者の職名（一覧にない場合）",
        required=False,
        is_asked_at_times=True,
        max_length=60,
        help_text="入力例：○○市長、○○建設事務所長",
        more="請負契約書で発注者として記名押印する方の職名です。保証証書に被保証者として記載します。",
    )
    work_kind = ChoiceField(
        label="工事・業務の種別",
        choices=WorkKind.choices,
        more="工事系コンサル業務は、測量、設計、地質調査など、工事に関係する業務委託です。発注者によって、電子保証の対象となる種別が異なります。",
    )
    work_name = PrintedNameField(
        label="工事名", max_length=100, size=60, help_text="請負契約書のとおり入力してください。"
    )
    work_place = PrintedNameField(label="工事場所", max_length=100, size=60)
    contract_price = AmountField(
        label="請負金額", min_value=1, more="請負契約書に記載の、消費税を含む総額です。保証証書にそのまま記載されます。"
    )
    work_starts_on = DayField(label="工期（始まり）", help_text="入力例：20261201、令和8年12月1日")
    work_ends_on = DayField(label="工期（終わり）", more="保証期限は、原則として工期の終わりの日になります。")
    contracted_on = DayField(
        label="請負契約日", more="これから契約する場合は、契約を予定している日を入力してください。"
    )
    noticed_on = DayField(
        label="入札公告等の日",
        required=False,
        more="入札公告、指名通知または見積依頼のあった日です。発注者がこの日で電子保証の対象を決めている場合に必要です。",
    )
    is_approved_by_obligee = TickField(
        label="発注者が電子保証の利用を認めた案件である",
        more="入札公告や発注者からの連絡で、電子保証を利用できると案内された案件の場合にチェックを入れてください。",
    )

    def clean(self) -> None:
        self._clean_obligee()
        starts_on, ends_on = self.cleaned_data.get("work_starts_on"), self.cleaned_data.get("work_ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("work_ends_on", "工期（終わり）は、工期（始まり）以降の日付を入力してください")

    def _clean_obligee(self) -> None:
        """One of the two ways, and whole."""
        listed = self.cleaned_data.get("addressee")
        typed = [self.cleaned_data.get("typed_obligee", ""), self.cleaned_data.get("typed_addressee", "")]
        if {"addressee", "typed_obligee", "typed_addressee"} & self.errors.keys():
            return
        if listed and any(typed):
            self.add_error("addressee", "発注者は、一覧から選択するか、手入力するか、どちらか一方にしてください")
        elif not listed and not any(typed):
            self.add_error("addressee", "発注者を選択してください")
        elif not listed and not typed[0]:
            self.add_error("typed_obligee", "発注者名を入力してください")
        elif not listed and not typed[1]:
            self.add_error("typed_addressee", "被保証者の職名を入力してください")

    @property
    def names_for_terms(self) -> str:
        """The boxes that an obligee's terms ask about; static/js/terms.js sends these and no others."""
        return " ".join(self.add_prefix(name) for name in ASKED_BY_TERMS)

    def sketched(self) -> Application:
        """An application with what reads of the work so far, gaps and all; it is never saved."""
        self.is_valid()
        typed = {name: value for name, value in self.cleaned_data.items() if name != "addressee"}
        addressee = self.cleaned_data.get("addressee")
        return Application(**typed, obligee=addressee.obligee if addressee else None)

    def declared(self) -> dict:
        """The fields of Application that this section fills."""
        addressee = self.cleaned_data["addressee"]
        return {**self.cleaned_data, "obligee": addressee.obligee if addressee else None}
