"""Whose figures are shown."""

from guarantees.models import Branch
from netdesk.fields import RowChoiceField
from netdesk.rendering import Form


class FiguresForm(Form):
    """The branch, chosen by the head office; all branches where none is chosen."""

    branch = RowChoiceField(label="支店", queryset=Branch.objects.all(), empty_label="すべての支店", required=False)
