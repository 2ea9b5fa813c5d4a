"""The administration pages: reference data opens for the administrator, and for nobody else."""

import pytest
from django.contrib import admin
from django.urls import reverse

from guarantees.models import MasterChange, ObligeeTerms, Signatory
from guarantees.terms import StaffRole
from netdesk.models import User
from tests import stories
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


@pytest.fixture
def desk_of_admin(cast):
    return client_of(User.objects.get(username="admin"))


def form_of(page) -> dict:
    """What the form of an admin page would send as it stands."""
    initial = page.context["adminform"].form.initial
    return {name: "" if value is None else value for name, value in initial.items()}


def test_terms_begin_tomorrow_at_the_earliest_and_tell_their_day(desk_of_admin):
    works = ObligeeTerms.objects.get(obligee__name="平塚市", work_kind="works")
    typed = {
        field.name: getattr(works, field.attname) for field in ObligeeTerms._meta.concrete_fields if field.name != "id"
    }
    add = reverse("admin:guarantees_obligeeterms_add")
    page = desk_of_admin.post(add, typed | {"in_force_from": "2026-11-20", "starts_on": ""})
    errors = page.context["adminform"].form.errors
    assert (errors["in_force_from"], errors["starts_on"]) == (
        ["適用開始日は、明日以降の日付を入力してください"],
        ["対象の開始日を入力してください"],
    )
    assert desk_of_admin.post(add, typed | {"in_force_from": "2026-11-21"}).status_code == 302
    assert ObligeeTerms.objects.filter(obligee__name="平塚市", work_kind="works").count() == 2


@pytest.mark.parametrize("table", [ObligeeTerms, Signatory])
def test_a_version_that_has_begun_is_read_only(desk_of_admin, table):
    row = table.objects.first()
    change = reverse(f"admin:guarantees_{table._meta.model_name}_change", args=[row.pk])
    assert "_save" not in desk_of_admin.get(change).content.decode()
    assert desk_of_admin.post(change, {"source": "別", "president": "別"}).status_code == 403
    assert desk_of_admin.post(change.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_version_to_come_may_be_changed(desk_of_admin):
    later = stories.new_terms("平塚市", "works", in_force_from="2099-04-01")
    change = reverse("admin:guarantees_obligeeterms_change", args=[later.pk])
    typed = form_of(desk_of_admin.get(change)) | {"minimum_contract_price": 1}
    assert desk_of_admin.post(change, typed).status_code == 302
    later.refresh_from_db()
    assert later.minimum_contract_price == 1


def test_a_new_role_is_kept_and_signs_the_person_out(desk_of_admin, reviewer, approver):
    theirs, others = client_of(reviewer), client_of(approver)
    change = reverse("admin:guarantees_staffmember_change", args=[reviewer.pk])
    typed = form_of(desk_of_admin.get(change))
    desk_of_admin.post(change, typed)
    assert (MasterChange.objects.count(), theirs.get("/surety/").status_code) == (0, 200)

    desk_of_admin.post(change, typed | {"branch": "", "role": StaffRole.APPROVER})
    kept = MasterChange.objects.get()
    assert (kept.subject, kept.changed_by.username, kept.details) == (
        "高橋 恵（reviewer）",
        "admin",
        {"from": {"branch": "神奈川支店", "role": "審査担当者"}, "to": {"branch": "本店", "role": "発行責任者"}},
    )
    assert (theirs.get("/surety/").status_code, others.get("/surety/").status_code) == (302, 200)


def test_a_person_who_is_disabled_is_signed_out_at_once(desk_of_admin, reviewer, approver):
    theirs, others = client_of(reviewer), client_of(approver)
    change = reverse("admin:netdesk_user_change", args=[reviewer.user.pk])
    typed = form_of(desk_of_admin.get(change))
    desk_of_admin.post(change, typed | {"is_active": ""})
    reviewer.user.refresh_from_db()
    assert (reviewer.user.is_active, reviewer.user.sessions.count(), approver.user.sessions.count()) == (False, 0, 1)
    assert (theirs.get("/surety/").status_code, others.get("/surety/").status_code) == (302, 200)
