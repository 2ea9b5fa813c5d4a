"""What is always true of the rows: the database itself refuses the rest, whoever asks it."""

import hashlib
import uuid
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from guarantees import applying
from guarantees.models import (
    Addressee,
    Application,
    Branch,
    Certificate,
    ChainHead,
    Contractor,
    Endorsement,
    Event,
    Guarantee,
    KeySight,
    Obligee,
    Payment,
    RequestedGuarantee,
    Voiding,
    Work,
)
from guarantees.terms import GuaranteeState, Medium, Product, Status
from netdesk.models import User
from tests import stories

pytestmark = pytest.mark.django_db

AT = datetime(2026, 12, 1, 1, tzinfo=UTC)


@pytest.fixture
def guarantee(contractor, reviewer, approver) -> Guarantee:
    """An issued guarantee whose rows were made by hand, so that nothing but the database watches over them."""
    requested = stories.approved(contractor, reviewer)
    application = requested.application
    head = Guarantee.objects.create(
        number="34081-00001M",
        product=requested.product,
        medium=requested.medium,
        contractor=application.contractor,
        branch=application.branch,
        work=application.work,
        obligee=application.obligee,
        obligee_code=application.obligee.code,
        key_ciphertext=b"sealed",
        key_version=1,
    )
    Certificate.objects.create(
        guarantee=head,
        version=1,
        target="新規",
        cause="issue",
        facts={},
        pdf=b"bytes",
        sha256=hashlib.sha256(b"bytes").hexdigest(),
        guarantee_ends_on=requested.deadline,
        issued_at=AT,
        issued_by=approver.user,
    )
    RequestedGuarantee.objects.update(status=Status.ISSUED, issued_at=AT, issued_by=approver.user, guarantee=head)
    return head


@contextmanager
def refused(why: str):
    """The database says no, and says which rule it is."""
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        yield


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


class TestAppendOnly:
    """Tables that only grow."""

    @pytest.fixture
    def rows(self, guarantee, reviewer) -> dict[str, models.Model]:
        """One row in each append-only table."""
        user = reviewer.user
        return {
            "certificate": guarantee.certificates.get(),
            "voiding": Voiding.objects.create(
                certificate=guarantee.certificates.get(), cause="correction", voided_at=AT, voided_by=user
            ),
            "event": Event.objects.get(sequence=1),
            "keysight": KeySight.objects.create(guarantee=guarantee, key_version=1, where="page", seen_by=user),
            "payment": Payment.objects.create(
                requested=guarantee.requested, paid_amount=1, paid_on=date(2026, 12, 1), confirmed_by=user
            ),
        }

    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("certificate", "target"),
            ("voiding", "cause"),
            ("event", "act"),
            ("keysight", "key_version"),
            ("payment", "paid_amount"),
        ],
    )
    def test_a_row_is_neither_changed_nor_deleted(self, rows, table, column):
        before = type(rows[table]).objects.values()[:]
        for sql in (
            f"UPDATE guarantees_{table} SET {column} = {column}",
            f"DELETE FROM guarantees_{table}",
        ):
            with refused(f"guarantees_{table} is append-only: {sql[:6]} refused"):
                execute(sql)
        with refused("append-only"):
            type(rows[table]).objects.filter(pk=rows[table].pk).update(**{column: getattr(rows[table], column)})
        assert list(type(rows[table]).objects.values()) == list(before)


