"""An organisation's administrator and its officers: who may do what to whom, and who is signed out at once."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from dsure import enlisting
from dsure.models import Department, Officer
from netdesk.demo import PASSWORD
from netdesk.models import Mail, Session, TryCounter, User
from tests.dsure.test_registering import NEW, acts_of, link_of, queries_of, sent, stop
from tests.pages import client_of, summary_of, value_of, words
from tests.racing import at_once

pytestmark = pytest.mark.django_db

HOME = "/d-sure/organisation/"
INVITE = "/d-sure/organisation/officers/invite/"
PERSON = {"full_name": "森 あゆみ", "email": "mori@example.jp"}


def press(client: Client, officer: Officer, name: str, times: int = 1):
    """Press the button of this act in the officer's row; the page after the first press."""
    address = f"/d-sure/organisation/officers/{officer.pk}/{name}/"
    found = re.search(rf'action="{address}".*?name="token" value="([^"]*)"', client.get(HOME).content.decode(), re.S)
    token = found.group(1) if found else ""
    first, *_ = [client.post(address, {"token": token}, follow=True) for _ in range(times)]
    return first


def joined(by: Officer, **changes) -> Officer:
    """A colleague who was invited and has set the password."""
    is_administrator = changes.pop("is_administrator", False)
    officer = enlisting.invite(
        department=by.department, person=PERSON | changes, is_administrator=is_administrator, by=by
    )
    Client().post(link_of(Mail.objects.order_by("pk").last()), {"new_password": NEW, "again": NEW})
    return Officer.objects.select_related("user", "obligee", "department").get(pk=officer.pk)


def signed_in(officer: Officer, password: str = NEW) -> Client:
    client = Client()
    client.post("/login/", {"username": officer.user.username, "password": password})
    return client


def test_invite_makes_an_officer_of_an_own_section_who_signs_in_and_sees_the_phrase(administrator, rival_officer):
    administrator.obligee.phrase = "湘南の風と七夕"
    administrator.obligee.save()
    client = client_of(administrator)
    wrong = sent(client, INVITE, {**PERSON, "department": rival_officer.department_id})
    assert summary_of(wrong) == ["部署を選択肢の中から選択してください"]
    answer = sent(client, INVITE, {**PERSON, "department": administrator.department_id}, times=2)
    assert answer["Location"] == HOME
    officer = Officer.objects.select_related("user").get(user__email="mori@example.jp")
    assert (officer.user.username, officer.department, officer.is_administrator, officer.user.is_invited) == (
        "14203-03", administrator.department, False, True,
    )  # fmt: skip
    mail = Mail.objects.get()
    for said in ("平塚市 の 平塚　月子 様から", "ログインID：14203-03", "所属の管理者に招待メールの再送"):
        assert said in mail.body
    Client().post(link_of(mail), {"new_password": NEW, "again": NEW})
    assert "湘南の風と七夕" not in words(Client().get("/login/"))
    assert "合言葉：湘南の風と七夕" in words(signed_in(officer).get("/d-sure/"))
    invited = {"username": "14203-03", "email": "mori@example.jp"}
    assert acts_of(administrator.obligee) == [("invite", "森 あゆみ", "", "", "officer-admin", invited)]


def test_invite_refuses_in_words_and_stops_where_twenty_have_not_come(administrator):
    client = client_of(administrator)
    empty = sent(client, INVITE, {"full_name": "", "email": "x"})
    assert summary_of(empty) == [
        "氏名を入力してください",
        "メールアドレスは「abcde@example.jp」のように入力してください",
        "部署を選択してください",
    ]
    for number in range(19):  # one of the cast has no password either
        User.objects.create_user(f"14203-{number + 40}", desk="dsure")
        user = User.objects.get(username=f"14203-{number + 40}")
        Officer.objects.create(user=user, obligee=administrator.obligee, department=administrator.department)
    answer = sent(client, INVITE, {**PERSON, "department": administrator.department_id})
    assert summary_of(answer) == [
        "招待中の職員が20名います。パスワードの設定が済むか、利用を停止してから、もう一度操作してください。"
    ]


def test_invite_again_ends_the_link_before(administrator):
    officer = enlisting.invite(
        department=administrator.department, person=PERSON, is_administrator=False, by=administrator
    )
    assert "招待メールを再送しました。" in words(press(client_of(administrator), officer, "invite-again", times=2))
    first, second = (link_of(mail) for mail in Mail.objects.order_by("pk"))
    assert [Client().get(link).status_code for link in (first, second)] == [410, 200]


