"""The law of the tree (design.md, sections 3, 4 and 9): what no reader should have to check by hand."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.urls import URLPattern, get_resolver

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("netdesk", "guarantees", "dsure")
SOURCES = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]
OURS = [model for model in apps.get_models() if model._meta.app_label in PACKAGES]

API = "/d-sure/api/v1/"
# What a stranger may see, each for a reason: sign-in itself, sign-out of nobody, a sign of life, demo mode's mails, and the way
# back of somebody who forgot the password or was invited (the link is the proof).
PUBLIC = {"login", "logout", "health", "demo-mails", "password-reset", "password-reset-sent", "password-set"}

# Times that no person of the same service caused, or whose person stands in another column or row.
AT_WITHOUT_BY = {
    "netdesk.ActToken.used_at": "the token's user",
    "netdesk.Mail.queued_at": "the machine",
    "netdesk.Mail.sent_at": "the machine",
    "netdesk.Mail.failed_at": "the machine",
    "netdesk.KeptPost.expires_at": "the machine",
    "guarantees.Event.happened_at": "paired with done_by",
    "dsure.DepositedCertificate.arrived_at": "the surety, by the door",
    "dsure.Voiding.voided_at": "the surety, by the door",
    "dsure.KeyReplacement.replaced_at": "the surety, by the door",
    "dsure.StateChange.closed_at": "the surety, by the door",
    "dsure.RequestAnswer.answered_at": "the surety, by the door",
    "dsure.Event.happened_at": "whoever stands on the row that it tells of",
    "dsure.Client.last_used_at": "the token itself",
    "dsure.Delivery.tried_at": "the machine",
    "dsure.Delivery.taken_at": "the other system",
}
CASCADES = {"netdesk.Session.user": "a session ends with its person's row"}
APPEND_ONLY = {
    "guarantees_certificate",
    "guarantees_voiding",
    "guarantees_event",
    "guarantees_keysight",
    "guarantees_payment",
    "guarantees_memberchange",
    "guarantees_masterchange",
    "guarantees_obligeefile",
    "guarantees_premiumstatement",
    "guarantees_repayment",
    "guarantees_bill",
    "guarantees_billline",
    "guarantees_dispatch",
    "guarantees_dispatchretraction",
    "guarantees_reviewnote",
    "dsure_depositedcertificate",
    "dsure_voiding",
    "dsure_keyreplacement",
    "dsure_statechange",
    "dsure_registerentry",
    "dsure_viewing",
    "dsure_failure",
    "dsure_acknowledgement",
    "dsure_handover",
    "dsure_viewingreceipt",
    "dsure_request",
    "dsure_requestanswer",
    "dsure_event",
    "dsure_handinrule",
    "dsure_administrativeact",
    "dsure_elsewhereguarantee",
    "dsure_elsewhereversion",
}


def name_of(field: models.Field) -> str:
    return f"{field.model._meta.app_label}.{field.model.__name__}.{field.name}"


def all_urls(patterns=None, prefix="") -> list[tuple[str, str]]:
    """Every address of the project by its name, with an example in place of each parameter. The admin guards its own."""
    found = []
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if route.startswith("admin/"):
            continue
        if isinstance(pattern, URLPattern):
            found.append((pattern.name, "/" + example(route)))
        else:
            found += all_urls(pattern.url_patterns, route)
    return found


def example(route: str) -> str:
    route = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", route)
    return re.sub(r"<slug:\w+>", "x", re.sub(r"<int:\w+>", "1", route))


def run_python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "DEMO_MODE": "true",
            "DATABASE_URL": "postgres:///x",
            "DJANGO_SETTINGS_MODULE": "netdesk.settings",
            **environment,
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_there_are_urls_of_all_three_desks():
    prefixes = {url.split("/")[1] for _, url in all_urls()}
    assert {"applications", "contracts", "surety", "d-sure", "login"} <= prefixes


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("name", "url"), [(name, url) for name, url in all_urls() if name not in PUBLIC])
def test_every_url_refuses_a_stranger(name, url, method):
    response = getattr(Client(), method)(url)
    refused = response.status_code == 405 or (response.status_code == 302 and response.url.startswith("/login/"))
    if url.startswith(API):  # for machines, which cannot sign in: they are asked for a token instead
        refused = response.status_code in (401, 405) and response["Content-Type"] == "application/problem+json"
    assert refused, (name, method, response.status_code)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("url", [url for _, url in all_urls() if url.startswith(API)])
def test_every_url_of_the_api_refuses_a_signed_in_person(url, method, officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer.user)
    assert getattr(client, method)(url).status_code in (401, 405)


def test_nothing_in_dsure_or_netdesk_relates_to_guarantees():
    crossings = [
        name_of(field)
        for model in OURS
        if model._meta.app_label != "guarantees"
        for field in model._meta.get_fields()
        if isinstance(field, models.Field)
        and field.related_model
        and field.related_model._meta.app_label == "guarantees"
    ]
    assert crossings == []


def test_nothing_in_guarantees_relates_to_dsure():
    crossings = [
        name_of(field)
        for model in OURS
        if model._meta.app_label == "guarantees"
        for field in model._meta.get_fields(include_hidden=True)
        if field.related_model and field.related_model._meta.app_label == "dsure"
    ]
    assert crossings == []


def test_site_dsure_loads_no_module_of_guarantees():
    code = (
        "import django, sys; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        "print([name for name in sys.modules if name.split('.')[0] == 'guarantees'])"
    )
    assert run_python(code, SITE="dsure") == "[]"


def test_site_splits_urls_and_secrets():
    code = (
        "import django; django.setup(); from django.conf import settings; from django.urls import resolve, Resolver404\n"
        "def serves(url):\n"
        "    try: resolve(url); return True\n"
        "    except Resolver404: return False\n"
        "print([serves(url) for url in ('/contracts/', '/surety/', '/d-sure/')], bool(settings.KEY_DATA_KEYS))"
    )
    assert run_python(code, SITE="all") == "[True, True, True] True"
    assert run_python(code, SITE="portal") == "[True, True, False] True"
    assert run_python(code, SITE="dsure") == "[False, False, True] False"


def test_import_contracts_hold():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", "--check", "--dry-run", *PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_migrations_are_named_for_what_they_do_and_load_nothing(package):
    migrations = sorted(path for path in (ROOT / package / "migrations").glob("0*.py"))
    assert migrations
    for path in migrations:
        assert not re.search(r"_(auto|initial)", path.name), path.name
        assert "RunPython" not in path.read_text()
        assert "INSERT INTO" not in path.read_text()


def test_every_at_is_paired_with_a_by():
    unpaired = set()
    for model in OURS:
        names = {field.name for field in model._meta.get_fields()}
        for field in model._meta.get_fields():
            if field.name.endswith("_at") and field.name[:-3] + "_by" not in names:
                unpaired.add(name_of(field))
    assert unpaired == set(AT_WITHOUT_BY)


def test_every_foreign_key_protects():
    cascading = {
        name_of(field)
        for model in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT
    }
    assert cascading == set(CASCADES)


def test_money_is_whole_yen_and_named_for_it():
    for model in OURS:
        for field in model._meta.get_fields():
            if field.name.endswith(("_amount", "_price", "_fee")):
                assert isinstance(field, models.PositiveBigIntegerField), name_of(field)


def test_every_list_has_an_order():
    assert [
        model.__name__ for model in OURS if not model._meta.ordering and model.__name__ not in ("Session", "ChainHead")
    ] == []


@pytest.mark.django_db
def test_append_only_tables_have_their_trigger_switched_on():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname LIKE %s AND t.tgenabled = 'O'",
            ["%append_only"],
        )
        assert {name for (name,) in cursor.fetchall()} == APPEND_ONLY


def test_every_template_is_used():
    templates = ROOT / "templates"
    names = {str(path.relative_to(templates)) for path in templates.rglob("*") if path.is_file()}
    text = "\n".join(path.read_text() for path in [*SOURCES, *(p for p in templates.rglob("*") if p.is_file())])
    by_convention = {"403.html", "404.html", "500.html", "403_csrf.html"}
    patterns = [
        re.compile(
            r"documents/(certificate|reservation|premium_statement|additional_statement|refund_statement|bill)_\d+(_sheet)?\.html"
        ),
        re.compile(r"icons/[\w-]+\.svg"),
        re.compile(r"django/forms/"),
    ]
    unused = {
        name
        for name in names - by_convention
        if name not in text and not any(pattern.match(name) for pattern in patterns)
    }
    assert unused == set()


def test_every_icon_is_used():
    text = "\n".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    names = {path.stem for path in (ROOT / "templates" / "icons").glob("*.svg")}
    assert {name for name in names if f'icon "{name}"' not in text} == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_short(path):
    source = path.read_text()
    assert len(source.splitlines()) <= 300
    limit = 25 if "views" in path.parts or path.name == "views.py" else 30
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1 - docstring_lines(node)
            assert length <= limit, f"{node.name}: {length} lines"


def docstring_lines(node: ast.FunctionDef) -> int:
    first = node.body[0]
    is_docstring = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return first.end_lineno - first.lineno + 1 if is_docstring else 0


def test_no_drawer_modules_no_signals_no_save_overrides():
    for path in SOURCES:
        assert path.stem not in {"utils", "common", "helpers", "services", "managers", "signals", "tasks"}, path
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert "signals" not in (node.module or ""), path
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and "models" in path.parts:
                assert node.name != "save", path


def test_times_come_from_one_clock():
    for path in SOURCES:
        assert not re.search(r"datetime\.now\(|date\.today\(|time\.time\(\)", path.read_text()), path


def test_every_dependency_says_what_it_is_for():
    text = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(text)
    for requirement in [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]:
        line = next(line for line in text.splitlines() if f'"{requirement}"' in line)
        assert re.search(r'", # \w+', line), requirement


def test_the_admin_does_no_business():
    from django.contrib import admin

    registered = {model.__name__ for model in admin.site._registry if model._meta.app_label in ("guarantees", "dsure")}
    business = {
        "Application",
        "RequestedGuarantee",
        "Guarantee",
        "Certificate",
        "Endorsement",
        "Payment",
        "Event",
        "Deposit",
    }
    assert registered & business == set()