class TestGuarantee:
    """The head row of a guarantee."""

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("id", "id + 100"),
            ("public_id", "gen_random_uuid()"),
            ("number", "'34081-99999M'"),
            ("product", "'interim'"),
            ("medium", "'paper'"),
            ("contractor_id", "contractor_id + 100"),
            ("branch_id", "branch_id + 100"),
            ("work_id", "work_id + 100"),
            ("obligee_id", "NULL"),
            ("obligee_code", "'12217'"),
        ],
    )
    def test_its_identity_is_frozen(self, guarantee, column, value):
        with refused("the identity of a guarantee is frozen"):
            execute(f"UPDATE guarantees_guarantee SET {column} = {value}")

    def test_it_is_never_deleted(self, guarantee):
        with refused("guarantees_guarantee is append-only: DELETE refused"):
            execute("DELETE FROM guarantees_guarantee")

    def test_its_key_may_be_issued_again(self, guarantee):
        Guarantee.objects.update(key_ciphertext=b"another", key_version=2)
        guarantee.refresh_from_db()
        assert (bytes(guarantee.key_ciphertext), guarantee.key_version) == (b"another", 2)

    @pytest.mark.parametrize("state", [GuaranteeState.RELEASED, GuaranteeState.CANCELLED])
    def test_it_closes_once_and_for_all(self, guarantee, state):
        Guarantee.objects.update(state=state)
        for other in set(GuaranteeState) - {state}:
            with refused("a closed guarantee stays closed"):
                Guarantee.objects.update(state=other)

    def made(self, of: Guarantee, **changes) -> Guarantee:
        parties = {name: getattr(of, name) for name in ("contractor", "branch", "work", "product")}
        return Guarantee.objects.create(**{**parties, "number": "34081-00009M", "medium": Medium.PAPER, **changes})

    @pytest.mark.parametrize(
        "number", ["34081-00009", "34081-00009m", "3408-00009M", "34O81-00009M", "", "３4081-00009M", "\n34081-0009M"]
    )
    def test_its_number_has_the_seeds_shape(self, guarantee, number):
        with refused("guarantee_number_is_canonical"):
            self.made(guarantee, number=number)

    def test_its_number_is_never_used_twice(self, guarantee):
        with refused("guarantees_guarantee_number"):
            self.made(guarantee, number=guarantee.number)

    @pytest.mark.parametrize(
        "changes",
        [
            {"medium": Medium.ELECTRONIC},
            {"medium": Medium.ELECTRONIC, "key_version": 1, "obligee_code": "14203"},
            {"medium": Medium.ELECTRONIC, "key_ciphertext": b"x", "key_version": 0, "obligee_code": "14203"},
            {"medium": Medium.ELECTRONIC, "key_ciphertext": b"x", "key_version": 1},
            {"key_ciphertext": b"x", "key_version": 1},
            {"key_ciphertext": b"x"},
            {"key_version": 1},
            {"medium": "fax"},
        ],
    )
    def test_its_key_is_there_for_electronic_and_only_there(self, guarantee, changes):
        with refused("guarantee_key_is_for_electronic"):
            self.made(guarantee, **changes)

    def test_a_reservation_is_on_paper(self, guarantee):
        electronic = {"medium": Medium.ELECTRONIC, "key_ciphertext": b"x", "key_version": 1, "obligee_code": "14203"}
        with refused("guarantee_reservation_is_on_paper"):
            self.made(guarantee, product=Product.RESERVATION, **electronic)
        assert self.made(guarantee, product=Product.RESERVATION).medium == Medium.PAPER

    def test_its_work_is_of_its_contractor(self, guarantee, rival_contractor):
        with refused("guarantee_work_of_contractor"):
            self.made(guarantee, contractor=rival_contractor.contractor)


class TestCertificate:
    """One version, with its bytes."""

    def added(self, guarantee: Guarantee, version: int, **changes) -> Certificate:
        first = guarantee.certificates.get(version=1)
        columns = ("target", "cause", "facts", "pdf", "sha256", "guarantee_ends_on", "issued_at", "issued_by")
        values = {name: getattr(first, name) for name in columns}
        return Certificate.objects.create(guarantee=guarantee, version=version, **{**values, **changes})

    @pytest.mark.parametrize("version", [0, 1, 3, 9])
    def test_versions_go_up_by_one(self, guarantee, version):
        with refused("versions go up by one"):
            self.added(guarantee, version)
        self.added(guarantee, 2)
        self.added(guarantee, 3)
        assert list(guarantee.certificates.values_list("version", flat=True)) == [3, 2, 1]

    @pytest.mark.parametrize("changes", [{"sha256": "0" * 64}, {"pdf": b"other bytes"}, {"sha256": ""}])
    def test_the_hash_is_that_of_the_bytes(self, guarantee, changes):
        with refused("certificate_sha256_is_of_pdf"):
            self.added(guarantee, 2, **changes)
        assert self.added(guarantee, 2, pdf=b"x", sha256=hashlib.sha256(b"x").hexdigest()).version == 2

    def test_in_force_is_the_highest_version_that_was_not_taken_back(self, guarantee, reviewer):
        second, third = self.added(guarantee, 2), self.added(guarantee, 3)
        for certificate, left in ((None, 3), (second, 3), (third, 1)):
            if certificate:
                Voiding.objects.create(
                    certificate=certificate, cause="correction", voided_at=AT, voided_by=reviewer.user
                )
            assert guarantee.certificates.in_force().get().version == left
        assert list(guarantee.certificates.not_voided().values_list("version", flat=True)) == [1]

    def test_a_version_is_taken_back_once(self, guarantee, reviewer):
        certificate = guarantee.certificates.get()
        Voiding.objects.create(certificate=certificate, cause="correction", voided_at=AT, voided_by=reviewer.user)
        with refused("certificate_id"):
            Voiding.objects.create(certificate=certificate, cause="correction", voided_at=AT, voided_by=reviewer.user)


