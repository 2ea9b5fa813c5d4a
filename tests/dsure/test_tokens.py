"""The administrator's page of tokens, and the stage behind it."""

import hashlib
import re

import pytest
from django.db import DatabaseError, connection, transaction

from dsure import administering, connecting
from dsure.models import AdministrativeAct, Client
from netdesk.models import ActToken, Session, TryCounter
from tests.dsure.test_api import ALL, READS, Caller
from tests.dsure.test_views import queries_of
from tests.pages import client_of, summary_of, words

TOKENS = "/d-sure/organisation/tokens/"


def fill(browser, **changes) -> dict:
    typed = {"name": "電子契約システム", "scopes": ["look_up", "read"], "ends_on": "令和9年3月31日"}
    token = re.findall(r'name="token" value="([^"]+)"', browser.get(TOKENS).content.decode())[-1]
    return {**typed, "token": token, **changes}


def test_a_token_is_shown_once_works_and_is_kept_as_a_hash_alone(administrator):
    browser = client_of(administrator)
    posted = fill(browser)
    made = browser.post(TOKENS, posted)
    (token,) = set(re.findall(r"dsure_[0-9a-f]{8}_[\w-]{43}", made.content.decode()))
    assert "no-store" in made["Cache-Control"] and "一度だけ" not in words(made)
    client = Client.objects.get()
    assert (client.token_sha256, client.scopes, str(client.ends_on)) == (
        hashlib.sha256(token.encode()).hexdigest(),
        ["look_up", "read"],
        "2027-03-31",
    )
    assert Caller(token).get(READS[0]).status_code == 200
    again = browser.post(TOKENS, posted)
    assert (again.status_code, Client.objects.count()) == (302, 1)
    page = browser.get(TOKENS)
    assert token not in page.content.decode()
    assert "すでに受け付けています" in words(page) and f"{client.prefix}…" in words(page)
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{token}%"])
            assert (table, cursor.fetchone()[0]) == (table, 0)
    assert ActToken.objects.get().result_url == TOKENS and Session.objects.exists()


def test_a_token_is_revoked_at_once_for_good_and_both_stand_in_the_history(administrator):
    client, token = connecting.make(name="財務会計", scopes=ALL, ends_on=None, by=administrator)
    browser = client_of(administrator)
    assert Caller(token).get(READS[0]).status_code == 200
    page = browser.get(TOKENS).content.decode()
    revocation = re.search(rf'{TOKENS}{client.pk}/revoke/".*?name="token" value="([^"]+)"', page, re.DOTALL)[1]
    browser.post(f"{TOKENS}{client.pk}/revoke/", {"token": revocation})
    assert Caller(token).get(READS[0]).status_code == 401
    assert "連携トークンを失効 財務会計" in words(browser.get("/d-sure/organisation/log/"))
    with pytest.raises(connecting.AlreadySo):
        connecting.revoke(client=client, by=administrator)
    assert list(AdministrativeAct.objects.values_list("act", "done_by")) == [
        ("revoke_token", administrator.user_id),
        ("make_token", administrator.user_id),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "名称を入力してください"),
        ({"name": "あ" * 41}, "名称は40文字以内で入力してください（現在41文字）"),
        ({"scopes": []}, "権限を1つ以上選択してください"),
        ({"scopes": ["everything"]}, "権限を選択肢の中から選択してください"),
        ({"ends_on": "2026/02/30"}, "有効期限は存在する日付を入力してください"),
        ({"ends_on": "2026/11/19"}, "有効期限は今日以降の日付を入力してください"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(administrator, changes, said):
    browser = client_of(administrator)
    assert summary_of(browser.post(TOKENS, fill(browser, **changes))) == [said]
    assert not Client.objects.exists()


def test_only_administrators_reach_tokens_and_only_their_own(administrator, colleague, rival_administrator, operator):
    client, _ = connecting.make(name="財務会計", scopes=ALL, ends_on=None, by=administrator)
    for person, of_list, of_row in ((colleague, 403, 403), (rival_administrator, 200, 404), (operator, 404, 404)):
        browser = client_of(person)
        assert browser.get(TOKENS).status_code == of_list
        assert browser.post(f"{TOKENS}{client.pk}/revoke/").status_code == of_row
    assert client.prefix not in words(client_of(rival_administrator).get(TOKENS))
    for act in (
        lambda: connecting.make(name="x", scopes=ALL, ends_on=None, by=colleague),
        lambda: connecting.revoke(client=client, by=colleague),
    ):
        with pytest.raises(administering.NotInCharge):
            act()
    with pytest.raises(Client.DoesNotExist):
        connecting.revoke(client=client, by=rival_administrator)


def test_a_stopped_token_says_what_to_do(administrator):
    client, _ = connecting.make(name="財務会計", scopes=ALL, ends_on=None, by=administrator)
    TryCounter.objects.create(subject=f"look-up-api:{client.pk}", failures=100)
    assert "照会停止 一致しない照会が100回続きました" in words(client_of(administrator).get(TOKENS))


def test_twenty_tokens_are_enough_and_the_list_takes_the_same_queries(administrator):
    browser = client_of(administrator)
    connecting.make(name="1", scopes=ALL, ends_on=None, by=administrator)
    one = queries_of(browser, TOKENS)
    for number in range(19):
        connecting.make(name=str(number), scopes=ALL, ends_on=None, by=administrator)
    assert queries_of(browser, TOKENS) == one
    response = browser.post(TOKENS, fill(browser))
    assert summary_of(response) == ["有効なトークンは20件までです。使っていないものを失効させてから発行してください。"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE dsure_client SET token_sha256 = repeat('0', 64)",
        "UPDATE dsure_client SET scopes = '{read,events}'",
        "UPDATE dsure_client SET ends_on = '2099-01-01'",
        "UPDATE dsure_client SET revoked_at = NULL, revoked_by_id = NULL",
        "DELETE FROM dsure_client",
        "DELETE FROM dsure_administrativeact",
    ],
)
def test_the_database_keeps_a_token_what_it_is(administrator, sql):
    client, _ = connecting.make(name="財務会計", scopes=["read"], ends_on=None, by=administrator)
    connecting.revoke(client=client, by=administrator)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_page_of_the_api_is_for_every_officer_and_loads_nothing_from_elsewhere(administrator, colleague):
    for person in (administrator, colleague):
        page = client_of(person).get("/d-sure/api/")
        html = page.content.decode()
        assert "POST /d-sure/api/v1/look-ups" in words(page)
        assert set(re.findall(r'(?:src|href)="(?!/|#)([^"]+)"', html)) == set()
        assert "<script>" not in html and "style=" not in html
    assert "トークンの発行とWebhookの登録は、所属の管理者が行います。" in words(
        client_of(colleague).get("/d-sure/api/")
    )
    schema = client_of(colleague).get("/d-sure/api/openapi.json").json()
    assert (schema["openapi"], len(schema["paths"])) == ("3.1.0", 7)
    assert "管理者" not in str(schema["info"])
