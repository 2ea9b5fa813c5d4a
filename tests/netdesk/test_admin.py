"""The administration pages: reference data opens for the administrator, and for nobody else."""

import pytest
from django.contrib import admin
from django.urls import reverse

from netdesk.models import User
from tests.pages import client_of

pytestmark = pytest.mark.django_db


def test_every_page_of_reference_data_opens(cast):
    browser = client_of(User.objects.get(username="admin"))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert browser.get(reverse(f"{name}_changelist")).status_code == 200, name
        first = model._default_manager.first()
        if first is not None:
            assert browser.get(reverse(f"{name}_change", args=[first.pk])).status_code == 200, name


def test_nobody_else_enters(contractor, reviewer, officer, operator):
    for person in (contractor, reviewer, officer, operator):
        answer = client_of(person).get("/admin/")
        assert (answer.status_code, answer.url) == (302, "/admin/login/?next=/admin/")
