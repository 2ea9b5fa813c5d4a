"""Templates and style sheets: nothing inline, nothing missing, enough contrast, and every page that stands alone is valid HTML."""

import re
from pathlib import Path

import html5lib
import pytest
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.template import RequestContext, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path
from django.views import defaults
from django.views.csrf import csrf_failure

from netdesk.fields import CodeField, NameField
from netdesk.rendering import Form

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = {name: (ROOT / "static/css" / f"{name}.css").read_text() for name in ("tokens", "base", "components", "guide")}


def nowhere(request):
    """A view that nobody calls: the frames only need addresses."""


def named(*names):
    return [path(f"{name}/", nowhere, name=name) for name in names]


OF_NET_DESK = (
    "application-new",
    "contract-list",
    "statement-list",
    "surety-inbox",
    "payments",
    "bills",
    "dispatches",
    "request-list",
    "watch",
    "figures",
    "company",
    "branches",
    "help",
    "help-application",
)
OF_NET_DESK += ("guide-system", "guide-key", "guide-hand-in", "guide-questions")
OF_D_SURE = ("lookup", "register", "watch", "compare", "requests", "elsewhere", "receipts", "genuine", "api")
urlpatterns = [
    *named("home", "login", "logout", "password-change", "password-reset"),
    path("net-desk/", include((named(*OF_NET_DESK), "guarantees"))),
    path("d-sure/", include((named(*OF_D_SURE), "dsure"))),
]


@pytest.fixture(autouse=True)
def addresses_and_plain_static_files(settings):
    settings.ROOT_URLCONF = __name__
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def request_of_nobody():
    return RequestFactory().get("/?tab=keys&page=2")


class SignIn(Form):
    username = CodeField(label="ログインID")
    password = NameField(label="パスワード")


def title(page: str) -> str:
    return re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1].strip()


def parse(page: str) -> None:
    html5lib.HTMLParser(strict=True).parse(page)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.relative_to(ROOT / "templates")))
def test_template_has_nothing_inline(template):
    text = re.sub(r"{%.*?%}", "", template.read_text())
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.relative_to(ROOT / "templates")))
def test_template_names_classes_and_files_that_exist(template):
    text = re.sub(r"{%.*?%}|{{.*?}}", "\0", template.read_text())
    used = {name for value in re.findall(r'class="([^"]*)"', text) for name in value.split()}
    styled = set(re.findall(r"\.(nd-[a-z][a-z-]*)", "".join(STYLES.values())))
    assert {name for name in used if name.startswith("nd-") and "\0" not in name} - styled - {
        "nd-site--contractor"
    } == set()
    files = re.findall(r"""{% static ["']([^"']+)["'] %}""", template.read_text())
    assert [name for name in files if not (ROOT / "static" / name).is_file()] == []


def colours() -> dict[str, str]:
    """Every token that is a colour, roles followed to their value; D-Sure's own accents as `dsure:--accent`."""
    everywhere, dsure = STYLES["tokens"].split(".nd-site--dsure")
    found = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6}|var\(--[\w-]+\));", everywhere))
    found |= {f"dsure:{name}": value for name, value in re.findall(r"(--[\w-]+): (var\(--[\w-]+\));", dsure)}

    def follow(value):
        return follow(found[value[4:-1]]) if value[4:-1] in found else value

    return {name: value for name in found if (value := follow(found[name])).startswith("#")}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    "pair",
    [
        "--text/--surface",
        "--text/--surface-quiet",
        "--text/--accent-quiet",
        "--text-strong/--surface-head",
        "--text-strong/--accent-quiet",
        "--text-support/--surface",
        "--text-support/--surface-quiet",
        "--gray-700/--surface-quiet",
        "--gray-700/--accent-quiet",
        "--link/--surface",
        "--link/--surface-quiet",
        "--link/--yellow-300",
        "--link-hover/--surface",
        "--link-visited/--surface",
        "--link-visited/--surface-quiet",
        "--error/--surface",
        "--error/--error-surface",
        "--red-1000/--error-surface",
        "--white/--error",
        "--white/--accent",
        "--white/--accent-hover",
        "--white/--accent-active",
        "--accent/--surface",
        "--accent-hover/--accent-outline-hover",
        "--white/--gray-800",
        "--gray-800/--gray-50",
        "--green-900/--green-50",
        "--blue-800/--blue-50",
        "--orange-1000/--orange-50",
        "--red-1000/--red-50",
        "--white/dsure:--accent",
        "--white/dsure:--accent-hover",
        "--white/dsure:--accent-active",
        "dsure:--accent/--surface",
        "dsure:--accent-hover/dsure:--accent-outline-hover",
        "--text-strong/dsure:--accent-quiet",
        "--gray-700/dsure:--accent-quiet",
        "--white/--cyan-1200",
    ],
)
def test_words_stand_out_from_their_ground(pair):
    front, back = (colours()[name] for name in pair.split("/"))
    assert contrast(front, back) >= 4.5


@pytest.mark.parametrize(
    "pair",
    [
        "--line-control/--surface",
        "--line-control/--surface-quiet",
        "--line/--surface",
        "--warning/--surface",
        "--success/--surface",
        "--info/--surface",
        "--black/--yellow-300",
        "--yellow-300/--cyan-1200",
    ],
)
def test_edges_stand_out_from_their_ground(pair):
    front, back = (colours()[name] for name in pair.split("/"))
    assert contrast(front, back) >= 3


