"""申込内容を確認する, clicked twice at once: one draft, and nobody sees an error."""

import uuid

import pytest
from django.urls import reverse

from guarantees.models import Application, Work
from tests.pages import client_of
from tests.racing import at_once
from tests.typed import typed


@pytest.mark.django_db(transaction=True)
def test_form_sent_by_four_clicks_at_once_makes_one_draft(contractor):
    url, data = reverse("guarantees:application-edit", args=[uuid.uuid4()]), typed()

    answers = at_once(*[lambda: client_of(contractor).post(url, data).status_code] * 4)

    assert answers == [302] * 4
    assert (Application.objects.count(), Work.objects.count()) == (1, 1)
    assert Application.objects.get().revision == 4
