"""The API by HTTP: each scope, another organisation's token, every refusal as problem details, nothing by a session."""

import hashlib
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dsure import connecting, depositing, keys, viewing
from dsure.models import Acknowledgement, Client, Failure, RegisterEntry, Scope, Viewing
from netdesk import throttling
from netdesk.models import TryCounter
from tests.dsure.conftest import NUMBER, deposition, facts_of, with_valid_check
from tests.dsure.test_viewing import DAMAGES, damage, no_matches
from tests.dsure.test_views import shape_of

V1 = "/d-sure/api/v1"
ONE = f"{V1}/certificates/{NUMBER}"
READS = [f"{V1}/certificates", ONE, f"{ONE}/versions/1", f"{ONE}/versions/1/pdf"]
EVENTS = f"{V1}/events"
LOOK_UP = f"{V1}/look-ups"
ANSWERS = f"{ONE}/versions/1/answers"
ALL = [scope.value for scope in Scope]


class Caller:
    """A system with a token (or none): what it asks for, with the answer's JSON at hand."""

    def __init__(self, token: str = ""):
        self.headers = {"authorization": f"Bearer {token}"} if token else {}
        self.browser = Browser(enforce_csrf_checks=True)

    def get(self, path: str, **query):
        return self.browser.get(path, query, headers=self.headers)

    def post(self, path: str, body: object, content_type: str = "application/json"):
        return self.browser.post(path, body, content_type, headers=self.headers)


@pytest.fixture
def caller(administrator) -> Caller:
    return Caller(connecting.make(name="電子契約システム", scopes=ALL, ends_on=None, by=administrator)[1])


@pytest.fixture
def rival_caller(rival_administrator) -> Caller:
    return Caller(connecting.make(name="財務会計", scopes=ALL, ends_on=None, by=rival_administrator)[1])


@pytest.fixture
def registered(caller, hand_in):
    """What the caller has looked up once."""
    handed = hand_in()
    assert caller.post(LOOK_UP, {"number": handed.number, "key": handed.key}).status_code == 200
    return handed


def problem_of(response) -> tuple[int, str]:
    """Status and kind of a problem, after its form was looked at."""
    said = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert "no-store" in response["Cache-Control"]
    assert said["status"] == response.status_code
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/d-sure/api/#[a-z-]+", said["type"])
    assert re.search("[ぁ-ん一-龠]", said["title"]) and re.search("[ぁ-ん一-龠]", said["detail"])
    return response.status_code, said["type"].split("#")[1]


def test_a_right_pair_opens_registers_and_is_logged_as_by_token_and_organisation(caller, hand_in, administrator):
    handed = hand_in()
    with time_machine.travel(timezone.now(), tick=False):
        said = caller.post(LOOK_UP, handed.typed).json()
        as_of = timezone.localtime().isoformat()
    versions = said.pop("versions")
    assert said == {
        "number": NUMBER,
        "status": "有効",
        "standing": "in_force",
        "version_in_force": 1,
        "guarantee_ends_on": "2099-03-31",
        "as_of": said["as_of"],
    }
    assert timezone.datetime.fromisoformat(said["as_of"]) == timezone.datetime.fromisoformat(as_of).replace(
        microsecond=timezone.datetime.fromisoformat(said["as_of"]).microsecond
    )
    assert [(one["version"], one["target"], one["sha256"], one["is_voided"]) for one in versions] == [
        (1, "新規", deposition().sha256, False)
    ]
    sight = Viewing.objects.get()
    assert (sight.how, sight.viewed_by, sight.client, sight.organisation) == (
        "key",
        administrator.user,
        Client.objects.get(),
        "平塚市 API：電子契約システム",
    )
    assert RegisterEntry.objects.get().obligee == administrator.obligee


def test_every_reason_gives_one_neutral_answer_with_equal_statements(caller, hand_in, officer):
    pairs = no_matches(hand_in, officer)
    subject = viewing.subject_of(Client.objects.get())
    caller.post(LOOK_UP, {"number": "14081-00008M", "key": keys.make("14081-00008M")})  # the counter's row is there
    answers = {}
    for reason, (number, key) in pairs.items():
        throttling.clear(subject)
        with CaptureQueriesContext(connection) as queries:
            response = caller.post(LOOK_UP, {"number": number, "key": key})
        assert problem_of(response) == (404, "no-match")
        headers = {name: value for name, value in response.headers.items() if name != "Expires"}
        answers[reason] = (response.content, headers, shape_of(queries))
        assert key not in response.content.decode()
    first = answers["unknown number"]
    assert {reason: answer == first for reason, answer in answers.items()} == dict.fromkeys(pairs, True)
    assert {failure.client_id for failure in Failure.objects.exclude(client=None)} == {Client.objects.get().pk}


