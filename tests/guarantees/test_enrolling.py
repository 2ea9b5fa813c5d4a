"""会社情報, 担当者 and one's own record: who may change what, what is written down, and who is signed out at once."""

import re

import pytest
from django.db import DatabaseError
from django.test import Client

from guarantees import enrolling
from guarantees.models import Branch, Contractor, ContractorMember, MemberChange
from netdesk.demo import PASSWORD
from netdesk.models import Mail, Session, User
from tests.pages import client_of, summary_of, value_of, words
from tests.racing import at_once

pytestmark = pytest.mark.django_db

NEW = "correct horse battery staple"
PERSON = {
    "full_name": "山本 さくら",
    "email": "sakura@example.jp",
    "section": "経理部",
    "post": "",
    "phone": "",
    "is_administrator": False,
}


def typed(client: Client, url: str, **data: str):
    return client.post(url, {"token": value_of(client.get(url), "token"), **data})


def act(client: Client, member: ContractorMember, name: str):
    """Press the button of this act in the member's row of 会社情報."""
    address = f"/company/members/{member.pk}/{name}/"
    found = re.search(
        rf'action="{address}".*?name="token" value="([^"]*)"', client.get("/company/").content.decode(), re.S
    )
    return client.post(address, {"token": found.group(1) if found else ""}, follow=True)


def link_of(mail: Mail) -> str:
    return re.search(r"(/password/set/\S+)", mail.body).group(1)


def joined(by: ContractorMember, **changes) -> ContractorMember:
    """A colleague who was invited and has set the password."""
    member = enrolling.invite(contractor=by.contractor, profile=PERSON | changes, by=by)
    link = link_of(Mail.objects.filter(to=member.user.email).first())
    Client().post(link, {"new_password": NEW, "again": NEW})
    return ContractorMember.objects.select_related("user", "contractor").get(pk=member.pk)


def changes_of(contractor: Contractor) -> list[tuple]:
    rows = contractor.changes.select_related("member__user", "changed_by").order_by("pk")
    return [(row.act, row.member and row.member.user.full_name, row.changed_by.username, row.details) for row in rows]


def test_company_page_shows_the_record_the_people_and_whom_to_ask_for_a_new_name(contractor):
    text = words(client_of(contractor).get("/company/"))
    for said in (
        "○○建設 株式会社",
        "0000100001",
        "254-0000",
        "0463-00-0000",
        "soumu@example.jp",
        "佐藤 花子",
        "管理者",
    ):
        assert said in text
    assert "会社名は画面から変更できません。商号の変更や合併のときは、 営業部・支店 へご連絡ください。" in text
    assert "変更はまだありません。" in text


def test_company_page_takes_the_same_queries_for_one_and_for_three_people(contractor, django_assert_num_queries):
    client = client_of(contractor)
    client.get("/company/")
    with django_assert_num_queries(5):
        client.get("/company/")
    for number in range(3):
        enrolling.invite(contractor=contractor.contractor, profile=PERSON | {"full_name": f"{number}"}, by=contractor)
    with django_assert_num_queries(5):
        client.get("/company/")


def test_edit_changes_the_record_and_writes_down_what_was_before(contractor):
    branch = Branch.objects.get(name="神奈川支店")
    answer = typed(
        client_of(contractor),
        "/company/edit/",
        postal_code="〒２５４０００１",
        address="神奈川県平塚市△△1-2-3",
        phone="０４６３ー００ー１１１１",
        email="soumu2@example.jp",
        usual_branch=str(branch.pk),
        name="別の会社",
    )
    assert (answer.status_code, answer["Location"]) == (302, "/company/")
    assert Contractor.objects.filter(pk=contractor.contractor_id).values().get() == {
        "id": contractor.contractor_id,
        "code": "0000100001",
        "name": "○○建設 株式会社",
        "postal_code": "254-0001",
        "address": "神奈川県平塚市△△1-2-3",
        "phone": "0463-00-1111",
        "email": "soumu2@example.jp",
        "usual_branch_id": branch.pk,
    }
    details = {
        "postal_code": ["254-0000", "254-0001"],
        "address": ["神奈川県平塚市○○町1番1号", "神奈川県平塚市△△1-2-3"],
        "phone": ["0463-00-0000", "0463-00-1111"],
        "email": ["soumu@example.jp", "soumu2@example.jp"],
        "usual_branch": ["", "神奈川支店"],
    }
    assert changes_of(contractor.contractor) == [("company", None, "contractor", details)]


def test_edit_refuses_in_words_and_keeps_what_was_typed(contractor):
    answer = typed(
        client_of(contractor), "/company/edit/", postal_code="25", address="", phone="12", email="x", usual_branch="0"
    )
    assert summary_of(answer) == [
        "郵便番号は「380-8537」のように7桁の数字で入力してください",
        "住所を入力してください",
        "電話番号は「045-000-0000」のように市外局番から入力してください",
        "メールアドレスは「abcde@example.jp」のように入力してください",
        "通常の申込送信先を選択肢の中から選択してください",
    ]
    assert [value_of(answer, name) for name in ("postal_code", "phone", "email")] == ["25", "12", "x"]
    assert changes_of(contractor.contractor) == []