class TestApplication:
    """The application's own rules."""

    @pytest.mark.parametrize(
        ("changes", "rule"),
        [
            ({"contract_price": 0}, "application_price_is_positive"),
            ({"work_ends_on": date(2026, 11, 30)}, "application_period_is_in_order"),
            ({"obligee": None}, "application_obligee_is_listed_or_typed"),
            ({"addressee": None}, "application_obligee_is_listed_or_typed"),
            ({"typed_obligee": "架空市"}, "application_obligee_is_listed_or_typed"),
            ({"obligee": None, "addressee": None, "typed_obligee": "架空市"}, "application_obligee_is_listed_or_typed"),
            ({"obligee": None, "addressee": None}, "application_obligee_is_listed_or_typed"),
            ({"mail_to": ""}, "application_mail_has_address"),
            ({"submitted_at": None}, "application_(submitted_paired|is_submitted_before_all_else)"),
            ({"submitted_by": None}, "application_submitted_paired"),
            ({"returned_at": AT}, "application_returned_paired"),
            ({"withdrawn_at": AT}, "application_withdrawn"),
            ({"submitted_at": None, "submitted_by": None}, "application_is_submitted_before_all_else"),
            ({"status": "returned"}, "application_returned_has_time"),
            ({"status": "withdrawn"}, "application_withdrawn_has_time"),
        ],
    )
    def test_a_row_that_makes_no_sense_is_refused(self, contractor, changes, rule):
        stories.submitted(contractor)
        with refused(rule):
            Application.objects.update(**changes)

    def test_a_person_without_a_time_is_refused(self, contractor):
        stories.submitted(contractor)
        for act in ("returned", "withdrawn"):
            with refused(f"application_{act}_paired"):
                Application.objects.update(**{f"{act}_by": contractor.user})

    def test_withdrawn_leaves_no_way_but_its_own_status(self, contractor):
        application = stories.submitted(contractor)
        applying.withdraw(application=application, by=contractor)
        with refused("application_withdrawn_has_time"):
            Application.objects.update(status="submitted")

    def test_its_addressee_is_of_its_obligee(self, contractor):
        stories.submitted(contractor)
        with refused("application_addressee_of_obligee"):
            Application.objects.update(addressee=Addressee.objects.get(title="柏市長"))
            execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_its_work_is_of_its_contractor(self, contractor, rival_contractor):
        application = stories.submitted(contractor)
        application.pk, application.public_id = None, uuid.uuid4()
        application.work = Work.objects.create(contractor=rival_contractor.contractor)
        with refused("application_work_of_contractor"):
            application.save()


