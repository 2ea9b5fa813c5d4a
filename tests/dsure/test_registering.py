"""The operator: registers organisations with their first administrator, invites again, frees; and the log of it."""

import re

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dsure import reporting, viewing
from dsure.models import AdministrativeAct, Department, Obligee, Officer
from netdesk.models import Mail, TryCounter, User
from netdesk.throttling import STOP_AT
from tests.pages import client_of, summary_of, value_of, words

pytestmark = pytest.mark.django_db

NEW = "correct horse battery staple"
REGISTER = "/d-sure/operator/obligees/register/"
TYPED = {
    "code": "１４２１５",
    "name": "海老名市",
    "departments": "契約検査課\n\n道路管理課\n契約検査課",
    "full_name": "大野 誠",
    "email": "ebina@example.jp",
}


def sent(client: Client, url: str, data: dict, times: int = 1):
    """The last of so many sendings of one page."""
    data = {"token": value_of(client.get(url), "token"), **data}
    return [client.post(url, data) for _ in range(times)][-1]


def acts_of(obligee: Obligee) -> list[tuple]:
    rows = obligee.acts.select_related("officer__user", "done_by").order_by("pk")
    return [
        (row.act, row.officer and row.officer.user.full_name, row.about, row.reason, row.done_by.username, row.details)
        for row in rows
    ]


def link_of(mail: Mail) -> str:
    return re.search(r"/password/set/\S+", mail.body).group()


def test_register_makes_the_organisation_its_sections_and_an_invited_administrator(operator):
    answer = sent(client_of(operator), REGISTER, TYPED)
    obligee = Obligee.objects.get(code="14215")
    assert (answer.status_code, answer["Location"]) == (302, f"/d-sure/operator/obligees/{obligee.pk}/")
    assert list(obligee.departments.order_by("pk").values_list("name", flat=True)) == ["契約検査課", "道路管理課"]
    officer = Officer.objects.select_related("user", "department").get()
    assert (officer.obligee, officer.department.name, officer.is_administrator) == (obligee, "契約検査課", True)
    user = officer.user
    assert (user.username, user.full_name, user.email, user.desk, user.is_invited) == (
        "14215-01", "大野 誠", "ebina@example.jp", "dsure", True,
    )  # fmt: skip
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == ("ebina@example.jp", "【D-Sure】ご利用の招待（パスワードの設定）")
    for said in ("D-Sureの運営者から", "ログインID：14215-01", "海老名市 契約検査課（管理者）", "招待メールの再送"):
        assert said in mail.body
    registered = {"code": "14215", "name": "海老名市", "departments": ["契約検査課", "道路管理課"]}
    invited = {"username": "14215-01", "email": "ebina@example.jp"}
    assert acts_of(obligee) == [
        ("register", None, "", "", "operator", registered),
        ("appoint", "大野 誠", "", "", "operator", invited),
    ]
    assert reporting.takes_deposits("14215")


def test_register_sent_twice_registers_once(operator):
    answer = sent(client_of(operator), REGISTER, TYPED, times=2)
    assert answer["Location"] == f"/d-sure/operator/obligees/{Obligee.objects.get().pk}/"
    assert (Officer.objects.count(), Mail.objects.count()) == (1, 1)


def test_register_refuses_in_words_and_keeps_what_was_typed(operator, obligee):
    client = client_of(operator)
    empty = sent(client, REGISTER, {})
    assert summary_of(empty) == [
        "発注者コードを入力してください",
        "発注者名を入力してください",
        "部署名を入力してください",
        "氏名を入力してください",
        "メールアドレスを入力してください",
    ]
    wrong = sent(client, REGISTER, {**TYPED, "code": "142158", "departments": "あ" * 61, "email": "x"})
    assert summary_of(wrong) == [
        "発注者コードは数字5桁で入力してください（総務省のコード6桁は、末尾の1桁を除く）",
        "部署名は1つにつき60文字以内で入力してください（「ああああああああああ…」）",
        "メールアドレスは「abcde@example.jp」のように入力してください",
    ]
    taken = sent(client, REGISTER, {**TYPED, "code": "14203"})
    assert summary_of(taken) == ["この発注者コードはすでに登録されています。一覧でコードを検索してください"]
    assert value_of(taken, "name") == "海老名市"
    assert (Obligee.objects.count(), AdministrativeAct.objects.count(), Mail.objects.count()) == (1, 0, 0)


