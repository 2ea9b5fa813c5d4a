"""The pictures of the help and the guide (static/guide): crops of our own screens, made anew by `make screens`."""

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page

TARGET = Path(__file__).resolve().parent.parent.parent / "static" / "guide"
LARGEST_BYTES = 80_000
MARGIN = 12
SAMPLE_KEY = "Kf7u-Wq4m-T9ca"  # of no guarantee


def take(page: Page) -> None:
    """Every picture; the page belongs to a contractor who is signed in, 1200 pixels wide before and after."""
    page.set_viewport_size({"width": 900, "height": 900})
    _application(page)
    _steps(page)
    page.set_viewport_size({"width": 1200, "height": 800})


def _application(page: Page) -> None:
    """申込の作成 and 申込確認, for the help of the application."""
    page.goto("/applications/new/")
    _keep(page, "application-start", page.locator(".nd-steps"), page.locator(".nd-sections"))
    page.get_by_label("前払金保証を申し込む").check()
    advance = page.locator("section[aria-labelledby=advance-title]")
    electronic = advance.locator("label").filter(has_text="電子保証（認証キーを含む）")
    electronic.click()
    _mark(electronic)
    _keep(page, "application-advance", advance.locator("header"), electronic)
    information = page.locator("#information")
    _keep(page, "application-information", information.locator("header"), information.get_by_label("メールアドレス"))
    page.goto("/")
    page.get_by_role("link", name="続きを入力").first.click()
    page.goto(page.url.replace("/edit/", "/confirm/"))
    _keep(page, "application-confirm", page.locator("h1"), page.locator(".nd-banner--warning"))


def _steps(page: Page) -> None:
    """The five steps of 「電子保証（認証キー）発行完了のお知らせ」."""
    page.goto("/")
    tile = page.locator(".nd-tile").filter(has_text="保証契約一覧")
    _mark(tile)
    _keep(page, "next-1", page.locator("h1"), page.locator(".nd-tiles"))
    page.goto("/contracts/?tab=keys")
    tabs = page.locator(".nd-tabs")
    _mark(tabs.get_by_role("link", name="電子保証（認証キー）"))
    _keep(page, "next-2", page.locator("h1"), tabs)
    page.set_viewport_size({"width": 1100, "height": 900})
    table = page.get_by_role("main").get_by_role("table")
    row = table.get_by_role("row").nth(1)
    _mark(row.get_by_role("link", name="詳細"))
    _keep(page, "next-3", table.get_by_role("row").nth(0), row)
    page.set_viewport_size({"width": 900, "height": 900})
    row.get_by_role("link", name="詳細").click()
    _mark(page.get_by_role("link", name="選択").first)
    _keep(page, "next-4", page.locator("section[aria-labelledby=history-title]"))
    key = page.locator("section[aria-labelledby=key-title]")
    _mark(key.get_by_role("link", name="印刷").first)
    key.locator(".nd-key").evaluate("(key, sample) => { key.textContent = sample }", SAMPLE_KEY)
    _keep(page, "key-print", key.locator("header"), key.locator(".nd-key"))
    with page.expect_popup() as window:
        page.get_by_role("link", name="選択").first.click()
    window.value.set_viewport_size({"width": 900, "height": 900})
    window.value.wait_for_load_state()
    _keep(window.value, "certificate", window.value.locator(".nd-sheet"), shown=0.55)
    window.value.close()


def _mark(place: Locator) -> None:
    """A red frame around what the reader is to press."""
    place.evaluate("place => { place.style.outline = '4px solid #ce0000'; place.style.outlineOffset = '3px' }")


def _keep(page: Page, name: str, *places: Locator, shown: float = 1) -> None:
    """One picture from the first place to the last, in a palette of its own; of a tall one, the upper part."""
    page.evaluate("window.scrollTo(0, 0)")
    boxes = [place.bounding_box() for place in places]
    left, top = (min(box[side] for box in boxes) - MARGIN for side in "xy")
    right = max(box["x"] + box["width"] for box in boxes) + MARGIN
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN
    left = max(left, 0)
    clip = {"x": left, "y": top, "width": right - left, "height": (bottom - top) * shown}
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True, clip=clip))).convert("RGB")
    path = TARGET / f"{name}.png"
    picture.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise SystemExit(f"{path.name} has {size} bytes, more than {LARGEST_BYTES}")
    print(f"static/guide/{path.name} {size // 1000} KB")