def test_invite_makes_a_person_of_the_same_company_and_mails_a_link(contractor):
    answer = typed(
        client_of(contractor),
        "/company/members/invite/",
        full_name="山本 さくら",
        email="sakura@example.jp",
        section="経理部",
    )
    assert (answer.status_code, answer["Location"]) == (302, "/company/")
    member = ContractorMember.objects.select_related("user").get(user__email="sakura@example.jp")
    assert (member.contractor, member.section, member.is_administrator, member.is_invited) == (
        contractor.contractor,
        "経理部",
        False,
        True,
    )
    assert (member.user.username, member.user.desk, member.user.full_name) == (
        "0000100001-02",
        "contractor",
        "山本 さくら",
    )
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == ("sakura@example.jp", "【Net Desk】ご利用の招待（パスワードの設定）")
    for said in (
        "○○建設 株式会社 の 佐藤 花子 様から",
        "ログインID：0000100001-02",
        "http://127.0.0.1:8000/password/set/",
    ):
        assert said in mail.body
    details = {"username": "0000100001-02", "email": "sakura@example.jp"}
    assert changes_of(contractor.contractor) == [("invite", "山本 さくら", "contractor", details)]
    assert "招待中" in words(client_of(contractor).get("/company/"))


def test_invited_person_sets_a_password_and_signs_in(contractor):
    member = joined(contractor)
    client = Client()
    client.post("/login/", {"username": member.user.username, "password": NEW})
    assert "ようこそ、ネットデスクへ" in words(client.get("/"))
    assert "招待中" not in words(client_of(contractor).get("/company/"))


def test_invite_sent_twice_makes_one_person(contractor):
    client, url = client_of(contractor), "/company/members/invite/"
    data = {"token": value_of(client.get(url), "token"), "full_name": "山本 さくら", "email": "sakura@example.jp"}
    assert [client.post(url, data)["Location"] for _ in range(2)] == ["/company/"] * 2
    assert (contractor.contractor.members.count(), Mail.objects.count()) == (2, 1)


@pytest.mark.parametrize("known", ["sakura@example.jp", "rival-contractor@example.jp", "officer@example.jp"])
def test_invite_tells_nothing_of_who_else_has_the_address(contractor, known):
    answer = typed(client_of(contractor), "/company/members/invite/", full_name="山本 さくら", email=known)
    assert answer["Location"] == "/company/"


def test_invite_refuses_in_words(contractor):
    answer = typed(client_of(contractor), "/company/members/invite/", full_name="", email="", phone="x")
    assert summary_of(answer) == [
        "氏名を入力してください",
        "メールアドレスを入力してください",
        "連絡先電話番号は「045-000-0000」のように市外局番から入力してください",
    ]


def test_invite_stops_where_twenty_have_not_come_yet(contractor):
    for number in range(20):
        enrolling.invite(
            contractor=contractor.contractor, profile=PERSON | {"email": f"{number}@example.jp"}, by=contractor
        )
    answer = typed(
        client_of(contractor), "/company/members/invite/", full_name="山本 さくら", email="sakura@example.jp"
    )
    assert summary_of(answer) == [enrolling.TooManyInvited.sentence]
    assert contractor.contractor.members.count() == 21


def test_invite_again_ends_the_link_before(contractor):
    member = enrolling.invite(contractor=contractor.contractor, profile=PERSON, by=contractor)
    first = link_of(Mail.objects.get())
    assert "招待メールを再送しました。" in words(act(client_of(contractor), member, "invite-again"))
    second = link_of(Mail.objects.order_by("-pk").first())
    assert (Client().get(first).status_code, Client().get(second).status_code) == (410, 200)


def test_disable_signs_the_person_out_at_once_and_enable_lets_them_in_again(contractor):
    member = joined(contractor)
    theirs = Client()
    theirs.post("/login/", {"username": member.user.username, "password": NEW})
    ours = client_of(contractor)
    assert "山本 さくら さん：利用を停止しました。" in words(act(ours, member, "disable"))
    refused = theirs.get("/contracts/")
    assert (refused.status_code, refused["Location"]) == (302, "/login/?next=/contracts/")
    assert not Session.objects.filter(user=member.user).exists()
    theirs.post("/login/", {"username": member.user.username, "password": NEW})
    assert theirs.get("/contracts/").status_code == 302
    assert "停止中" in words(ours.get("/company/"))
    assert "利用を再開しました。" in words(act(ours, member, "enable"))
    theirs.post("/login/", {"username": member.user.username, "password": NEW})
    assert theirs.get("/contracts/").status_code == 200
    assert [row[0] for row in changes_of(contractor.contractor)] == ["invite", "disable", "enable"]