def test_a_typo_costs_nothing_and_six_failures_make_the_token_wait_but_not_its_maker(caller, hand_in, administrator):
    handed = hand_in()
    wrong = handed.key[:-1] + ("A" if handed.key[-1] != "A" else "C")
    assert problem_of(caller.post(LOOK_UP, {"number": NUMBER, "key": wrong})) == (422, "typo")
    assert not TryCounter.objects.exists()
    with time_machine.travel(timezone.now(), tick=False):
        for _ in range(5):
            other = {"number": NUMBER, "key": with_valid_check(NUMBER, other_than=handed.key)}
            assert problem_of(caller.post(LOOK_UP, other)) == (404, "no-match")
        response = caller.post(LOOK_UP, handed.typed)
        assert (problem_of(response), response["Retry-After"]) == ((429, "must-wait"), "30")
        viewing.look_up(by=administrator, number_text=handed.number, key_text=handed.key)
    TryCounter.objects.update(failures=100)
    assert problem_of(caller.post(LOOK_UP, handed.typed)) == (429, "stopped")


@pytest.mark.django_db(transaction=True)
def test_a_full_house_is_503_and_costs_nothing(caller, hand_in, monkeypatch):
    monkeypatch.setattr("dsure.hashing.AT_ONCE", 0)
    response = caller.post(LOOK_UP, hand_in().typed)
    assert (problem_of(response), response["Retry-After"]) == ((503, "busy"), "2")
    assert not TryCounter.objects.exists()


def test_registered_certificates_are_read_as_facts_and_bytes_and_logged(caller, registered):
    Viewing.objects.all()
    said = caller.get(f"{ONE}/versions/1").json()
    assert said == {"number": NUMBER, "version": 1, "sha256": deposition().sha256, "facts": facts_of()}
    answer = caller.get(f"{ONE}/versions/1/pdf")
    assert (answer.content, answer["Content-Type"]) == (deposition().pdf, "application/pdf")
    assert answer["D-Sure-SHA256"] == hashlib.sha256(answer.content).hexdigest() == said["sha256"]
    assert "no-store" in answer["Cache-Control"]
    assert [(sight.how, sight.client is None) for sight in Viewing.objects.order_by("pk")] == [
        ("key", False),
        ("register", False),
        ("pdf", False),
    ]


def test_what_is_not_in_the_organisations_register_is_one_and_the_same_404(caller, rival_caller, hand_in):
    handed = hand_in()
    hand_in("14081-00002M", obligee_code="12217", obligee_name="柏市")
    bodies = set()
    for number in (NUMBER, "14081-00002M", "14081-00009M", "x", "%00", "1408１-00001M"):
        for rest in ("", "/versions/1", "/versions/1/pdf"):
            response = caller.get(f"{V1}/certificates/{number}{rest}")
            assert problem_of(response) == (404, "not-found")
            bodies.add(response.content)
    assert len(bodies) == 1
    assert caller.post(LOOK_UP, handed.typed).status_code == 200
    for path in READS[1:]:
        assert caller.get(path).status_code == 200
        assert problem_of(rival_caller.get(path)) == (404, "not-found")
    assert rival_caller.get(READS[0]).json() == {"items": [], "next": None}
    assert rival_caller.get(EVENTS).json() == {"items": [], "next": 0, "has_more": False}
    assert problem_of(caller.get(f"{ONE}/versions/2")) == (404, "not-found")


@pytest.mark.parametrize("sql", DAMAGES)
def test_a_damaged_certificate_is_never_given(caller, registered, sql):
    damage(sql)
    for path in READS[2:]:
        assert problem_of(caller.get(path)) == (409, "damaged")
    assert problem_of(caller.post(LOOK_UP, registered.typed)) == (409, "damaged")


def test_the_register_comes_in_pages_with_the_same_queries_for_one_row_and_for_three(caller, hand_in):
    counts, numbers = [], ["14081-00001M", "14081-00002M", "14082-00003M"]
    for number in numbers:
        caller.post(LOOK_UP, hand_in(number).typed)
        with CaptureQueriesContext(connection) as queries:
            said = caller.get(READS[0]).json()
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert ([item["number"] for item in said["items"]], said["next"]) == (numbers, None)
    first = caller.get(READS[0], limit=2).json()
    assert ([item["number"] for item in first["items"]], first["next"]) == (numbers[:2], numbers[1])
    rest = caller.get(READS[0], limit=2, after=first["next"]).json()
    assert ([item["number"] for item in rest["items"]], rest["next"]) == (numbers[2:], None)


