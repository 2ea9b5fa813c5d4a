"""What an organisation keeps itself: sections with their mails, hand-in rules as contractors read them, and the phrase."""

import re

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from dsure import arranging, reporting
from dsure.administering import NotInCharge
from dsure.models import Department, HandInRule, Obligee, Product
from guarantees import handing_in, terms
from tests.dsure.test_enlisting import closed
from tests.dsure.test_registering import acts_of, sent
from tests.pages import client_of, summary_of, value_of, words

pytestmark = pytest.mark.django_db

DEPARTMENTS = "/d-sure/organisation/departments/"
RULES = "/d-sure/organisation/hand-in/"
ADVANCE = f"{RULES}advance/"
PHRASE = "/d-sure/organisation/phrase/"
RULE = {
    "channel": "電子メールにPDFを添付",
    "address": "契約検査課　keiyaku@example.jp",
    "subject": "【電子保証】工事名",
    "is_print_accepted": "no",
    "other_papers": "前払金請求書",
}


def rows_of(obligee: Obligee) -> list[tuple]:
    rows = obligee.departments.order_by("pk")
    return [(row.name, row.notice_email, row.takes_notices, row.closed_by and row.closed_by.username) for row in rows]


def close(client: Client, department: Department, times: int = 1):
    address = f"{DEPARTMENTS}{department.pk}/close/"
    page = client.get(DEPARTMENTS).content.decode()
    found = re.search(rf'action="{address}".*?name="token" value="([^"]*)"', page, re.S)
    token = value_of(client.get(DEPARTMENTS), "token") if not found else found.group(1)
    first, *_ = [client.post(address, {"token": token}, follow=True) for _ in range(times)]
    return first


def test_departments_are_added_changed_and_closed(administrator):
    client, obligee = client_of(administrator), administrator.obligee
    added = sent(client, DEPARTMENTS, {"name": "道路整備課", "notice_email": "", "takes_notices": ""}, times=2)
    assert added["Location"] == DEPARTMENTS
    roads = Department.objects.get(name="道路整備課")
    record = {"name": "道路課", "notice_email": "ｒｏａｄｓ@example.jp", "takes_notices": "on"}
    assert sent(client, f"{DEPARTMENTS}{roads.pk}/", record)["Location"] == DEPARTMENTS
    assert rows_of(obligee)[1] == ("道路課", "roads@example.jp", True, None)
    assert "部署「道路課」を廃止しました。" in words(close(client, roads, times=2))
    assert rows_of(obligee)[1] == ("道路課", "roads@example.jp", False, "officer-admin")
    assert "部署はまだありません" not in words(client.get(DEPARTMENTS))
    assert "道路課" not in words(client.get("/d-sure/organisation/officers/invite/"))
    assert client.get(f"{DEPARTMENTS}{roads.pk}/").status_code == 404
    changed = {
        "name": ["道路整備課", "道路課"],
        "notice_email": ["", "roads@example.jp"],
        "takes_notices": ["受け取らない", "受け取る"],
    }
    first = {"name": "道路整備課", "notice_email": "", "takes_notices": "受け取らない"}
    assert acts_of(obligee) == [
        ("add_department", None, "道路整備課", "", "officer-admin", first),
        ("change_department", None, "道路整備課", "", "officer-admin", changed),
        ("close_department", None, "道路課", "", "officer-admin", {}),
    ]


def test_department_forms_refuse_in_words(administrator):
    client = client_of(administrator)
    assert summary_of(sent(client, DEPARTMENTS, {"takes_notices": "on"})) == [
        "部署名を入力してください",
        "お知らせを受け取る場合は、お知らせの送信先のメールアドレスを入力してください",
    ]
    taken = sent(client, DEPARTMENTS, {"name": "契約検査課", "notice_email": "x@example.jp"})
    assert summary_of(taken) == ["同じ名前の部署があります。別の部署名を入力してください"]
    assert value_of(taken, "notice_email") == "x@example.jp"


def test_a_section_with_officers_even_disabled_ones_is_not_closed(administrator, colleague):
    colleague.user.is_active = False
    colleague.user.save()
    page = client_of(administrator).get(DEPARTMENTS).content.decode()
    assert f"{DEPARTMENTS}{colleague.department_id}/close/" not in page
    with pytest.raises(arranging.NotEmpty):
        arranging.close_department(department=colleague.department, by=administrator)


def test_rule_is_looked_at_then_registered_and_read_by_contractors(administrator):
    client = client_of(administrator)
    preview = sent(client, ADVANCE, {**RULE, "preview": "1"})
    text = words(preview)
    for said in (
        "まだ登録していません",
        "提出先 契約検査課 keiyaku@example.jp",
        "PDFファイルで提出してください（印刷は不可）",
    ):
        assert said in text
    assert value_of(preview, "subject") == "【電子保証】工事名"
    assert not HandInRule.objects.exists()
    assert sent(client, ADVANCE, RULE, times=2)["Location"] == RULES
    read = handing_in.rules_of("14203")[terms.Product.ADVANCE]
    assert (read.channel, read.address, read.subject, read.is_print_accepted, read.other_papers, read.source) == (
        "電子メールにPDFを添付", "契約検査課　keiyaku@example.jp", "【電子保証】工事名", False, "前払金請求書",
        "発注者が登録：2026/11/20",
    )  # fmt: skip
    assert "発注者が登録：2026/11/20" in words(client.get(RULES))
    assert acts_of(administrator.obligee) == [("write_rule", None, "前払金保証", "", "officer-admin", {})]