def test_disable_signs_the_officer_out_at_once_and_enable_lets_them_in_again(administrator):
    officer = joined(administrator)
    theirs, ours = signed_in(officer), client_of(administrator)
    assert theirs.get("/d-sure/").status_code == 200
    assert "森 あゆみ さん：利用を停止しました。" in words(press(ours, officer, "disable", times=2))
    assert not Session.objects.filter(user=officer.user).exists()
    assert theirs.get("/d-sure/")["Location"] == "/login/?next=/d-sure/"
    assert signed_in(officer).get("/d-sure/").status_code == 302
    assert "利用停止中" in words(ours.get(HOME))
    assert "利用を再開しました。" in words(press(ours, officer, "enable"))
    assert signed_in(officer).get("/d-sure/").status_code == 200
    assert [row[0] for row in acts_of(officer.obligee)] == ["invite", "disable", "enable"]


def test_disable_ends_the_link_of_an_invitation(administrator):
    officer = enlisting.invite(
        department=administrator.department, person=PERSON, is_administrator=False, by=administrator
    )
    enlisting.disable(officer=officer, by=administrator)
    assert Client().get(link_of(Mail.objects.get())).status_code == 410


def test_nobody_disables_themselves(administrator):
    joined(administrator, is_administrator=True)
    client = client_of(administrator)
    assert f"/officers/{administrator.pk}/disable/" not in client.get(HOME).content.decode()
    with pytest.raises(enlisting.NotOneself):
        enlisting.disable(officer=administrator, by=administrator)


def test_the_last_administrator_stays(administrator):
    enlisting.invite(department=administrator.department, person=PERSON, is_administrator=True, by=administrator)
    answer = press(client_of(administrator), administrator, "end-administrator")
    assert enlisting.LastAdministrator.sentence in words(answer)
    administrator.refresh_from_db()
    assert administrator.is_administrator


def test_an_administrator_is_relieved_and_loses_the_pages_at_once(administrator):
    colleague = joined(administrator)
    theirs, ours = client_of(colleague), client_of(administrator)
    assert theirs.get(HOME).status_code == 403
    assert "管理者に設定しました。" in words(press(ours, colleague, "make-administrator"))
    assert theirs.get(HOME).status_code == 200
    assert "管理者から解除しました。" in words(press(theirs, administrator, "end-administrator"))
    assert ours.get(HOME).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_disable_each_other_leave_one(administrator):
    colleague = joined(administrator, is_administrator=True)
    pairs = ((client_of(administrator), colleague), (client_of(colleague), administrator))
    presses = []
    for client, other in pairs:
        address = f"/d-sure/organisation/officers/{other.pk}/disable/"
        token = re.search(
            rf'action="{address}".*?name="token" value="([^"]*)"', client.get(HOME).content.decode(), re.S
        ).group(1)
        presses.append(lambda client=client, address=address, token=token: client.post(address, {"token": token}))
    assert [answer.status_code for answer in at_once(*presses)] == [302, 302]
    assert User.objects.filter(officer__is_administrator=True, is_active=True).count() == 1
    assert [row[0] for row in acts_of(administrator.obligee)].count("disable") == 1


def test_move_changes_the_section_within_the_organisation(administrator, officer, rival_officer):
    roads = Department.objects.create(obligee=administrator.obligee, name="道路整備課")
    client, url = client_of(administrator), reverse("dsure:move-officer", args=[officer.pk])
    for department in (rival_officer.department, closed(roads.obligee, administrator)):
        assert summary_of(sent(client, url, {"department": department.pk})) == ["部署を選択肢の中から選択してください"]
    assert sent(client, url, {"department": roads.pk}, times=2)["Location"] == HOME
    officer.refresh_from_db()
    assert officer.department == roads
    names = {"department": ["契約検査課", "道路整備課"]}
    assert acts_of(officer.obligee) == [("move", "平塚　花子", "", "", "officer-admin", names)]


def closed(obligee, by: Officer) -> Department:
    fields = {"closed_at": "2026-11-20T00:00Z", "closed_by": by.user}
    return Department.objects.create(obligee=obligee, name="旧課", **fields)


def test_free_is_for_colleagues_and_never_for_oneself(administrator, officer):
    stop(officer)
    stop(administrator)
    client = client_of(administrator)
    page = client.get(HOME).content.decode()
    assert (f"/officers/{officer.pk}/free/" in page, f"/officers/{administrator.pk}/free/" in page) == (True, False)
    reason = {"reason": "窓口で本人に確認"}
    assert sent(client, reverse("dsure:free-officer", args=[officer.pk]), reason)["Location"] == HOME
    own = sent(client, reverse("dsure:free-officer", args=[administrator.pk]), reason)
    assert summary_of(own) == [enlisting.NotOneself.sentence]
    assert dict(TryCounter.objects.values_list("subject", "failures")) == {
        f"look-up:{officer.user_id}": 0,
        f"look-up:{administrator.user_id}": 100,
    }
    assert acts_of(officer.obligee) == [("free", "平塚　花子", "", "窓口で本人に確認", "officer-admin", {})]