@pytest.mark.parametrize(
    ("scope", "opens"),
    [("look_up", [LOOK_UP]), ("read", READS), ("events", [EVENTS]), ("acknowledge", [ANSWERS])],
)
def test_a_token_opens_what_its_scope_says_and_nothing_else(administrator, registered, scope, opens):
    caller = Caller(connecting.make(name="一つ", scopes=[scope], ends_on=None, by=administrator)[1])
    for path in [*READS, EVENTS]:
        expected = 200 if path in opens else 403
        assert (path, caller.get(path).status_code) == (path, expected)
    assert caller.post(ANSWERS, {"kind": "received"}).status_code == (200 if ANSWERS in opens else 403)
    response = caller.post(LOOK_UP, registered.typed)
    assert response.status_code == (200 if LOOK_UP in opens else 403)
    if LOOK_UP not in opens:
        assert problem_of(response) == (403, "forbidden")


def test_without_a_living_token_nothing_is_answered(administrator, registered, client):
    day = timezone.localdate() + timedelta(days=1)
    living, token = connecting.make(name="期限つき", scopes=ALL, ends_on=day, by=administrator)
    assert Caller(token).get(ONE).status_code == 200
    client.force_login(administrator.user)
    refused = [
        Caller().get(ONE),
        Caller("x" * 5000).get(ONE),
        Caller(token[:-1]).get(ONE),
        Caller(living.token_sha256).get(ONE),
        client.get(ONE),
        client.post(LOOK_UP, registered.typed, "application/json"),
        Browser().get(ONE, headers={"authorization": f"Basic {token}"}),
    ]
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert Caller(token).get(ONE).status_code == 200  # on its last day
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        refused.append(Caller(token).get(ONE))
    connecting.revoke(client=living, by=administrator)
    refused.append(Caller(token).get(ONE))
    assert {problem_of(response) for response in refused} == {(401, "unauthenticated")}
    assert len({response.content for response in refused}) == 1
    assert all(response["WWW-Authenticate"].startswith("Bearer") for response in refused)


@pytest.mark.parametrize(
    ("ask", "problem"),
    [
        (lambda caller: caller.post(LOOK_UP, b"{", "application/json"), (400, "malformed")),
        (lambda caller: caller.post(LOOK_UP, b"\xff", "application/json"), (400, "malformed")),
        (lambda caller: caller.post(LOOK_UP, "number=1", "text/plain"), (415, "unsupported-media-type")),
        (lambda caller: caller.post(LOOK_UP, b"[" + b" " * 3_000_000, "application/json"), (413, "too-large")),
        (lambda caller: caller.post(LOOK_UP, {}), (422, "invalid")),
        (lambda caller: caller.post(LOOK_UP, []), (422, "invalid")),
        (lambda caller: caller.post(LOOK_UP, {"number": NUMBER, "key": "Y7HKUE4J3AO0"}), (422, "invalid")),
        (lambda caller: caller.post(LOOK_UP, {"number": NUMBER, "key": "\ud800" * 12}), (422, "invalid")),
        (lambda caller: caller.get(EVENTS, after="-1"), (422, "invalid")),
        (lambda caller: caller.get(EVENTS, after="9" * 30), (422, "invalid")),
        (lambda caller: caller.get(READS[0], limit="101"), (422, "invalid")),
        (lambda caller: caller.get(EVENTS, aftr="5"), (422, "invalid")),
        (lambda caller: caller.get(ONE, after="1"), (422, "invalid")),
        (lambda caller: caller.get(READS[0], after="'"), (422, "invalid")),
        (lambda caller: caller.get(f"{ONE}/versions/99999999999"), (404, "not-found")),
        (lambda caller: caller.get(f"{V1}/nowhere"), (404, "not-found")),
        (lambda caller: caller.get(LOOK_UP), (405, "method-not-allowed")),
        (lambda caller: caller.post(EVENTS, {}), (405, "method-not-allowed")),
    ],
)
def test_what_cannot_be_done_is_a_problem_in_words(caller, ask, problem):
    assert problem_of(ask(caller)) == problem