class TestRequestedGuarantee:
    """The requested guarantee's own rules."""

    @pytest.mark.parametrize(
        ("changes", "rule"),
        [
            ({"guaranteed_amount": 0}, "requested_amount_is_positive"),
            ({"product": Product.PERFORMANCE}, "requested_bank_is_for_advances"),
            ({"taken_up_at": None}, "requested_taken_up_paired"),
            ({"taken_up_by": None}, "requested_taken_up_paired"),
            ({"approved_at": None}, "requested_appr"),
            ({"approved_by": None}, "requested_approved_paired"),
            ({"declined_at": AT}, "requested_declined"),
            ({"issued_at": AT}, "requested_issued"),
            ({"approved_revision": None}, "requested_approval_is_bound_to_facts"),
            ({"approved_sha256": ""}, "requested_approval_is_bound_to_facts"),
            ({"status": Status.UNDER_REVIEW}, "requested_approved_has_approval"),
            ({"status": Status.ISSUED}, "requested_issued_has_guarantee"),
            ({"status": Status.DECLINED}, "requested_(approved_has_approval|declined_has_time)"),
        ],
    )
    def test_a_row_that_makes_no_sense_is_refused(self, contractor, reviewer, changes, rule):
        stories.approved(contractor, reviewer)
        with refused(rule):
            RequestedGuarantee.objects.update(**changes)

    @pytest.mark.parametrize("act", ["declined", "issued"])
    def test_a_person_without_a_time_is_refused(self, contractor, reviewer, approver, act):
        stories.approved(contractor, reviewer)
        with refused(f"requested_{act}_paired"):
            RequestedGuarantee.objects.update(**{f"{act}_by": approver.user})

    def test_approval_and_issue_take_two_persons(self, contractor, reviewer):
        requested = stories.approved(contractor, reviewer)
        application = requested.application
        guarantee = Guarantee.objects.create(
            number="34081-00009M",
            product="advance",
            medium=Medium.PAPER,
            contractor=contractor.contractor,
            branch=application.branch,
            work=application.work,
        )
        issue = {"status": Status.ISSUED, "issued_at": AT, "guarantee": guarantee}
        with refused("requested_takes_two_persons"):
            RequestedGuarantee.objects.update(issued_by=reviewer.user, **issue)
        assert RequestedGuarantee.objects.update(issued_by=contractor.user, **issue) == 1

    def test_a_product_is_requested_once_in_an_application(self, contractor):
        application = stories.drafted(contractor)
        with refused("requested_is_once_per_product"):
            RequestedGuarantee.objects.create(application=application, **stories.advance())

    def test_what_is_followed_is_of_the_right_kind_and_job(self, guarantee, contractor):
        other_job = stories.drafted(contractor)
        confirmed = {"is_half_period_over": True, "is_planned_work_done": True, "is_half_work_done": True}
        interim = stories.advance(product=Product.INTERIM, **confirmed)
        with refused("requested_interim_follows_an_advance"):
            RequestedGuarantee.objects.create(application=other_job, **interim)
        with refused("requested_follows_its_own_kind"):
            RequestedGuarantee.objects.create(application=other_job, follows=guarantee, **interim)
        with refused("requested_follows_its_own_kind"):
            performance = stories.performance(follows=guarantee)
            RequestedGuarantee.objects.create(application=guarantee.requested.application, **performance)
        with refused("requested_interim_conditions_are_confirmed"):
            unsure = interim | {"is_half_work_done": None}
            RequestedGuarantee.objects.create(application=guarantee.requested.application, follows=guarantee, **unsure)

    def test_a_reservation_is_asked_for_on_paper(self, contractor):
        stories.reserved(contractor)
        with refused("reservation_is_on_paper"):
            RequestedGuarantee.objects.update(medium=Medium.ELECTRONIC)

    def test_an_application_keeps_its_job_and_kind(self, contractor):
        first, second = stories.drafted(contractor), stories.drafted(contractor)
        with refused("application_keeps_its_job"):
            Application.objects.filter(pk=first.pk).update(work=second.work)
        with refused("reservation_is_for_a_tender"):
            first.requested.update(
                product=Product.RESERVATION, medium=Medium.PAPER, entrusted_bank="", uses_redeposit=None
            )
        with refused("application_is_of_a_contract_or_a_tender"):
            Application.objects.filter(pk=first.pk).update(contracted_on=None)

    def test_once_issued_it_is_frozen(self, guarantee):
        with refused("an issued guarantee's request is frozen"):
            execute("UPDATE guarantees_requestedguarantee SET premium_amount = 1")
        with refused("an issued guarantee's request is frozen"):
            execute("DELETE FROM guarantees_requestedguarantee")


