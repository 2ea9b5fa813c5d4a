"""The people of a contractor, by hand in a browser: invited, signed in, disabled; passwords reset and changed; and the help found."""

import re

from playwright.sync_api import Page, expect

from netdesk.demo import PASSWORD
from netdesk.models import Mail

NEW = "correct horse battery staple"


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/login/")
    page.get_by_role("textbox", name="ログインID").fill(username)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="ログイン").click()


def stranger(browser, browser_context_args, live_server) -> Page:
    page = browser.new_context(**browser_context_args, base_url=live_server.url).new_page()
    page.set_default_timeout(10_000)
    return page


def open_link(page: Page, to: str) -> None:
    """Open the link of the newest mail to this address."""
    mail = Mail.objects.filter(to=to, body__contains="/password/set/").order_by("-pk").first()
    page.goto(re.search(r"/password/set/\S+", mail.body).group())


def set_password(page: Page) -> None:
    page.locator("[name=new_password]").fill(NEW)
    page.get_by_role("button", name="新しいパスワードを表示する").click()
    expect(page.locator("[name=new_password]")).to_have_attribute("type", "text")
    page.locator("[name=again]").fill(NEW)
    page.get_by_role("button", name="パスワードを設定する").click()
    expect(page.get_by_text("パスワードを設定しました。")).to_be_visible()


def test_a_colleague_is_invited_signs_in_and_is_disabled(desk, browser, browser_context_args, live_server, worker):
    ours = desk("contractor")
    ours.get_by_role("link", name="会社情報").first.click()
    ours.get_by_role("link", name="担当者を招待する").click()
    ours.get_by_label("氏名").fill("山本 さくら")
    ours.get_by_label("メールアドレス").fill("ｓａｋｕｒａ@example.jp")
    ours.get_by_role("button", name="招待メールを送信する").dblclick()
    expect(ours.get_by_text("山本 さくら さんに招待メールを送信しました。")).to_be_visible()
    expect(ours.get_by_role("row", name=re.compile("山本 さくら.*招待中"))).to_have_count(1)
    worker()

    theirs = stranger(browser, browser_context_args, live_server)
    open_link(theirs, "sakura@example.jp")
    username = theirs.locator(".nd-summary dd").inner_text()
    set_password(theirs)
    sign_in(theirs, username, NEW)
    expect(theirs.get_by_role("heading", name="ようこそ、ネットデスクへ")).to_be_visible()

    ours.reload()
    ours.get_by_role("button", name=re.compile("利用を停止.*山本 さくら")).click()
    expect(ours.get_by_text("ログイン中の画面も終了しました。")).to_be_visible()
    theirs.get_by_role("navigation", name="メニュー").get_by_role("link", name="保証契約一覧").click()
    expect(theirs.get_by_role("heading", name="ログイン", exact=True)).to_be_visible()
    sign_in(theirs, username, NEW)
    expect(theirs.get_by_text("ログインIDまたはパスワードが正しくありません。").first).to_be_visible()
    theirs.context.close()


def test_a_forgotten_password_is_reset_by_mail(browser, browser_context_args, live_server, cast, worker):
    page = stranger(browser, browser_context_args, live_server)
    page.goto("/login/")
    page.get_by_role("link", name="パスワードをお忘れの方").click()
    page.get_by_role("button", name="再設定のメールを受け取る").click()
    expect(page.locator("[data-errors]")).to_contain_text("メールアドレスを入力してください")
    page.get_by_label("メールアドレス").fill("contractor@example.jp")
    page.get_by_role("button", name="再設定のメールを受け取る").click()
    expect(page.get_by_role("heading", name="パスワードの再設定を受け付けました")).to_be_visible()
    worker()
    open_link(page, "contractor@example.jp")
    used = page.url
    set_password(page)
    sign_in(page, "contractor", NEW)
    expect(page.get_by_role("heading", name="ようこそ、ネットデスクへ")).to_be_visible()
    page.goto(used)
    expect(page.get_by_text("このリンクは使用できません。")).to_be_visible()
    page.context.close()


def test_a_changed_password_ends_the_other_session(desk):
    here, elsewhere = desk("contractor"), desk("contractor")
    here.goto("/company/")
    here.get_by_role("link", name="パスワードの変更").click()
    here.locator("[name=old_password]").fill(PASSWORD)
    here.locator("[name=new_password]").fill(NEW)
    here.locator("[name=again]").fill(NEW)
    here.get_by_role("button", name="パスワードを変更する").dblclick()
    expect(here.get_by_text("パスワードを変更しました", exact=True)).to_be_visible()
    here.get_by_role("link", name="トップへ").click()
    expect(here.get_by_role("heading", name="ようこそ、ネットデスクへ")).to_be_visible()
    elsewhere.reload()
    expect(elsewhere.get_by_role("heading", name="ログイン", exact=True)).to_be_visible()


def test_a_clerk_finds_the_help_from_the_form_and_the_way_to_the_key(desk):
    page = desk("contractor")
    page.goto("/applications/new/")
    page.get_by_role("link", name="保証申込のヘルプ").click()
    page.get_by_role("navigation", name="このページの項目").get_by_role("link", name="前払金保証", exact=True).click()
    expect(page.locator("#entrusted-bank")).to_be_visible()
    page.get_by_role("link", name="次に何をするか").click()
    pictures = page.locator("main img")
    for number in range(pictures.count()):
        pictures.nth(number).scroll_into_view_if_needed()
        page.wait_for_function(
            "picture => picture.complete && picture.naturalWidth > 0", arg=pictures.nth(number).element_handle()
        )
    page.get_by_role("navigation", name="電子保証のガイド").get_by_role("link", name="よくある質問").click()
    expect(page.get_by_text("同じ保証契約において、電子証書と紙の保証証書は混在できません。")).to_be_visible()
