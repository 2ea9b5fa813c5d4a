"""検索条件 of 電子保証対応の発注者."""

from django.http import QueryDict

from guarantees.prefectures import PREFECTURES
from guarantees.terms import WorkKind
from netdesk.fields import NameField, SelectField
from netdesk.rendering import Form


class ObligeeSearchForm(Form):
    """What narrows the list; nothing typed shows everybody. Always bound, so that its boxes keep what was typed."""

    name = NameField(label="発注者名", size=24, max_length=60, required=False)
    prefecture = SelectField(
        label="都道府県", choices=list(PREFECTURES.items()), empty="すべての都道府県", required=False
    )
    work_kind = SelectField(label="工事・業務の種別", choices=WorkKind.choices, empty="すべての種別", required=False)

    def __init__(self, data: QueryDict):
        super().__init__(data)