class TestEndorsement:
    """A change asked for on an issued guarantee."""

    def asked(self, guarantee: Guarantee, by: User, **changes) -> Endorsement:
        values = {"cause": "amendment", "asked_by_whom": "contractor", "facts_before": {}, "facts_after": {}}
        return Endorsement.objects.create(guarantee=guarantee, asked_by=by, **{**values, **changes})

    def test_one_is_open_at_a_time(self, guarantee, contractor, reviewer):
        user = contractor.user
        self.asked(guarantee, user, status=Status.DECLINED, declined_at=AT, declined_by=reviewer.user)
        self.asked(guarantee, user)
        with refused("endorsement_is_one_at_a_time"):
            self.asked(guarantee, user)

    @pytest.mark.parametrize(
        ("columns", "rule"),
        [
            ({"taken_up_at": AT}, "endorsement_taken_up_paired"),
            ({"approved_at": AT}, "endorsement_approv"),
            ({"declined_at": AT}, "endorsement_declined"),
            ({"issued_at": AT}, "endorsement_issued"),
            ({"status": Status.APPROVED}, "endorsement_approved_has_approval"),
            ({"status": Status.ISSUED}, "endorsement_(approved_has_approval|issued_has_time)"),
        ],
    )
    def test_a_row_that_makes_no_sense_is_refused(self, guarantee, contractor, columns, rule):
        with refused(rule):
            self.asked(guarantee, contractor.user, **columns)

    def test_approval_and_issue_take_two_persons(self, guarantee, contractor, reviewer):
        acts = {f"{act}_at": AT for act in ("approved", "issued")} | {
            f"{act}_by": reviewer.user for act in ("approved", "issued")
        }
        bound = {"approved_revision": 1, "approved_sha256": "0" * 64}
        with refused("endorsement_takes_two_persons"):
            self.asked(guarantee, contractor.user, status=Status.ISSUED, **acts, **bound)


class TestPartiesAndTheRest:
    """Reference rows, payments and the chain's head."""

    @pytest.mark.parametrize(
        ("table", "changes", "rule"),
        [
            (Branch, {"code": "3A"}, "branch_code_is_two_digits"),
            (Obligee, {"code": "1420"}, "obligee_code_is_five_digits"),
        ],
    )
    def test_a_row_that_makes_no_sense_is_refused(self, cast, table, changes, rule):
        with refused(rule):
            table.objects.filter(pk=table.objects.first().pk).update(**changes)

    def test_terms_and_addressees_are_once_each(self, cast):
        hiratsuka = Obligee.objects.get(code="14203")
        with refused("terms_are_once_per_kind_and_day"):
            stories.new_terms("平塚市", "works", in_force_from=date(2022, 5, 9))
        with refused("terms_by_date_have_a_start"):
            stories.new_terms("平塚市", "works", starts_on=None)
        with refused("addressee_is_once_per_obligee"):
            Addressee.objects.create(obligee=hiratsuka, title="平塚市長")

    def test_a_payment_is_of_money(self, contractor, reviewer):
        requested = stories.submitted(contractor).requested.get()
        with refused("payment_is_positive"):
            Payment.objects.create(
                requested=requested, paid_amount=0, paid_on=date(2026, 12, 1), confirmed_by=reviewer.user
            )

    def test_the_chain_has_one_head(self, db):
        ChainHead.objects.create()
        with refused("chain_head_is_one_row"):
            ChainHead.objects.create(pk=2)

    def test_an_event_is_about_something(self, contractor):
        with refused("event_is_about_something"):
            Event.objects.create(sequence=1, happened_at=AT, done_by=contractor.user, act="draft", sha256="0" * 64)

    def test_a_contractor_with_applications_is_not_deleted(self, contractor):
        stories.drafted(contractor)
        with pytest.raises(DatabaseError, match="protected"), transaction.atomic():
            Contractor.objects.all().delete()


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (Application, "status"),
        (Application, "work_kind"),
        (RequestedGuarantee, "status"),
        (RequestedGuarantee, "medium"),
        (RequestedGuarantee, "premium_payment"),
    ],
)
def test_a_word_that_is_not_in_its_list_is_refused(contractor, table, column):
    stories.submitted(contractor)
    with refused(f"{column}_is_known"):
        table.objects.update(**{column: "nonsense"})


def test_facts_are_frozen_once_a_guarantee_is_issued_but_a_word_to_the_contractor_is_not(guarantee):
    with refused("frozen once a guarantee of it is issued"):
        Application.objects.update(contract_price=1)
    Application.objects.update(message_to_contractor="保証証書を送付しました")
