"""The screenshots of the README and the pictures of the guide: `make screens` starts the product on a database of its own and photographs each desk."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from netdesk.demo import PASSWORD
from netdesk.testing import database, find_chromium, turn
from tests.browser import guide_pictures
from tests.browser.launching import QUIET

ROOT = Path(__file__).resolve().parent.parent.parent
TARGET = ROOT / "docs" / "screens"
PREPARATIONS = ("migrate", "make_authority", "load_masters", "load_demo")


@contextmanager
def product() -> Iterator[str]:
    """The running product in demo mode, with its address."""
    folder = ROOT / ".postgres" / "screens"
    with turn(folder), database(folder) as url:
        environment = os.environ | {"DATABASE_URL": url, "DEMO_MODE": "true"}
        for command in (*PREPARATIONS, "collectstatic --no-input"):
            argv = [sys.executable, "manage.py", *command.split(), "--verbosity", "0"]
            subprocess.run(argv, cwd=ROOT, env=environment, check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws"]
        web = subprocess.Popen([*server, "--log-level", "error", "netdesk.wsgi:application"], cwd=ROOT, env=environment)
        try:
            yield until_healthy(f"http://127.0.0.1:{port}")
        finally:
            web.terminate()
            web.wait()


def until_healthy(address: str) -> str:
    """The address, once it answers."""
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{address}/health/", timeout=1)
            return address
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{address} does not answer")


def sign_in(page: Page, username: str) -> None:
    """From whoever was there to this person."""
    page.context.clear_cookies()
    page.goto("/login/")
    page.get_by_role("textbox", name="ログインID").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="ログイン").click()


def shoot(page: Page, name: str) -> None:
    """One picture of the whole page, from its top."""
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=TARGET / f"{name}.png", full_page=True)
    print(f"docs/screens/{name}.png")


def contractor(page: Page) -> None:
    """Net Desk, from the form to the key."""
    sign_in(page, "contractor")
    page.goto("/applications/new/")
    page.get_by_label("前払金保証を申し込む").check()
    shoot(page, "net-desk-application")
    page.goto("/contracts/")
    shoot(page, "net-desk-contracts")
    page.goto("/contracts/?tab=keys")
    page.get_by_role("link", name="詳細").last.click()
    shoot(page, "net-desk-key")
    with page.expect_popup() as window:
        page.get_by_role("link", name="選択").click()
    window.value.wait_for_load_state()
    shoot(window.value, "net-desk-certificate")


def surety(page: Page) -> None:
    """The surety's inbox and review."""
    sign_in(page, "approver")
    page.goto("/surety/?tab=under_review")
    shoot(page, "surety-inbox")
    page.get_by_role("link", name=re.compile("審査.*前払金保証")).click()
    shoot(page, "surety-review")


def d_sure(page: Page) -> None:
    """The officer's look-up, and a certificate from the register."""
    sign_in(page, "officer")
    shoot(page, "d-sure-look-up")
    page.goto("/d-sure/register/")
    page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
    shoot(page, "d-sure-certificate")


def main() -> None:
    """Photograph each desk anew."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with product() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
        page = browser.new_page(
            base_url=address, locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 1200, "height": 800}
        )
        for desk in (contractor, surety, d_sure):
            desk(page)
        sign_in(page, "contractor")
        guide_pictures.take(page)
        browser.close()


if __name__ == "__main__":
    main()
