"""The distribution's Chromium against the running product. Without a browser these tests are left out, and `make test` says so."""

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from netdesk.demo import PASSWORD
from netdesk.testing import find_chromium
from tests.browser.launching import QUIET
from tests.queue import run_queue

CHROMIUM = find_chromium()
collect_ignore_glob = [] if CHROMIUM else ["test_*.py"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Browser tests look at committed rows, as a browser does; and they come last, because Playwright's loop stays in this thread."""
    items.sort(key=is_in_browser)
    for item in filter(is_in_browser, items):
        item.add_marker(pytest.mark.django_db(transaction=True))


def is_in_browser(item: pytest.Item) -> bool:
    return "browser" in item.path.parts


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {
        **browser_context_args,
        "locale": "ja-JP",
        "timezone_id": "Asia/Tokyo",
        "viewport": {"width": 1200, "height": 900},
    }


@pytest.fixture
def desk(browser: Browser, browser_context_args, live_server, cast) -> Callable[..., Page]:
    """`desk("officer")`: a browser of their own in which this person has signed in by hand, and the page they land on."""
    contexts = []

    def sign_in(username: str, **options) -> Page:
        contexts.append(browser.new_context(**browser_context_args, base_url=live_server.url, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.goto("/login/")
        page.get_by_role("textbox", name="ログインID").fill(username)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="ログイン").click()
        return page

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture
def worker() -> Callable[[], None]:
    """Run the queue once, in a thread: Playwright's own loop is running in this one."""

    def run() -> None:
        thread = threading.Thread(target=run_queue)
        thread.start()
        thread.join()

    return run
