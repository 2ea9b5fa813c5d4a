"""What is typed when a key is to be replaced, a guarantee to end, or a claim is answered."""

from guarantees.endorsement_terms import KeyReissueReason, RequestAnswer
from netdesk.fields import ChoiceField, NoteField
from netdesk.rendering import Form


class KeyReissueForm(Form):
    """認証キー再発行: why; in words where no choice says it."""

    why = ChoiceField(label="再発行の理由", choices=KeyReissueReason.choices)
    reason = NoteField(
        label="詳しい事情",
        max_length=1000,
        rows=3,
        required=False,
        help_text="「その他」を選んだ場合は必ず入力してください。認証キーそのものは入力しないでください。",
    )

    def clean(self) -> None:
        is_told = self.cleaned_data.get("reason") or "reason" in self.errors
        if self.cleaned_data.get("why") == KeyReissueReason.OTHER and not is_told:
            self.add_error("reason", "「その他」を選んだ場合は、詳しい事情を入力してください")


class AnswerForm(Form):
    """回答 to a claim: how it ended and what the obligee is told."""

    answer = ChoiceField(
        label="回答",
        choices=[
            (RequestAnswer.CARRIED_OUT, "保証金を支払いました"),
            (RequestAnswer.DECLINED, "請求には応じられません"),
        ],
    )
    reason = NoteField(label="発注者への説明", max_length=1000, rows=4, help_text="D-Sureで発注者に表示されます。")
