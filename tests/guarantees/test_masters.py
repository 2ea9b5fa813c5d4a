"""The first day's reference data and the demo world: whole, loaded once, and only where they may be."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from dsure import reporting, watching
from dsure.models import Deposit, RegisterEntry
from dsure.models import Obligee as RegisteredObligee
from guarantees import awaiting, mails, masters, papers, recording
from guarantees.models import (
    Application,
    Bill,
    Branch,
    Certificate,
    Dispatch,
    Endorsement,
    Event,
    Guarantee,
    HandInRule,
    KeySight,
    Obligee,
    ObligeeTerms,
    PremiumStatement,
    RequestedGuarantee,
    Signatory,
    StaffMember,
)
from guarantees.terms import (
    ApplicationStatus,
    EndorsementCause,
    Medium,
    Procedure,
    Product,
    Standing,
    Status,
    TermsBasis,
    WorkKind,
)
from netdesk.demo import PASSWORD, SIGN_INS
from netdesk.models import Mail, User
from tests import stories

pytestmark = pytest.mark.django_db

SEEDS = {"05214", "12217", "12423", "14203", "20000", "20217"}
OURS = ("netdesk", "dsure", "guarantees")


def all_rows() -> dict[str, list]:
    """Every row of every table of ours, as plain values."""
    tables = [model for label in OURS for model in apps.get_app_config(label).get_models()]
    return {table._meta.label: sorted(map(repr, table.objects.order_by().values())) for table in tables}


@pytest.fixture
def demo_world(db):
    """The story as told on 1 December 2026, which it stays for the rest of the test."""
    with time_machine.travel(datetime(2026, 12, 1, 1, 0, tzinfo=UTC)):
        call_command("load_masters")
        call_command("load_demo")
        yield


def test_load_masters_makes_branches_obligees_terms_and_the_signatory(db):
    call_command("load_masters")
    assert list(Branch.objects.values_list("code", "name", "hours")) == [
        ("25", "秋田支店", "9:00~17:00（土日祝日・年末年始除く）"),
        ("32", "千葉支店", "9:00~17:00（土日祝日・年末年始除く）"),
        ("34", "神奈川支店", "9:00~17:00（土日祝日・年末年始除く）"),
        ("37", "長野支店", "9:00~17:00（土日祝日・年末年始除く）"),
    ]
    seeds = Obligee.objects.filter(code__in=SEEDS)
    assert [(one.code, one.name, [a.title for a in one.addressees.all()]) for one in seeds] == [
        ("05214", "にかほ市", ["にかほ市長"]),
        ("12217", "柏市", ["柏市長"]),
        ("12423", "長生村", ["長生村長"]),
        ("14203", "平塚市", ["平塚市長", "平塚市病院事業管理者"]),
        ("20000", "長野県", ["長野県知事", "長野県△△建設事務所長"]),
        ("20217", "佐久市", ["佐久市長"]),
    ]
    assert Obligee.objects.count() == len(SEEDS) + 17
    assert Signatory.objects.values_list("company_name", "starts_on").get() == (
        "○○建設業保証株式会社",
        date(2022, 5, 9),
    )


def test_load_masters_makes_each_obligees_terms_per_kind(db):
    call_command("load_masters")
    every = (WorkKind.CONSULTING, WorkKind.SERVICES, WorkKind.WORKS)
    hiratsuka = [
        ("14203", kind, TermsBasis.CONTRACT, date(2025, 12, 1), 1_500_000, cap)
        for kind, cap in ((WorkKind.CONSULTING, 30), (WorkKind.WORKS, 40))
    ]
    nikaho = [
        ("05214", kind, TermsBasis.NOTICE, date(2026, 2, 1), None, 40 if kind == WorkKind.WORKS else 30)
        for kind in every
    ]
    by_approval = [
        (code, kind, TermsBasis.APPROVAL, None, None, 40 if kind == WorkKind.WORKS else 30)
        for code in ("12217", "12423", "20217")
        for kind in every
    ]
    columns = ("obligee__code", "work_kind", "basis", "starts_on", "minimum_contract_price", "advance_cap_percent")
    seeds = ObligeeTerms.objects.filter(obligee__code__in=SEEDS)
    assert sorted(seeds.values_list(*columns), key=str) == sorted(hiratsuka + nikaho + by_approval, key=str)
    rules = HandInRule.objects.filter(obligee__code__in=SEEDS)
    assert set(rules.values_list("obligee__code", flat=True)) == SEEDS - {"20000"}


def test_masters_name_nobody_real():
    for branch in masters.BRANCHES:
        assert branch.email.endswith("@example.jp")
        assert branch.phone.endswith("-000-0000")
        assert branch.fax.startswith("0120-000-")


def test_load_masters_a_second_time_changes_nothing(db):
    call_command("load_masters")
    first = all_rows()
    call_command("load_masters")
    assert all_rows() == first
    assert sum(map(len, first.values())) > 40


def test_load_masters_leaves_alone_what_the_surety_has_changed_since(db):
    call_command("load_masters")
    Branch.objects.filter(code="34").update(phone="045-000-9999")
    stories.new_terms("平塚市", WorkKind.WORKS, minimum_contract_price=1)
    HandInRule.objects.filter(obligee__code="14203").delete()
    changed = all_rows()
    call_command("load_masters")
    assert all_rows() == changed


def test_load_demo_makes_everybody_who_can_sign_in_and_nobody_else(demo_world, client):
    people = list(User.objects.order_by("pk"))
    signing_in, others = people[: len(SIGN_INS)], people[len(SIGN_INS) :]
    assert [(one.username, one.desk) for one in signing_in] == [(one.username, one.desk) for one in SIGN_INS]
    assert all(user.check_password(PASSWORD) for user in signing_in)
    # Look-ups stopped, disabled, invited; and the invited administrator of an organisation that was just registered.
    assert [(one.username, one.is_active, one.is_invited) for one in others] == [
        ("14203-03", True, False),
        ("14203-04", False, False),
        ("14203-05", True, True),
        ("14215-01", True, True),
    ]
    assert [one.user.username for one in watching.stopped_officers()] == ["14203-03"]
    assert list(User.objects.filter(is_staff=True).values_list("username", flat=True)) == ["admin"]
    assert set(RegisteredObligee.objects.values_list("code", flat=True)) == {
        *("05214", "12217", "12423", "14203", "14215", "20217"),
    }


def test_load_demo_shows_every_procedure_and_every_status(demo_world):
    shown = RequestedGuarantee.objects.with_application()
    assert {one.procedure for one in shown} == set(Procedure)
    assert {one.status for one in shown} == set(Status)
    shown = set(ApplicationStatus) - {ApplicationStatus.DISCARDED}  # nobody sees a discarded draft
    assert set(Application.objects.values_list("status", flat=True)) == shown
    assert set(Guarantee.objects.values_list("medium", flat=True)) == set(Medium)
    assert set(Guarantee.objects.values_list("product", flat=True)) == set(Product)
    assert Application.objects.exclude(jv_name="").count() == 1


def test_load_demo_tells_its_story_by_the_days_before_today_and_in_order(demo_world):
    today = date(2026, 12, 1)
    days = [timezone.localdate(event.happened_at) for event in Event.objects.order_by("sequence")]
    assert (days, days[0], days[-1]) == (sorted(days), today - timedelta(days=200), today - timedelta(days=1))
    issued = [(timezone.localdate(one.issued_at), one.facts["issued_on"]) for one in Certificate.objects.all()]
    assert issued == [(day, day.isoformat()) for day, _ in issued]
    assert timezone.localdate() == today


def test_load_demo_leaves_a_whole_chain_and_electronic_guarantees_in_d_sure(demo_world):
    electronic = Guarantee.objects.electronic()
    assert recording.first_broken() is None
    assert sorted(Deposit.objects.values_list("number", flat=True)) == sorted(
        electronic.values_list("number", flat=True)
    )
    assert (KeySight.objects.count(), electronic.count()) == (6, 11)
    done = (EndorsementCause.CORRECTION, EndorsementCause.AMENDMENT_CANCELLATION, EndorsementCause.KEY_REISSUE)
    done += (EndorsementCause.RELEASE, EndorsementCause.CANCELLATION)
    of_the_surety = Mail.objects.exclude(subject__startswith="【D-Sure】")
    assert Counter(of_the_surety.values_list("subject", flat=True)) == {
        mails.ISSUE_COMPLETE: 11,
        mails.AMENDMENT_COMPLETE: 3,
        **{f"保証契約の手続き完了のお知らせ（{cause.label}）": 1 for cause in done},
    }


def test_load_demo_shows_every_cause_every_standing_and_what_obligees_ask_for(demo_world):
    assert list(Endorsement.objects.order_by("pk").values_list("cause", "guarantee__medium", "status")) == [
        ("correction", "electronic", "issued"),
        ("amendment", "electronic", "issued"),
        ("amendment_cancellation", "electronic", "issued"),
        ("key_reissue", "electronic", "issued"),
        ("cancellation", "electronic", "issued"),
        ("amendment", "electronic", "issued"),
        ("release", "electronic", "issued"),
        ("amendment", "electronic", "issued"),
        ("amendment", "electronic", "received"),
        ("amendment", "paper", "under_review"),
    ]
    assert {one.standing for one in Guarantee.objects.with_standing()} == set(Standing)
    assert [(one.kind, one.answer) for one in reporting.requests_after(0)] == [
        ("release", "carried_out"),
        ("release", ""),
        ("claim", "taken_up"),
    ]
    opened = Guarantee.objects.filter(number__in=RegisterEntry.objects.values("deposit__number"))
    names = set(opened.values_list("requested__application__work_name", flat=True))
    assert names >= {"国道○○号線 舗装補修工事", "配水管布設替工事", "橋梁補修工事", "街路灯更新工事"}


def test_load_demo_shows_each_state_of_money_and_papers(demo_world):
    reviewer = StaffMember.objects.get(user__username="reviewer")
    assert [(one.called, one.amount) for one in awaiting.of_branch(reviewer)] == [("保証料", 42_100)]
    assert [one.surplus_amount for one in awaiting.to_repay(reviewer)] == [7_000]
    paid = RequestedGuarantee.objects.with_application().filter(application__work_name="河川浚渫工事").get()
    assert paid.procedure == Procedure.BEING_ISSUED
    assert PremiumStatement.objects.filter(kind="premium_refund").count() == 2
    assert Bill.objects.filter(payments=None).count() >= 1
    assert Bill.objects.filter(payments__isnull=False).count() >= 1
    assert papers.guarantees_waiting(reviewer).exists()
    assert (Dispatch.objects.standing().count(), Dispatch.objects.count()) == (2, 4)


def test_load_demo_a_second_time_changes_nothing(demo_world):
    first = all_rows()
    call_command("load_demo")
    call_command("load_demo", "--people-only")
    assert all_rows() == first


def test_load_demo_people_only_tells_no_story(cast):
    assert (User.objects.count(), Application.objects.count(), Event.objects.count()) == (len(SIGN_INS), 0, 0)


@pytest.mark.parametrize("command", ["load_demo", "load_demo_offices", "open_demo_certificate", "file_demo_request"])
def test_demo_commands_outside_demo_mode_are_refused_and_make_nobody(db, settings, command):
    settings.DEMO_MODE = False
    arguments = {
        "open_demo_certificate": ["officer", "34081-00001M", "key"],
        "file_demo_request": ["officer", "34081-00001M", "release", "完成"],
    }.get(command, [])
    with pytest.raises(CommandError) as refusal:
        call_command(command, *arguments)
    assert (str(refusal.value), User.objects.count()) == ("The demo world is for DEMO_MODE=true only.", 0)


def test_load_demo_without_masters_makes_nothing_by_halves(db):
    with pytest.raises(Branch.DoesNotExist):
        call_command("load_demo")
    assert not User.objects.exists()