def test_rename_changes_the_name_and_never_the_code(operator, obligee):
    url = reverse("dsure:operator-rename", args=[obligee.pk])
    sent(client_of(operator), url, {"name": "湘南市", "code": "99999"})
    assert list(Obligee.objects.values_list("code", "name")) == [("14203", "湘南市")]
    assert acts_of(obligee) == [("rename", None, "", "", "operator", {"name": ["平塚市", "湘南市"]})]


def test_appoint_invites_a_further_administrator_into_an_own_section_only(operator, officer, rival_officer):
    url = reverse("dsure:operator-appoint", args=[officer.obligee_id])
    person = {"full_name": "大野 誠", "email": "ebina@example.jp"}
    wrong = sent(client_of(operator), url, {**person, "department": rival_officer.department_id})
    assert summary_of(wrong) == ["部署を選択肢の中から選択してください"]
    sent(client_of(operator), url, {**person, "department": officer.department_id})
    made = Officer.objects.get(user__email="ebina@example.jp")
    assert (made.obligee_id, made.is_administrator, made.user.username) == (officer.obligee_id, True, "14203-02")


def test_invite_again_ends_the_link_before_and_is_for_administrators(operator, officer):
    client = client_of(operator)
    sent(client, REGISTER, TYPED)
    invited = Officer.objects.get(user__email="ebina@example.jp")
    page = client.get(reverse("dsure:operator-obligee", args=[invited.obligee_id]))
    again = reverse("dsure:operator-invite-again", args=[invited.pk])
    client.post(again, {"token": value_of(page, "token")})
    first, second = (link_of(mail) for mail in Mail.objects.order_by("pk"))
    assert [Client().get(link).status_code for link in (first, second)] == [410, 200]
    assert [row[0] for row in acts_of(invited.obligee)] == ["register", "appoint", "invite_again"]
    page = words(client.get(reverse("dsure:operator-obligee", args=[officer.obligee_id])))
    assert ("招待中" in page, "招待メールを再送 （" in page) == (True, False)


def stop(officer: Officer) -> None:
    TryCounter.objects.create(subject=viewing.subject_of(officer), failures=STOP_AT)


def test_free_asks_for_a_reason_clears_the_count_and_is_logged(operator, officer):
    stop(officer)
    client, url = client_of(operator), reverse("dsure:operator-free", args=[officer.pk])
    assert summary_of(sent(client, url, {"reason": " "})) == ["解除する理由を入力してください"]
    answer = sent(client, url, {"reason": "電話で本人に確認"}, times=2)
    assert answer["Location"] == reverse("dsure:operator-obligee", args=[officer.obligee_id])
    assert TryCounter.objects.get().failures == 0
    assert acts_of(officer.obligee) == [("free", "平塚　花子", "", "電話で本人に確認", "operator", {})]
    again = sent(client, url, {"reason": "もう一度"})
    assert summary_of(again) == ["状況が変わっているため、操作できませんでした。最新の状況を確認してください。"]


def test_an_account_that_only_resembles_a_stopped_one_is_not_freed(operator, officer):
    TryCounter.objects.create(subject=f"{viewing.subject_of(officer)}0", failures=STOP_AT)
    TryCounter.objects.create(subject=viewing.subject_of(officer), failures=STOP_AT - 1)
    url = reverse("dsure:operator-free", args=[officer.pk])
    sent(client_of(operator), url, {"reason": "電話で本人に確認"})
    assert sorted(TryCounter.objects.values_list("failures", flat=True)) == [STOP_AT - 1, STOP_AT]


