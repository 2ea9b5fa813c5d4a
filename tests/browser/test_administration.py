"""D-Sure's people, by hand in a browser: a municipality registered, its administrator and an officer invited, the phrase seen."""

import re

from playwright.sync_api import expect

from tests.browser.test_people import NEW, open_link, set_password, sign_in, stranger


def test_a_municipality_is_registered_and_its_officer_signs_in_under_the_phrase(
    desk, browser, browser_context_args, live_server, worker
):
    operator = desk("operator")
    operator.get_by_role("link", name="発注者を登録する").click()
    operator.get_by_label("発注者コード").fill("１４２１５")
    operator.get_by_label("発注者名").fill("海老名市")
    operator.get_by_label("部署名").fill("契約検査課\n道路管理課")
    operator.get_by_label("氏名").fill("大野 誠")
    operator.get_by_label("メールアドレス").fill("ebina@example.jp")
    operator.get_by_role("button", name="登録して招待メールを送信する").dblclick()
    expect(operator.get_by_text("ebina@example.jp に招待メールを送信しました。")).to_be_visible()
    expect(operator.get_by_role("row", name=re.compile("大野 誠 管理者.*招待中"))).to_have_count(1)
    worker()

    administrator = stranger(browser, browser_context_args, live_server)
    open_link(administrator, "ebina@example.jp")
    set_password(administrator)
    sign_in(administrator, "14215-01", NEW)
    administrator.get_by_role("link", name="組織の管理").click()
    administrator.get_by_role("link", name="合言葉", exact=True).click()
    administrator.get_by_role("textbox", name="合言葉").fill("いちごと豊かな水")
    administrator.get_by_role("button", name="この合言葉にする").click()
    administrator.get_by_role("link", name="職員", exact=True).click()
    administrator.get_by_role("link", name="職員を招待する").click()
    administrator.get_by_label("氏名").fill("川上 緑")
    administrator.get_by_label("メールアドレス").fill("kawakami@example.jp")
    administrator.get_by_label("部署").select_option("道路管理課")
    administrator.get_by_role("button", name="招待メールを送信する").dblclick()
    expect(administrator.get_by_text("川上 緑 さんに招待メールを送信しました。")).to_be_visible()
    worker()

    officer = stranger(browser, browser_context_args, live_server)
    officer.goto("/login/")
    expect(officer.get_by_text("いちごと豊かな水")).to_have_count(0)
    open_link(officer, "kawakami@example.jp")
    set_password(officer)
    sign_in(officer, "14215-02", NEW)
    expect(officer.get_by_role("heading", name="電子証書を閲覧する")).to_be_visible()
    expect(officer.get_by_text("合言葉：いちごと豊かな水")).to_be_visible()
    expect(officer.get_by_role("link", name="組織の管理")).to_have_count(0)

    administrator.get_by_role("button", name=re.compile("利用を停止.*川上 緑")).click()
    expect(administrator.get_by_text("ログイン中の画面も終了しました。")).to_be_visible()
    officer.get_by_role("link", name="保証証書一覧").first.click()
    expect(officer.get_by_role("heading", name="ログイン", exact=True)).to_be_visible()
    for page in (administrator, officer):
        page.context.close()


def test_a_hand_in_rule_is_previewed_and_read_by_the_contractor(desk, cast):
    page = desk("officer-admin")
    page.get_by_role("link", name="組織の管理").click()
    page.get_by_role("link", name="提出方法", exact=True).click()
    page.get_by_role("link", name=re.compile("契約保証の提出方法")).click()
    page.get_by_role("button", name="この内容で登録する").click()
    expect(page.locator("[data-errors]")).to_contain_text("印刷した書面での提出を選択してください")
    page.get_by_label("提出先").fill("契約検査課 窓口")
    page.get_by_label("認める", exact=True).check()
    page.get_by_role("button", name="受注者への表示を確認する").click()
    expect(page.get_by_text("まだ登録していません")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="印刷した書面でも提出できます")).to_be_visible()
    page.get_by_role("button", name="この内容で登録する").click()
    expect(page.get_by_text("契約保証の提出方法を登録しました。")).to_be_visible()
    expect(page.get_by_text(re.compile("発注者が登録：[0-9]{4}/"))).to_be_visible()