def test_sign_in_is_valid_and_says_for_which_services(request_of_nobody):
    sign_ins = [{"username": "keiri", "who": "○○建設 株式会社", "desk": "contractor"}]
    form = SignIn()
    page = render_to_string(
        "netdesk/login.html", {"form": form, "next": "/d-sure/", "demo_sign_ins": sign_ins}, request_of_nobody
    )
    parse(page)
    assert title(page) == "ログイン"
    for words in (
        "Net Desk",
        "D-Sure",
        "お試し用のログインID",
        "keiri",
        "○○建設 株式会社",
        "Net Desk（請負契約者）",
        'name="next" value="/d-sure/"',
        'data-reveals="id_password"',
    ):
        assert words in page


def test_refused_sign_in_starts_its_title_with_error_and_links_to_the_boxes(request_of_nobody):
    page = render_to_string("netdesk/login.html", {"form": SignIn({})}, request_of_nobody)
    parse(page)
    assert title(page) == "エラー：ログイン"
    targets = re.findall(r'<a href="#([^"]+)">[^<]+を入力してください</a>', page)
    assert targets == ["id_username", "id_password"]
    assert all(f'id="{target}"' in page for target in targets)


def forbidden(request):
    return defaults.permission_denied(request, PermissionDenied())


def not_found(request):
    return defaults.page_not_found(request, Http404())


@pytest.mark.parametrize(
    ("answer", "heading"),
    [
        (forbidden, "このページを表示する権限がありません"),
        (not_found, "ページが見つかりません"),
        (defaults.server_error, "処理を完了できませんでした"),
        (csrf_failure, "操作を受け付けられませんでした"),
    ],
)
def test_error_page_needs_no_database_and_says_what_to_do(request_of_nobody, answer, heading):
    page = answer(request_of_nobody).content.decode()
    parse(page)
    assert title(page) == heading
    for words in (f"<h1>{heading}</h1>", "次のようにしてください", 'href="/"'):
        assert words in page


@pytest.mark.parametrize(
    ("frame", "section", "service", "here"),
    [
        ("guarantees/contractor/base.html", "contracts", "Net Desk", "保証契約一覧"),
        ("guarantees/surety/base.html", "inbox", "Net Desk 業務", "受付一覧"),
        ("dsure/base.html", "lookup", "D-Sure 保証確認サービス", "電子証書を閲覧する"),
    ],
)
def test_frame_names_its_service_and_marks_where_one_is(request_of_nobody, frame, section, service, here):
    request_of_nobody.organisation = "平塚市 契約検査課"
    page = render_to_string(frame, {"section": section}, request_of_nobody)
    parse(page)
    assert title(page) == f"- {service}"
    assert "平塚市 契約検査課" in page
    assert re.findall(r'aria-current="page">([^<]+)<', page) == [here]


def test_dsure_never_names_net_desk_nor_looks_like_it(request_of_nobody):
    page = render_to_string("dsure/base.html", {}, request_of_nobody)
    assert "Net Desk" not in page
    assert 'class="nd-site--dsure"' in page


def render(source: str, request=None, **context) -> str:
    return Template("{% load components %}" + source).render(RequestContext(request, context))


def test_pages_say_the_seeds_sentence_and_keep_the_search(request_of_nobody):
    page = Paginator(range(8), 3).page(2)
    shown = render('{% include "components/pages.html" %}', request_of_nobody, page=page)
    assert "全3ページ（8件）中の2ページ目を表示しています" in shown
    assert re.findall(r'href="([^"]+)"', shown) == ["?tab=keys&amp;page=1", "?tab=keys&amp;page=3"]


def test_tabs_mark_the_current_one_and_start_at_its_first_page(request_of_nobody):
    tabs = [
        {"value": "applications", "label": "保証申込", "count": 0},
        {"value": "keys", "label": "電子保証（認証キー）"},
    ]
    shown = render(
        '{% include "components/tabs.html" with about="表示切替" %}', request_of_nobody, tabs=tabs, current="keys"
    )
    links = re.findall(r"<a href=\"([^\"]+)\"( aria-current=\"page\")?>([^<]+)</a>", shown)
    assert links == [
        ("?tab=applications", "", "保証申込（0）"),
        ("?tab=keys", ' aria-current="page"', "電子保証（認証キー）"),
    ]


def test_steps_tell_where_one_stands_in_words():
    shown = render("{% steps 2 %}")
    assert "全3ステップ中、2ステップ目" in shown
    assert re.findall(r'aria-current="step">.*?<span>([^<]+)<', shown) == ["申込確認"]
    assert shown.count("（完了）") == 1


def test_summary_row_says_when_nothing_was_typed():
    source = '{% include "components/summary_row.html" with label="工事名" value=value %}'
    assert "<dd>入力なし</dd>" in render(source, value="")
    assert "<dd>0</dd>" in render(source, value=0)
    assert "<dd>&lt;b&gt;</dd>" in render(source, value="<b>")


def test_icon_is_silent_beside_words_and_speaks_alone():
    assert 'class="nd-icon" aria-hidden="true"' in render('{% icon "print" %}')
    assert 'role="img" aria-label="別ウインドウで開きます &lt;"' in render(
        '{% icon "external" label %}', label="別ウインドウで開きます <"
    )
