"""Settings from the environment: no secret has a default outside demo mode, each operator's process gets its own part."""

import runpy
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

FILE = Path(__file__).resolve().parents[2] / "netdesk/settings.py"
NAMES = (
    *("DEMO_MODE", "SITE", "SECRET_KEY", "KEY_PEPPERS", "KEY_DATA_KEYS", "WEBHOOK_KEYS", "SEAL_FOLDER"),
    *("ALLOWED_HOSTS", "BASE_URL"),
    *("DATABASE_URL", "EMAIL_URL", "BEHIND_TLS_PROXY", "DEFAULT_FROM_EMAIL", "LOG_LEVEL"),
)
DATABASE = {"DATABASE_URL": "postgres://netdesk@/netdesk?host=/run/postgresql"}
DEMO = {**DATABASE, "DEMO_MODE": "true"}
REAL = {
    **DATABASE,
    "SECRET_KEY": "a-secret-key-of-its-own",
    "KEY_PEPPERS": "1:aa",
    "KEY_DATA_KEYS": f"1:{'bb' * 32}",
    "WEBHOOK_KEYS": f"1:{'cc' * 32}",
    "EMAIL_URL": "smtp://mail.example.jp:25",
    "ALLOWED_HOSTS": "netdesk.example.jp",
    "BASE_URL": "https://netdesk.example.jp",
}


@pytest.fixture
def load(monkeypatch):
    """Settings as a process with this environment, and nothing else of ours in it, would have them."""

    def load(environment: dict[str, str], *, argv: tuple[str, ...] = ("manage.py", "check")) -> dict:
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", list(argv))
        return runpy.run_path(str(FILE))

    return load


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in REAL.items() if key != name}


@pytest.mark.parametrize("name", ["SECRET_KEY", "KEY_PEPPERS", "KEY_DATA_KEYS", "WEBHOOK_KEYS"])
@pytest.mark.parametrize("kind", ["missing", "empty", "of the demo"])
def test_start_without_a_secret_of_its_own_is_refused(load, name, kind):
    known = load(DEMO)["DEMO_SECRETS"]
    given = {"missing": {}, "empty": {name: ""}, "of the demo": {name: known[name]}}[kind]
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(without(name) | given)
    assert str(refusal.value) == f"{name} must be set to a secret of its own (only DEMO_MODE=true has a default)"


@pytest.mark.parametrize("environment", [{}, {"DEMO_MODE": "false"}])
def test_start_with_nothing_set_is_refused(load, environment):
    with pytest.raises(ImproperlyConfigured, match="^SECRET_KEY must be set to a secret of its own"):
        load(environment)


@pytest.mark.parametrize("name", ["DATABASE_URL", "EMAIL_URL"])
def test_start_without_a_server_that_it_needs_is_refused(load, name):
    with pytest.raises(ImproperlyConfigured, match=name):
        load(without(name))


def test_start_of_an_unknown_site_is_refused(load):
    with pytest.raises(ImproperlyConfigured) as refusal:
        load({**DEMO, "SITE": "surety"})
    assert str(refusal.value) == "SITE must be all, portal or dsure, not 'surety'"