def test_invalid_fields_are_named_and_what_was_typed_is_not_repeated(caller):
    response = caller.post(LOOK_UP, {"number": "1408", "key": "Y7HKUE4J3AO0", "more": 1})
    assert response.json()["errors"] == [
        {"field": "number", "detail": "形が正しくありません"},
        {"field": "key", "detail": "形が正しくありません"},
        {"field": "more", "detail": "この項目は使えません"},
    ]
    assert "Y7HKUE4J3AO0" not in response.content.decode()


def test_a_fault_is_a_problem_too_and_tells_nothing_of_itself(caller, monkeypatch):
    monkeypatch.setattr("dsure.api.endpoints._register", lambda client: 1 / 0)
    response = caller.get(READS[0])
    assert problem_of(response) == (500, "internal")
    assert "division" not in response.content.decode()


def test_the_last_use_is_noted_to_the_minute(caller, registered):
    client = Client.objects.get()
    first = client.last_used_at
    caller.get(ONE)
    client.refresh_from_db()
    assert client.last_used_at == first
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        caller.get(ONE)
    client.refresh_from_db()
    assert client.last_used_at > first


def test_status_says_in_words_what_became_of_a_guarantee(caller, registered):
    for version in (2, 3):
        depositing.deposit(deposition(version=version), arrived_at=timezone.now())
    depositing.void(NUMBER, 3, "amendment_cancellation", voided_at=timezone.now())
    said = caller.get(ONE).json()
    assert (said["status"], said["version_in_force"]) == ("有効（最新は変更－１）", 2)
    assert [(one["version"], one["is_voided"]) for one in said["versions"]] == [(3, True), (2, False), (1, False)]
    depositing.close(NUMBER, "cancelled", closed_at=timezone.now())
    assert [caller.get(ONE).json()[name] for name in ("status", "standing")] == ["解約", "cancelled"]


def test_an_answer_is_written_once_logged_as_by_the_token_and_can_be_withdrawn(caller, registered, administrator):
    for kind, reason in (("returned", "金額の相違"), ("withdrawn", "誤り"), ("received", "")):
        first, again = (caller.post(ANSWERS, {"kind": kind, "reason": reason}) for _ in range(2))
        assert (first.status_code, first.json()) == (200, again.json())
        assert (first.json()["kind"], first.json()["reason"]) == (kind, reason)
    assert problem_of(caller.post(ANSWERS, {"kind": "returned", "reason": "x"})) == (409, "conflict")
    rows = list(Acknowledgement.objects.order_by("pk"))
    assert [row.kind for row in rows] == ["returned", "withdrawn", "received"]
    assert {(row.acknowledged_by, row.client, row.organisation) for row in rows} == {
        (administrator.user, Client.objects.get(), "平塚市 API：電子契約システム")
    }


def test_what_cannot_be_answered_is_said_and_another_organisation_meets_404(caller, rival_caller, registered):
    assert problem_of(rival_caller.post(ANSWERS, {"kind": "received"})) == (404, "not-found")
    for body in (
        {"kind": "returned"},
        {"kind": "received", "reason": "x"},
        {"kind": "y"},
        {"kind": "returned", "reason": "\0"},
    ):
        assert problem_of(caller.post(ANSWERS, body)) == (422, "invalid")
    depositing.deposit(deposition(version=2), arrived_at=timezone.now())
    response = caller.post(ANSWERS, {"kind": "received"})
    assert (problem_of(response), "この版は現在の内容ではありません" in response.json()["detail"]) == (
        (409, "conflict"),
        True,
    )
    response = caller.post(ANSWERS.replace("/1/", "/2/"), {"kind": "received"})
    assert "まだ閲覧していない" in response.json()["detail"]
    assert not Acknowledgement.objects.exists()


def test_what_a_system_read_is_no_look_of_a_person(caller, hand_in, administrator, officer):
    """Neither is news silenced by a system's polling, nor is a receipt given for a system's sight as for its maker's."""
    from dsure import attesting
    from dsure.models import register_of

    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        caller.post(LOOK_UP, hand_in().typed)
    depositing.deposit(deposition(version=2), arrived_at=timezone.now() - timedelta(hours=1))
    assert caller.get(f"{ONE}/versions/2").status_code == 200
    row = register_of(administrator.obligee).with_changes().get()
    assert row.last_seen_at < row.changed_at
    with pytest.raises(attesting.NotSeen):
        attesting.attest(by=administrator, public_id=row.public_id, version=2)
    opened = viewing.open_from_register(by=officer, public_id=row.public_id)
    assert opened.missed.seen_target == "新規"