def urls_on(officer: Officer) -> list[str]:
    names = ("invite-again", "make-administrator", "end-administrator", "disable", "enable", "move", "free")
    return [f"/d-sure/organisation/officers/{officer.pk}/{name}/" for name in names]


def test_another_organisations_people_are_not_there(administrator, rival_officer):
    client = client_of(administrator)
    assert {client.post(url).status_code for url in urls_on(rival_officer)} == {404}
    assert "柏　太郎" not in words(client.get(HOME))
    for act in (enlisting.disable, enlisting.make_administrator, enlisting.enable, enlisting.invite_again):
        with pytest.raises(enlisting.NotInCharge):
            act(officer=rival_officer, by=administrator)


def test_only_administrators_act(officer, colleague, operator, contractor):
    urls = [HOME, INVITE, *urls_on(colleague), "/d-sure/organisation/log/", "/d-sure/organisation/phrase/"]
    assert {client_of(officer).post(url).status_code for url in urls} <= {403, 405}
    assert {client_of(operator).post(url).status_code for url in urls} <= {404, 405}
    assert {client_of(contractor).post(url).status_code for url in urls} <= {404, 405}
    for act in (enlisting.disable, enlisting.make_administrator):
        with pytest.raises(enlisting.NotInCharge):
            act(officer=colleague, by=officer)
    assert "組織の管理" not in words(client_of(officer).get("/d-sure/"))


def test_an_act_without_its_token_is_refused_in_words(administrator, officer):
    answer = client_of(administrator).post(urls_on(officer)[3], follow=True)
    assert "画面の有効期限が切れています。" in words(answer)
    assert User.objects.get(pk=officer.user_id).is_active


def test_pages_take_the_same_queries_for_one_and_for_three(administrator):
    client, urls = client_of(administrator), (HOME, "/d-sure/organisation/log/", "/d-sure/organisation/departments/")
    enlisting.invite(department=administrator.department, person=PERSON, is_administrator=False, by=administrator)
    before = [queries_of(client, url) for url in urls]
    for _ in range(3):
        enlisting.invite(department=administrator.department, person=PERSON, is_administrator=False, by=administrator)
    assert [queries_of(client, url) for url in urls] == before


PROFILE = "/d-sure/profile/"


def test_profile_changes_the_name_and_asks_for_the_password_for_a_new_address(administrator):
    client = client_of(administrator)
    address = {"email": "admin@example.jp"}
    assert sent(client, PROFILE, {"full_name": "平塚　星子", **address}, times=2)["Location"] == PROFILE
    new = {"full_name": "平塚　星子", "email": "new@example.jp"}
    assert summary_of(sent(client, PROFILE, new)) == [
        "メールアドレスを変更する場合は、現在のパスワードを入力してください"
    ]
    wrong = sent(client, PROFILE, {**new, "password": "wrong"})
    assert summary_of(wrong) == ["現在のパスワードが正しくありません。大文字と小文字の違いもご確認ください"]
    assert value_of(wrong, "email") == "new@example.jp"
    sent(client, PROFILE, {**new, "password": PASSWORD})
    user = User.objects.get(pk=administrator.user_id)
    assert (user.full_name, user.email) == ("平塚　星子", "new@example.jp")
    assert sorted(Mail.objects.values_list("to", "subject")) == [
        ("admin@example.jp", "【D-Sure】メールアドレスを変更しました"),
        ("new@example.jp", "【D-Sure】メールアドレスを変更しました"),
    ]
    assert "D-Sureの運営者に至急" in Mail.objects.first().body
    assert [row[0] for row in acts_of(administrator.obligee)] == ["profile", "profile"]


def test_every_page_of_an_officer_bears_the_phrase_and_no_page_of_another_organisation(
    administrator, officer, rival_officer
):
    sent(client_of(administrator), "/d-sure/organisation/phrase/", {"phrase": "湘南の風と七夕"})
    urls = ("/d-sure/", "/d-sure/register/", PROFILE)
    assert all("合言葉：湘南の風と七夕" in words(client_of(officer).get(url)) for url in urls)
    assert not any("湘南の風" in words(client_of(rival_officer).get(url)) for url in urls)