def test_start_in_demo_mode_needs_no_secret_and_serves_this_machine_only(load):
    made = load(DEMO)
    assert made["SECRET_KEY"] == "demo-only-secret-key-that-a-real-server-refuses-to-start-on"
    assert made["KEY_PEPPERS"] == {1: b"demo-only-pepper"}
    assert made["KEY_DATA_KEYS"] == {1: b"demo-only-data-key-of-32-bytes!!"}
    assert made["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert made["BASE_URL"] == "http://127.0.0.1:8000"
    assert made["EMAIL_BACKEND"] == "django.core.mail.backends.dummy.EmailBackend"


def test_start_in_demo_mode_takes_secrets_that_are_given(load):
    made = load({**REAL, "DEMO_MODE": "true"})
    assert (made["SECRET_KEY"], made["KEY_PEPPERS"]) == ("a-secret-key-of-its-own", {1: b"\xaa"})


@pytest.mark.parametrize(("environment", "is_real"), [(DEMO, False), (REAL, True)], ids=["demo", "real"])
def test_cookies_and_transport_are_for_tls_outside_demo_mode(load, environment, is_real):
    made = load(environment)
    for name in (
        *("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"),
        *("SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD"),
    ):
        assert (name, made[name]) == (name, is_real)
    assert made["SECURE_HSTS_SECONDS"] == (31_536_000 if is_real else 0)
    assert made["DEBUG"] is False


def test_hosts_outside_demo_mode_are_those_given_or_none(load):
    assert load(REAL)["ALLOWED_HOSTS"] == ["netdesk.example.jp"]
    assert load(without("ALLOWED_HOSTS"))["ALLOWED_HOSTS"] == []


@pytest.mark.parametrize(
    ("given", "header"), [({}, None), ({"BEHIND_TLS_PROXY": "true"}, ("HTTP_X_FORWARDED_PROTO", "https"))]
)
def test_a_proxys_word_is_believed_only_when_told_so(load, given, header):
    assert load({**REAL, **given})["SECURE_PROXY_SSL_HEADER"] == header


@pytest.mark.parametrize(
    ("site", "has_guarantees", "data_keys"),
    [("all", True, {1: b"\xbb" * 32}), ("portal", True, {1: b"\xbb" * 32}), ("dsure", False, {})],
)
def test_d_sures_own_process_has_neither_the_suretys_app_nor_its_data_keys(load, site, has_guarantees, data_keys):
    made = load({**REAL, "SITE": site})
    assert ("guarantees" in made["INSTALLED_APPS"], made["KEY_DATA_KEYS"]) == (has_guarantees, data_keys)


@pytest.mark.parametrize(("site", "keys"), [("all", {1: b"\xcc" * 32}), ("dsure", {1: b"\xcc" * 32}), ("portal", {})])
def test_the_suretys_process_has_no_keys_of_webhooks_and_does_not_work_for_them(load, site, keys):
    made = load({**REAL, "SITE": site})
    assert (made["WEBHOOK_KEYS"], made["PROCRASTINATE_IMPORT_PATHS"]) == (keys, ["dsure.telling"] if keys else [])


def test_d_sures_own_process_starts_without_data_keys(load):
    assert load({**without("KEY_DATA_KEYS"), "SITE": "dsure"})["KEY_PEPPERS"] == {1: b"\xaa"}


@pytest.mark.parametrize(
    ("text", "secrets"),
    [("1:aa", {1: b"\xaa"}), ("1:aa,2:bbcc", {1: b"\xaa", 2: b"\xbb\xcc"}), ("7:aa,", {7: b"\xaa"})],
)
def test_secrets_that_rotate_are_read_with_their_versions(load, text, secrets):
    assert load({**REAL, "KEY_PEPPERS": text})["KEY_PEPPERS"] == secrets


@pytest.mark.parametrize(
    ("argv", "wait"), [(("manage.py", "migrate"), "2s"), (("manage.py", "check"), "15s"), (("granian",), "15s")]
)
def test_a_migration_gives_way_sooner_than_a_request(load, argv, wait):
    database = load(REAL, argv=argv)["DATABASES"]["default"]
    assert database["OPTIONS"]["options"] == f"-c lock_timeout={wait} -c statement_timeout=30s"
    assert database["ATOMIC_REQUESTS"] is False


def test_the_database_is_that_of_the_address(load):
    database = load(REAL)["DATABASES"]["default"]
    assert (database["ENGINE"], database["NAME"], database["USER"]) == (
        "django.db.backends.postgresql",
        "netdesk",
        "netdesk",
    )
    assert "/run/postgresql" in (database["HOST"], database["OPTIONS"].get("host"))


def test_mail_goes_by_the_address_of_the_environment(load):
    made = load({**REAL, "EMAIL_URL": "smtp+tls://user:word@mail.example.jp:587"})
    assert {name: made[name] for name in ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS")} == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.jp",
        "EMAIL_PORT": 587,
        "EMAIL_USE_TLS": True,
    }
    assert (made["EMAIL_HOST_USER"], made["EMAIL_HOST_PASSWORD"], made["EMAIL_TIMEOUT"]) == ("user", "word", 30)
