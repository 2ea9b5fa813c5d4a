"""ほかの保証: guarantees that live elsewhere, entered, changed and closed by officers."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from dsure import entering
from dsure.forms import elsewhere as elsewhere_forms
from dsure.models import ElsewhereGuarantee, ElsewhereVersion
from tests.pages import client_of, summary_of, value_of, words

TYPED = {
    "kind": "bond",
    "issuer": "○○損害保険 株式会社",
    "number": "ＡＢ－１２３",
    "contractor_name": "○○建設 株式会社",
    "work_name": "橋りょう補修工事",
    "guaranteed_amount": "5,000,000",
    "ends_on": "令和9年1月10日",
    "url": "https://view.example.jp/certificates/AB-123",
    "place": "",
    "checker": "平塚　花子",
    "checked_on": "20261119",
    "note": "",
}
RECORD = {
    **TYPED,
    "number": "AB-123",
    "guaranteed_amount": 5_000_000,
    "ends_on": date(2027, 1, 10),
    "checked_on": date(2026, 11, 19),
}


def enter(by, **changes) -> ElsewhereGuarantee:
    return entering.enter(by=by, record=RECORD | changes)


def send(client, url: str, typed: dict):
    return client.post(url, {**typed, "token": value_of(client.get(url), "token")})


def url_of(name: str, entry: ElsewhereGuarantee, *version: int) -> str:
    return reverse(f"dsure:elsewhere-{name}", args=[entry.public_id, *version])


def said(version: ElsewhereVersion) -> dict:
    return {name: getattr(version, name) for name in RECORD}


def test_what_is_entered_stands_in_the_list_of_every_section(officer, colleague):
    client = client_of(officer)
    assert "登録されている保証はまだありません。" in words(client.get(reverse("dsure:elsewhere")))
    done = send(client, reverse("dsure:elsewhere-new"), TYPED)
    (version,) = ElsewhereVersion.objects.all()
    assert (said(version), version.version, version.written_by) == (RECORD, 1, officer.user)
    assert done.url == url_of("entry", version.entry)
    page = words(client_of(colleague).get(reverse("dsure:elsewhere")))
    for one in (
        "○○損害保険 株式会社",
        "公共工事履行保証証券",
        "AB-123",
        "5,000,000円",
        "2027/01/10",
        "期間中",
        "2026/11/19",
    ):
        assert one in page


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"url": "", "place": ""}, [elsewhere_forms.NOWHERE]),
        ({"url": "javascript:alert(1)"}, [elsewhere_forms.NO_ADDRESS]),
        ({"url": "https://"}, [elsewhere_forms.NO_ADDRESS]),
        ({"url": "https://[x"}, [elsewhere_forms.NO_ADDRESS]),
        ({"url": "https://user:secret@example.jp/"}, [elsewhere_forms.NO_SECRETS]),
        ({"checked_on": "2026/11/21"}, ["確認した日は今日までの日付を入力してください"]),
        ({"kind": "x", "guaranteed_amount": "0"}, ["保証の種類を選択肢の中から選択してください", "保証金額は1円以上で入力してください"]),
        ({"issuer": "", "work_name": "あ" * 101}, ["保証人・発行者を入力してください", "工事名は100文字以内で入力してください（現在101文字）"]),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_said_at_its_field(officer, changes, sentences):
    assert summary_of(send(client_of(officer), reverse("dsure:elsewhere-new"), TYPED | changes)) == sentences
    assert not ElsewhereVersion.objects.exists()


def test_only_an_https_address_is_a_link_and_it_tells_nothing(officer):
    client = client_of(officer)
    html = client.get(url_of("entry", enter(officer))).content.decode()
    assert f'<a href="{TYPED["url"]}" target="_blank" rel="noopener noreferrer">' in html
    html = client.get(url_of("entry", enter(officer, url='http://example.jp/"><b>'))).content.decode()
    assert 'href="http:' not in html
    assert "http://example.jp/&quot;&gt;&lt;b&gt;" in html


def test_a_change_is_a_further_version_and_the_old_one_stays(officer, colleague):
    entry = enter(officer)
    done = send(
        client_of(colleague), url_of("change", entry, 1), TYPED | {"ends_on": "2027/3/31", "place": "契約検査課 金庫"}
    )
    assert done.url == url_of("entry", entry)
    second, first = entry.versions.order_by("-version")
    assert said(first) == RECORD
    assert said(second) == RECORD | {"ends_on": date(2027, 3, 31), "place": "契約検査課 金庫"}
    assert second.written_by == colleague.user
    page = words(client_of(officer).get(done.url))
    for one in ("変更の履歴", "平塚 次郎", "2027/03/31", "2027/01/10"):
        assert one in page


def test_who_was_overtaken_or_changes_nothing_is_told(officer, colleague):
    entry = enter(officer)
    client = client_of(officer)
    assert summary_of(send(client, url_of("change", entry, 1), TYPED)) == [entering.NothingChanged.sentence]
    entering.change(by=colleague, entry=entry, version=1, record=RECORD | {"note": "延長"})
    late = send(client, url_of("change", entry, 1), TYPED | {"note": "別の変更"})
    assert summary_of(late) == [entering.Overtaken.sentence]
    assert "別の変更" in late.content.decode()
    assert entry.versions.count() == 2


def test_what_is_closed_says_why_and_is_changed_no_more(officer):
    entry = enter(officer)
    client = client_of(officer)
    assert summary_of(send(client, url_of("close", entry, 1), {})) == ["終了の理由を入力してください"]
    send(client, url_of("close", entry, 1), {"closing_reason": "工事の完成"})
    current = ElsewhereVersion.objects.current().get()
    assert (current.version, current.is_closed, current.closing_reason, current.standing) == (
        2,
        True,
        "工事の完成",
        "終了",
    )
    assert said(current) == RECORD
    page = client.get(url_of("entry", entry))
    assert "工事の完成" in words(page)
    assert url_of("change", entry, 2) not in page.content.decode()
    with pytest.raises(entering.ClosedAlready):
        entering.change(by=officer, entry=entry, version=2, record=RECORD | {"note": "x"})


def test_others_entries_are_not_there(officer, rival_officer):
    entry = enter(officer)
    rival = client_of(rival_officer)
    assert "登録されている保証はまだありません。" in words(rival.get(reverse("dsure:elsewhere")))
    for url in (url_of("entry", entry), url_of("change", entry, 1), url_of("close", entry, 1)):
        assert rival.get(url).status_code == 404
    with pytest.raises(ElsewhereGuarantee.DoesNotExist):
        entering.close(by=rival_officer, entry=entry, version=1, reason="x")


@pytest.mark.parametrize("statement", ["UPDATE dsure_elsewhere{} SET id = id", "DELETE FROM dsure_elsewhere{}"])
@pytest.mark.parametrize("table", ["guarantee", "version"])
def test_what_was_entered_is_never_altered(officer, table, statement):
    from django.db import connection

    enter(officer)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_the_list_is_searched_and_saved_as_csv(officer):
    enter(officer, contractor_name="=cmd")
    closed = enter(officer, issuer="○○銀行", kind="bank", url="", place="金庫")
    entering.close(by=officer, entry=closed, version=1, reason="返却")
    client, url = client_of(officer), reverse("dsure:elsewhere")
    assert "○○損害保険" not in words(client.get(url, {"words": "銀行"}))
    assert "該当する保証はありません。" in words(client.get(url, {"words": "銀行", "state": "open"}))
    assert "○○銀行" in words(client.get(url, {"state": "closed"}))
    saved = client.get(reverse("dsure:elsewhere-csv"), {"state": "open"})
    (row,) = csv.DictReader(StringIO(b"".join(saved.streaming_content).decode("utf-8-sig"), newline=""))
    assert (row["受注者"], row["保証金額"], row["状態"], row["閲覧用URL"]) == (
        "'=cmd",
        "5000000",
        "期間中",
        TYPED["url"],
    )


def test_the_list_asks_as_often_for_three_as_for_one(officer, django_assert_num_queries):
    client, url = client_of(officer), reverse("dsure:elsewhere")
    enter(officer)
    client.get(url)
    with django_assert_num_queries(5):  # session, person, officer, how many, rows
        client.get(url)
    enter(officer, ends_on=timezone.localdate() - timedelta(days=1))
    enter(officer)
    with django_assert_num_queries(5):
        page = client.get(url)
    assert words(page).index("期限経過") < words(page).index("期間中")
