"""The cast of D-Sure: two organisations with their officers, an operator, a contractor, and a surety that deposits."""

from dataclasses import dataclass
from functools import cache

import pytest
from django.utils import timezone

from dsure import depositing, keys
from dsure.models import Department, Obligee, Officer, Operator
from netdesk import pdf, sealing
from netdesk.demo import PASSWORD
from netdesk.models import Desk, User

NUMBER = "14081-00001M"


@cache
def sealed_pdf(text: str, by: str = "surety") -> bytes:
    """A small PDF under a seal; made once for each text."""
    return sealing.seal(pdf.from_html(f'<html lang="ja"><p>{text}</p></html>'), by=by)


def facts_of(number: str = NUMBER, **changes) -> dict:
    """What a certificate of layout 1 says."""
    return {
        "layout": 1,
        "number": number,
        "product": "advance",
        "product_name": "前払金保証",
        "mark": "",
        "issued_on": "2026-12-01",
        "contractor_name": "○○建設　株式会社",
        "representative_name": None,
        "contractor_address": "神奈川県平塚市見本町1-1",
        "addressee": "平塚市長",
        "obligee_code": "14203",
        "obligee_name": "平塚市",
        "guaranteed_amount": 20_000_000,
        "guarantee_ends_on": "2099-03-31",
        "work_name": "道路改良工事",
        "work_place": "",
        "contract_price": 50_000_000,
        "work_starts_on": "2026-12-01",
        "work_ends_on": "2099-03-31",
        "contracted_on": "2026-12-01",
        "entrusted_bank": "○○銀行　××支店",
        "surety_name": "（見本）○○建設業保証株式会社",
        "surety_address": "東京都見本区見本1-1-1",
        "surety_president": "取締役社長　見本　太郎",
        "branch_name": "神奈川支店",
        "branch_phone": "045-000-0000",
        "branch_fax": "045-000-0001",
        "is_specimen": True,
        **changes,
    }


def deposition(number: str = NUMBER, version: int = 1, **changes) -> depositing.Deposition:
    """One version on its way into D-Sure, right in everything that is not changed here."""
    pdf_bytes = changes.pop("pdf", None) or sealed_pdf(f"{number} {version}")
    facts = changes.pop("facts", None) or facts_of(number, mark="" if version == 1 else f"変更－{version - 1}")
    values = {
        "number": number,
        "obligee_code": facts["obligee_code"],
        "version": version,
        "target": "新規" if version == 1 else f"変更－{'０１２３４５６７８９'[version - 1]}",
        "cause": "issue" if version == 1 else "amendment",
        "facts": facts,
        "pdf": pdf_bytes,
        "sha256": depositing.sha256_of(pdf_bytes),
        **changes,
    }
    return depositing.Deposition(**values)


@dataclass(frozen=True)
class Handed:
    """What a contractor hands in: number and key."""

    number: str
    key: str

    @property
    def typed(self) -> dict[str, str]:
        return {"number": self.number, "key": keys.grouped(self.key)}


@pytest.fixture
def hand_in(db, obligee, rival_obligee):
    """Deposits the first version of a guarantee and gives back what opens it."""

    def deposited(number: str = NUMBER, **changes) -> Handed:
        key = keys.make(number)
        facts = facts_of(number, **changes)
        first = deposition(number, facts=facts, verifier=keys.verifier(number, key))
        depositing.deposit(first, arrived_at=timezone.now())
        return Handed(number, key)

    return deposited


def with_valid_check(number: str, *, other_than: str) -> str:
    """A wrong key for the number that no check character betrays."""
    return next(key for key in iter(lambda: keys.make(number), None) if key != other_than)


def person(username: str, full_name: str, desk: Desk = Desk.DSURE) -> User:
    return User.objects.create_user(username, full_name=full_name, desk=desk)


@pytest.fixture
def obligee(db) -> Obligee:
    return Obligee.objects.create(code="14203", name="平塚市")


@pytest.fixture
def rival_obligee(db) -> Obligee:
    return Obligee.objects.create(code="12217", name="柏市")


@pytest.fixture
def officer(obligee) -> Officer:
    section = Department.objects.create(obligee=obligee, name="契約検査課")
    return Officer.objects.create(user=person("officer", "平塚　花子"), obligee=obligee, department=section)


@pytest.fixture
def colleague(obligee) -> Officer:
    section = Department.objects.create(obligee=obligee, name="道路整備課")
    return Officer.objects.create(user=person("colleague", "平塚　次郎"), obligee=obligee, department=section)


@pytest.fixture
def rival_officer(rival_obligee) -> Officer:
    section = Department.objects.create(obligee=rival_obligee, name="契約課")
    return Officer.objects.create(user=person("rival-officer", "柏　太郎"), obligee=rival_obligee, department=section)


@pytest.fixture
def operator(db) -> Operator:
    return Operator.objects.create(user=person("operator", "運営　一郎"))


@pytest.fixture
def contractor(db) -> User:
    return person("contractor", "建設　三郎", Desk.CONTRACTOR)


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer.user)
    return client


@pytest.fixture
def administrator(obligee, officer) -> Officer:
    """平塚市's administrator, of the officer's section, who has a password."""
    user = person("officer-admin", "平塚　月子")
    user.set_password(PASSWORD)
    user.email = "admin@example.jp"
    user.save()
    return Officer.objects.create(user=user, obligee=obligee, department=officer.department, is_administrator=True)


@pytest.fixture
def rival_administrator(rival_officer) -> Officer:
    rival_officer.is_administrator = True
    rival_officer.save()
    return rival_officer