def test_rules_keep_their_versions_and_give_way_to_the_suretys_record(administrator, rival_obligee):
    client = client_of(administrator)
    sent(client, ADVANCE, RULE)
    sent(client, ADVANCE, {**RULE, "is_print_accepted": "ask"})
    sent(client, f"{RULES}interim/", {**RULE, "is_print_accepted": "yes"})
    assert [(one.product, one.is_print_accepted) for one in reporting.hand_in_rules("14203")] == [
        ("advance", None),
        ("interim", True),
    ]
    page = client.get(ADVANCE).content.decode()
    token = re.search(r'advance/revert/".*?name="token" value="([^"]*)"', page, re.S).group(1)
    answers = [client.post(f"{ADVANCE}revert/", {"token": token}, follow=True) for _ in range(2)]
    assert "前払金保証の提出方法を、保証会社の記録に戻しました。" in words(answers[0])
    assert [one.product for one in reporting.hand_in_rules("14203")] == ["interim"]
    assert reporting.hand_in_rules("12217") == []
    assert list(HandInRule.objects.filter(product="advance").order_by("pk").values_list("gives_way", flat=True)) == [
        False, False, True,
    ]  # fmt: skip
    assert "保証会社の記録に戻しました" in words(client.get(ADVANCE))
    with pytest.raises(arranging.NotSoNow):
        arranging.revert_rule(obligee=administrator.obligee, product=Product.ADVANCE, by=administrator)
    with pytest.raises(DatabaseError, match="append-only"):
        HandInRule.objects.update(channel="x")


def test_rule_forms_refuse_in_words(administrator):
    client = client_of(administrator)
    assert summary_of(sent(client, ADVANCE, {"channel": "", "is_print_accepted": "ask"})) == [
        "提出方法、提出先など、受注者に伝える内容を1つ以上入力してください"
    ]
    long = sent(client, ADVANCE, {"channel": "あ" * 101, "address": "い" * 201})
    assert summary_of(long) == [
        "提出方法は100文字以内で入力してください（現在101文字）",
        "提出先は200文字以内で入力してください（現在201文字）",
        "印刷した書面での提出を選択してください",
    ]
    assert client.get(f"{RULES}other/").status_code == 404


def test_products_are_those_of_the_surety():
    assert [(one.value, one.label) for one in Product] == [(one.value, one.label) for one in terms.Product]


def test_phrase_is_kept_cleared_and_not_repeated_in_the_log(administrator):
    client = client_of(administrator)
    sent(client, PHRASE, {"phrase": "湘南の風と七夕"}, times=2)
    assert Obligee.objects.get().phrase == "湘南の風と七夕"
    assert summary_of(sent(client, PHRASE, {"phrase": "あ" * 31})) == [
        "合言葉は30文字以内で入力してください（現在31文字）"
    ]
    sent(client, PHRASE, {"phrase": ""})
    assert Obligee.objects.get().phrase == ""
    assert acts_of(administrator.obligee) == [("phrase", None, "", "", "officer-admin", {})] * 2


def test_what_was_typed_is_text_on_every_page(administrator, officer):
    client = client_of(administrator)
    sent(client, PHRASE, {"phrase": "<b>&\"'"})
    sent(client, ADVANCE, {**RULE, "channel": "<script>x</script>"})
    sent(client, DEPARTMENTS, {"name": "<i>課</i>"})
    for url in (PHRASE, RULES, ADVANCE, DEPARTMENTS, "/d-sure/organisation/log/", "/d-sure/"):
        page = client.get(url).content.decode()
        assert not re.search(r"<b>|<script>x|<i>", page), url


def test_another_organisations_sections_are_not_there_and_only_administrators_act(
    administrator, officer, rival_officer
):
    theirs = rival_officer.department
    for url in (f"{DEPARTMENTS}{theirs.pk}/", f"{DEPARTMENTS}{theirs.pk}/close/"):
        assert client_of(administrator).post(url).status_code == 404
    record = {"name": "x", "notice_email": "", "takes_notices": False}
    with pytest.raises(NotInCharge):
        arranging.change_department(department=theirs, record=record, by=administrator)
    urls = [DEPARTMENTS, f"{DEPARTMENTS}{officer.department_id}/", RULES, ADVANCE, f"{ADVANCE}revert/", PHRASE]
    assert {client_of(officer).post(url).status_code for url in urls} <= {403, 405}
    for act in (
        lambda: arranging.write_rule(obligee=officer.obligee, product=Product.ADVANCE, rule={}, by=officer),
        lambda: arranging.change_phrase(obligee=officer.obligee, phrase="x", by=officer),
        lambda: arranging.close_department(department=closed(officer.obligee, administrator), by=officer),
        lambda: arranging.add_department(obligee=officer.obligee, record=record, by=rival_officer),
    ):
        with pytest.raises(NotInCharge):
            act()


def test_links_of_the_tabs_lead_somewhere(administrator):
    client = client_of(administrator)
    links = set(re.findall(r'href="(/d-sure/[^"]*)"', client.get(reverse("dsure:organisation")).content.decode()))
    assert {client.get(link).status_code for link in links} == {200}
