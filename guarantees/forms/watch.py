"""What narrows the watch lists."""

from django.http import QueryDict

from guarantees.watching import UNOPENED_DAYS
from netdesk.fields import AmountField
from netdesk.rendering import Form


class UnopenedForm(Form):
    """After how many business days an unopened certificate is worth a look. Always bound; five unless given."""

    days = AmountField(label="発行からの営業日数", unit="営業日", min_value=1, max_value=60, size=4, required=False)

    def __init__(self, data: QueryDict):
        typed = data.copy()
        typed["days"] = typed.get("days", "").strip() or str(UNOPENED_DAYS)
        super().__init__(typed)

    @property
    def days_wanted(self) -> int:
        return self.cleaned_data["days"] if self.is_valid() else UNOPENED_DAYS
