"""Fields read leniently, keep strictly, say what to do, and a form that comes back holds what was typed."""

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError

from netdesk.fields import (
    AmountField,
    ChoiceField,
    CodeField,
    DayField,
    MailField,
    NameField,
    NoteField,
    PhoneField,
    PostalCodeField,
    SelectField,
    TickField,
    WideNameField,
)
from netdesk.rendering import Form, Together
from netdesk.templatetags.components import Problem, problems

MEDIA = [("paper", "証書（紙）"), ("electronic", "電子保証（認証キーを含む）")]


class OneOfEach(Form):
    """Every kind of field, each required."""

    amount = AmountField(label="前払金保証金額", min_value=1, ratio_of=("target", "price"), ratio_note="割合")
    target = AmountField(label="今年度対象額", required=False)
    price = AmountField(label="請負金額")
    awarded_on = DayField(label="落札日", help_text="入力例：20191001")
    name = NameField(label="工事名", max_length=10)
    bank = WideNameField(label="預託金融機関（全角）")
    note = NoteField(label="連絡事項")
    number = CodeField(label="保証契約番号")
    phone = PhoneField(label="連絡先電話番号")
    postal_code = PostalCodeField(label="〒", called="郵便番号")
    mail = MailField(label="メールアドレス")
    medium = ChoiceField(label="保証証書の形式について", choices=MEDIA)
    branch = SelectField(label="申込送信先", choices=[("14", "神奈川支店")])
    agreed = TickField(label="内容を確認しました", required=True)


class DjangosOwn(Form):
    """Fields of Django, which must not speak in Django's sentences."""

    typed = forms.CharField(label="パスワード", max_length=5)
    chosen = forms.ChoiceField(label="区分", choices=MEDIA)
    counted = forms.IntegerField(label="版")


GOOD = {
    "amount": "２０，０００，０００円",
    "target": "",
    "price": "50,000,000",
    "awarded_on": "令和４年１０月３１日",
    "name": "  ﾄﾞｳﾛ  改良㈱ ",
    "bank": "abc銀行 本店",
    "note": "一行目\r\n二行目",
    "number": "１４０８１ー００００１Ｍ",
    "phone": "０４５－０００－００００",
    "postal_code": "〒3808537",
    "mail": "ｓｏｕｍｕ@example.jp",
    "medium": "paper",
    "branch": "14",
    "agreed": "on",
}


def test_reading_keeps_what_was_meant():
    form = OneOfEach(GOOD)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "amount": 20_000_000,
        "target": None,
        "price": 50_000_000,
        "awarded_on": date(2022, 10, 31),
        "name": "ドウロ 改良㈱",
        "bank": "ａｂｃ銀行　本店",
        "note": "一行目\n二行目",
        "number": "14081-00001M",
        "phone": "045-000-0000",
        "postal_code": "380-8537",
        "mail": "soumu@example.jp",
        "medium": "paper",
        "branch": "14",
        "agreed": True,
    }


def test_empty_form_names_every_field_and_what_to_do():
    form = OneOfEach({})
    assert [problem.message for problem in problems(form)] == [
        "前払金保証金額を入力してください",
        "請負金額を入力してください",
        "落札日を入力してください",
        "工事名を入力してください",
        "預託金融機関（全角）を入力してください",
        "連絡事項を入力してください",
        "保証契約番号を入力してください",
        "連絡先電話番号を入力してください",
        "郵便番号を入力してください",
        "メールアドレスを入力してください",
        "保証証書の形式を選択してください",
        "申込送信先を選択してください",
        "「内容を確認しました」にチェックを入れてください",
    ]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("amount", "二千万", "前払金保証金額は数字で入力してください"),
        ("amount", "0", "前払金保証金額は1円以上で入力してください"),
        ("amount", "9999999999999", "前払金保証金額は999,999,999,999円以下で入力してください"),
        ("awarded_on", "20221131", "落札日は存在する日付を入力してください"),
        ("awarded_on", "先週", "落札日は「20261201」や「令和8年12月1日」のように入力してください"),
        ("name", "あ" * 12, "工事名は10文字以内で入力してください（現在12文字）"),
        (
            "name",
            "道\ue000路",
            "工事名に使用できない文字があります。外字や特殊な記号は、ほかの文字に置き換えて入力してください",
        ),
        ("phone", "12", "連絡先電話番号は「045-000-0000」のように市外局番から入力してください"),
        ("postal_code", "12", "郵便番号は「380-8537」のように7桁の数字で入力してください"),
        ("mail", "soumu", "メールアドレスは「abcde@example.jp」のように入力してください"),
        ("medium", "fax", "保証証書の形式を選択肢の中から選択してください"),
    ],
)
def test_unreadable_is_answered_in_words_and_kept_as_typed(field, typed, sentence):
    form = OneOfEach({**GOOD, field: typed})
    assert form.errors == {field: [sentence]}
    assert form[field].value() == typed
    if field != "medium":
        assert f'value="{typed}"' in str(form[field])


