"""申込内容を確認する, clicked twice at once: one draft, and nobody sees an error."""

import threading
import uuid

import pytest
from django.db import connections
from django.urls import reverse

from guarantees.models import Application, Work
from tests.pages import client_of
from tests.typed import typed


@pytest.mark.django_db(transaction=True)
def test_form_sent_by_four_clicks_at_once_makes_one_draft(contractor):
    url, data = reverse("guarantees:application-edit", args=[uuid.uuid4()]), typed()
    barrier, answers = threading.Barrier(4), []

    def click():
        browser = client_of(contractor)
        barrier.wait()
        answers.append(browser.post(url, data).status_code)
        connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [302] * 4
    assert (Application.objects.count(), Work.objects.count()) == (1, 1)
    assert Application.objects.get().revision == 4
