"""入札の状況: how the work was won, and what the others bid (seed 001:62-74)."""

from guarantees.forms.work import WorkForm
from guarantees.terms import COMPETITIONS, OrderKind
from netdesk.fields import AmountField, ChoiceField, DayField, NameField
from netdesk.formats import both_calendars
from netdesk.rendering import Form

MOST_COMPANIES = 999
LARGEST_BID_THOUSAND_YEN = 999_999_999


class BiddingForm(Form):
    """入札の状況."""

    order_kind = ChoiceField(
        label="受注区分",
        choices=OrderKind.choices,
        more="工事をどのように受注したかを、入札公告や指名通知書で確認して選択してください。見積もりあわせで受注した場合は「その他」です。",
    )
    awarded_on = DayField(
        label="落札日",
        required=False,
        is_asked_at_times=True,
        help_text="入力例：20191001　一般競争入札、指名競争入札の場合は必ず入力してください。",
        more="落札者の決定を通知された日です。随意契約、その他（見積もりあわせ等）の場合は空欄でかまいません。",
    )
    bid_rounds = AmountField(
        label="入札回数",
        required=False,
        unit="回",
        min_value=1,
        max_value=99,
        size=6,
        more="落札者が決まるまでの入札の回数です。再度入札があった場合は2回以上になります。",
    )
    bidder_count = AmountField(
        label="入札参加者数",
        required=False,
        unit="社",
        min_value=1,
        max_value=MOST_COMPANIES,
        size=6,
        more="貴社を含め、入札に参加した会社の数です。",
    )
    disqualified_count = AmountField(
        label="失格者数",
        required=False,
        unit="社",
        max_value=MOST_COMPANIES,
        size=6,
        more="入札参加者のうち、最低制限価格を下回るなどして失格となった会社の数です。いなければ0を入力します。",
    )
    second_bidder = NameField(
        label="二番札入札者", required=False, max_length=60, more="落札者の次に低い金額で入札した会社の名称です。"
    )
    second_bid_thousand_yen = AmountField(
        label="二番札入札金額", required=False, unit="千円", min_value=1, max_value=LARGEST_BID_THOUSAND_YEN
    )
    highest_bidder = NameField(
        label="最高札入札者", required=False, max_length=60, more="最も高い金額で入札した会社の名称です。"
    )
    highest_bid_thousand_yen = AmountField(
        label="最高札入札金額", required=False, unit="千円", min_value=1, max_value=LARGEST_BID_THOUSAND_YEN
    )

    def clean(self) -> None:
        self._clean_award()
        self._clean_companies()
        self._clean_bids()

    def _clean_award(self) -> None:
        """An award ends a competition, and comes between the notice and the contract."""
        kind, day = self.cleaned_data.get("order_kind"), self.cleaned_data.get("awarded_on")
        if day is None:
            if kind in COMPETITIONS and "awarded_on" not in self.errors:
                sentence = f"受注区分が{OrderKind(kind).label}の場合は、落札日を入力してください"
                self.add_error("awarded_on", sentence)
            return
        work = next(form for form in self.partners if isinstance(form, WorkForm))
        work.is_valid()
        contracted_on, noticed_on = work.cleaned_data.get("contracted_on"), work.cleaned_data.get("noticed_on")
        if contracted_on and day > contracted_on:
            limit = f"請負契約日（{both_calendars(contracted_on)}）以前"
            self.add_error("awarded_on", f"落札日は、{limit}の日付を入力してください")
        elif noticed_on and day < noticed_on:
            limit = f"入札公告等の日（{both_calendars(noticed_on)}）以降"
            self.add_error("awarded_on", f"落札日は、{limit}の日付を入力してください")

    def _clean_companies(self) -> None:
        bidders, disqualified = self.cleaned_data.get("bidder_count"), self.cleaned_data.get("disqualified_count")
        if bidders is not None and disqualified is not None and disqualified >= bidders:
            sentence = f"失格者数は、入札参加者数（{bidders}社）より少ない数を入力してください"
            self.add_error("disqualified_count", sentence)
        others = [self.cleaned_data.get(name) for name in ("second_bidder", "second_bid_thousand_yen")]
        if bidders == 1 and any(others):
            self.add_error("bidder_count", "二番札がある場合は、入札参加者数は2社以上で入力してください")

    def _clean_bids(self) -> None:
        second = self.cleaned_data.get("second_bid_thousand_yen")
        highest = self.cleaned_data.get("highest_bid_thousand_yen")
        if second and highest and highest < second:
            sentence = f"最高札入札金額は、二番札入札金額（{second:,}千円）以上で入力してください"
            self.add_error("highest_bid_thousand_yen", sentence)
        for bidder, amount, label in (
            ("second_bidder", "second_bid_thousand_yen", "二番札入札者"),
            ("highest_bidder", "highest_bid_thousand_yen", "最高札入札者"),
        ):
            is_nameless = self.cleaned_data.get(amount) and not self.cleaned_data.get(bidder)
            if is_nameless and bidder not in self.errors:
                self.add_error(bidder, f"{label[:3]}入札金額を入力した場合は、{label}を入力してください")