def test_a_form_that_comes_back_holds_every_box_as_typed():
    form = OneOfEach({**GOOD, "name": ""})
    assert not form.is_valid()
    for field in ("amount", "price", "awarded_on", "bank", "number", "phone", "postal_code", "mail"):
        assert f'value="{GOOD[field]}"' in str(form[field]), field


def test_djangos_fields_speak_our_sentences():
    assert problems(DjangosOwn({})) == [
        Problem("パスワードを入力してください", "id_typed"),
        Problem("区分を選択してください", "id_chosen"),
        Problem("版を入力してください", "id_counted"),
    ]
    form = DjangosOwn({"typed": "123456", "chosen": "fax", "counted": "x"})
    assert form.errors == {
        "typed": ["パスワードは5文字以内で入力してください"],
        "chosen": ["区分を選択肢の中から選択してください"],
        "counted": ["版を正しく入力してください"],
    }


def test_day_shows_by_slashes_with_the_era_beside_it():
    stored = OneOfEach(initial={"awarded_on": date(2019, 5, 1)})["awarded_on"]
    assert (stored.value(), stored.wareki) == ("2019/05/01", "令和元年5月1日")
    typed = OneOfEach({**GOOD, "awarded_on": "20190430"})["awarded_on"]
    assert (typed.value(), typed.wareki) == ("20190430", "平成31年4月30日")
    assert OneOfEach({"awarded_on": "20190431"})["awarded_on"].wareki == ""
    assert "平成31年4月30日</output>" in typed.as_field_group()


def test_ratio_is_of_the_target_else_of_the_price():
    assert OneOfEach(GOOD)["amount"].ratio == "40.0%"
    assert OneOfEach({**GOOD, "target": "30,000,000"})["amount"].ratio == "66.6%"
    assert OneOfEach({**GOOD, "price": "x"})["amount"].ratio == "0.0%"
    assert OneOfEach(initial={"amount": 1, "price": 3})["amount"].ratio == "33.3%"
    assert "40.0%</output>" in OneOfEach(GOOD)["amount"].as_field_group()


def test_row_of_an_amount_names_unit_note_and_error_to_those_who_hear_it():
    row = OneOfEach({**GOOD, "amount": ""})["amount"]
    assert row.aria_describedby == "id_amount_error id_amount_unit id_amount_note"
    shown = row.as_field_group()
    for part in ("error", "unit", "note"):
        assert f'id="id_amount_{part}"' in shown
    assert 'aria-invalid="true"' in shown
    assert "required>" not in shown


def test_radio_buttons_are_one_group_and_the_summary_leads_to_the_first():
    form = OneOfEach({**GOOD, "medium": ""})
    assert problems(form) == [Problem("保証証書の形式を選択してください", "id_medium_0")]
    shown = form["medium"].as_field_group()
    assert 'id="id_medium_0"' in shown
    assert '<fieldset class="nd-field-row" id="id_medium_group" aria-describedby="id_medium_error">' in shown


class Part(Form):
    amount = AmountField(label="契約保証金額", ratio_of=("price",))


class Whole(Form):
    price = AmountField(label="請負金額")

    def clean(self):
        raise ValidationError("請負金額と工期をもう一度ご確認ください")


def test_forms_together_share_amounts_and_are_all_checked():
    page = Together(
        whole=Whole({"whole-price": "200", "part-amount": ""}, prefix="whole"),
        part=Part({"whole-price": "200", "part-amount": ""}, prefix="part"),
    )
    assert not page.is_valid()
    assert page.part.cleaned_data == {}
    assert page.errors.keys() == {"whole", "part"}
    assert problems(page) == [
        Problem("請負金額と工期をもう一度ご確認ください", ""),
        Problem("契約保証金額を入力してください", "id_part-amount"),
    ]
    assert page.part["amount"].ratio_ids == "id_part-amount id_whole-price"
    page.part.data = {"part-amount": "50"}
    assert page.part["amount"].ratio == "25.0%"