def test_list_is_searched_by_name_and_code(operator, obligee, rival_obligee):
    client = client_of(operator)

    def found(text: str) -> list[str]:
        return re.findall(
            r'<th scope="row"[^>]*><a [^>]*>(.*?)</a>', client.get(f"/d-sure/operator/?words={text}").content.decode()
        )

    assert [found(text) for text in ("", "平塚", "１２２", "佐久")] == [["柏市", "平塚市"], ["平塚市"], ["柏市"], []]
    assert "該当する発注者はありません。" in words(client.get("/d-sure/operator/?words=佐久"))


def queries_of(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_pages_take_the_same_queries_for_one_and_for_three(operator, officer, administrator):
    client, own = client_of(operator), officer.obligee_id
    names = ("operator", "operator-alerts", "operator-log")
    urls = [*(reverse(f"dsure:{name}") for name in names), reverse("dsure:operator-obligee", args=[own])]
    stop(officer)
    sent(client, reverse("dsure:operator-rename", args=[own]), {"name": "湘南市"})
    before = [queries_of(client, url) for url in urls]
    for number in range(3):
        user = User.objects.create_user(f"x{number}", desk="dsure")
        stop(Officer.objects.create(user=user, obligee=officer.obligee, department=officer.department))
        sent(client, REGISTER, {**TYPED, "code": f"1420{number + 4}"})
    assert [queries_of(client, url) for url in urls] == before


def test_the_operators_pages_are_for_the_operator_alone(officer, administrator, contractor):
    urls = [
        REGISTER,
        "/d-sure/operator/alerts/",
        "/d-sure/operator/log/",
        f"/d-sure/operator/obligees/{officer.obligee_id}/",
    ]
    urls += [reverse(f"dsure:operator-{name}", args=[officer.obligee_id]) for name in ("rename", "appoint")]
    urls += [reverse(f"dsure:operator-{name}", args=[officer.pk]) for name in ("free", "invite-again")]
    for person in (officer, administrator, contractor):
        assert {client_of(person).post(url).status_code for url in urls} <= {404, 405}
        assert {client_of(person).get(url).status_code for url in urls} <= {404, 405}


def test_the_operator_sees_no_officers_page(operator, hand_in, officer):
    hand_in()
    assert client_of(operator).get("/d-sure/organisation/").status_code == 404
    number = "14081-00001M"
    for url in ("/d-sure/operator/", f"/d-sure/operator/obligees/{officer.obligee_id}/", "/d-sure/operator/log/"):
        assert number not in words(client_of(operator).get(url))


@pytest.mark.parametrize("change", ["update", "delete"])
def test_acts_once_written_stay(operator, change):
    sent(client_of(operator), REGISTER, TYPED)
    with pytest.raises(DatabaseError, match="append-only"):
        rows = AdministrativeAct.objects.all()
        rows.update(reason="x") if change == "update" else rows._raw_delete("default")


def test_an_act_names_officers_of_its_own_organisation_only(officer, rival_officer):
    with pytest.raises(DatabaseError, match="dsure_act_on_own_officer"):
        AdministrativeAct.objects.create(
            act="disable",
            obligee=officer.obligee,
            officer=rival_officer,
            done_at="2026-11-20T00:00Z",
            done_by=officer.user,
        )


def test_a_closed_sections_name_is_free_again(obligee, administrator):
    closed = {"closed_at": "2026-11-20T00:00Z", "closed_by": administrator.user}
    Department.objects.create(obligee=obligee, name="旧課", **closed)
    Department.objects.create(obligee=obligee, name="旧課")
    with pytest.raises(DatabaseError, match="dsure_department_name_is_unique"):
        Department.objects.create(obligee=obligee, name="旧課")