@pytest.mark.parametrize("name", ["disable", "end-administrator"])
def test_the_last_administrator_stays(contractor, name):
    joined(contractor)
    enrolling.invite(contractor=contractor.contractor, profile=PERSON | {"is_administrator": True}, by=contractor)
    assert enrolling.LastAdministrator.sentence in words(act(client_of(contractor), contractor, name))
    contractor.refresh_from_db()
    assert (contractor.is_administrator, User.objects.get(username="contractor").is_active) == (True, True)


def test_an_administrator_may_be_relieved_by_another(contractor):
    colleague = joined(contractor)
    assert "管理者に設定しました。" in words(act(client_of(contractor), colleague, "make-administrator"))
    assert "管理者から解除しました。" in words(act(client_of(colleague), contractor, "end-administrator"))
    assert client_of(contractor).get("/company/edit/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_shut_each_other_out(contractor):
    colleague = joined(contractor, is_administrator=True)
    results = at_once(
        lambda: enrolling.disable(member=colleague, by=contractor),
        lambda: enrolling.disable(member=contractor, by=colleague),
    )
    assert sorted(type(one).__name__ for one in results) == ["ContractorMember", "NotAdministrator"]
    assert User.objects.filter(contractor_member__contractor=contractor.contractor, is_active=True).count() == 1


@pytest.mark.parametrize("url", ["/company/edit/", "/company/members/invite/"])
def test_only_administrators_may_change_the_company(contractor, url):
    colleague = joined(contractor)
    client = client_of(colleague)
    page = words(client.get("/company/"))
    assert ("担当者を招待する" in page, "利用を停止 （" in page, "貴社の管理者が変更できます" in page) == (
        False,
        False,
        True,
    )
    assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
    assert client.post(f"/company/members/{contractor.pk}/disable/").status_code == 403


def test_another_companys_people_are_not_there(contractor, rival_contractor):
    client = client_of(contractor)
    for name in ("disable", "enable", "invite-again", "make-administrator", "end-administrator"):
        assert client.post(f"/company/members/{rival_contractor.pk}/{name}/").status_code == 404
    assert "△△土木" not in words(client.get("/company/"))


def test_an_act_without_its_token_is_refused_in_words(contractor):
    colleague = joined(contractor)
    answer = client_of(contractor).post(f"/company/members/{colleague.pk}/disable/", follow=True)
    assert "画面の有効期限が切れています。" in words(answer)
    assert User.objects.get(pk=colleague.user_id).is_active


def test_profile_changes_ones_own_record_without_a_password(contractor):
    answer = typed(
        client_of(contractor),
        "/profile/",
        full_name="佐藤　花子",
        section="営業部",
        post="課長",
        phone="0463-00-2222",
        email="contractor@example.jp",
    )
    assert answer["Location"] == "/company/"
    contractor = ContractorMember.objects.select_related("user").get(pk=contractor.pk)
    assert (contractor.user.full_name, contractor.section, contractor.post, contractor.phone) == (
        "佐藤　花子",
        "営業部",
        "課長",
        "0463-00-2222",
    )
    assert not Mail.objects.exists()


def profile_with(client: Client, email: str, password: str = ""):
    return typed(client, "/profile/", full_name="佐藤 花子", email=email, password=password)


def test_a_new_mail_address_asks_for_the_password_and_is_told_to_both(contractor):
    client = client_of(contractor)
    assert summary_of(profile_with(client, "new@example.jp")) == [
        "メールアドレスを変更する場合は、現在のパスワードを入力してください"
    ]
    wrong = profile_with(client, "new@example.jp", "wrong")
    assert summary_of(wrong) == ["現在のパスワードが正しくありません。大文字と小文字の違いもご確認ください"]
    assert value_of(wrong, "email") == "new@example.jp"
    assert profile_with(client, "new@example.jp", PASSWORD)["Location"] == "/company/"
    assert User.objects.get(username="contractor").email == "new@example.jp"
    assert sorted((mail.to, mail.subject) for mail in Mail.objects.all()) == [
        ("contractor@example.jp", "【Net Desk】メールアドレスを変更しました"),
        ("new@example.jp", "【Net Desk】メールアドレスを変更しました"),
    ]
    assert changes_of(contractor.contractor)[-1][3]["email"] == ["contractor@example.jp", "new@example.jp"]


@pytest.mark.parametrize("change", ["update", "delete"])
def test_changes_once_written_stay(contractor, change):
    enrolling.invite(contractor=contractor.contractor, profile=PERSON, by=contractor)
    with pytest.raises(DatabaseError, match="append-only"):
        MemberChange.objects.update(details={}) if change == "update" else MemberChange.objects.all()._raw_delete(
            "default"
        )
