"""Calls to registered addresses: which are refused, and what a call does and does not do."""

import socket
import time

import pytest

from netdesk import outgoing
from tests.hooked import HOST, make_certificate, receiving

NOT_PUBLIC = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "192.31.196.1",
    "192.175.48.1",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "::8.8.8.8",
    "64:ff9b::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
    "2620:4f:8000::1",
    "localhost",
    "127.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "8.8.8.8:443",
    "[::1]",
    "8.8.8.8/32",
]
PUBLIC = [
    "8.8.8.8",
    "203.104.0.1",
    "192.0.1.1",
    "100.128.0.1",
    "172.32.0.1",
    "2606:4700::1111",
    "2001:200::1",
    "2400:4000::1",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_the_public_internets_is_refused(address):
    assert outgoing.is_public(address) is False


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet_is_allowed(address):
    assert outgoing.is_public(address) is True


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://hooks.example.jp/", "https:// で始まる"),
        ("ftp://hooks.example.jp/", "https:// で始まる"),
        ("https:///path", "https:// で始まる"),
        ("//hooks.example.jp/", "https:// で始まる"),
        ("https://user:word@hooks.example.jp/", "利用者名や #"),
        ("https://hooks.example.jp/#x", "利用者名や #"),
        ("https://hooks.example.jp:22/", "ポート番号は443・8443だけ"),
        ("https://hooks.example.jp:0x1bb/", "形が正しくありません"),
        ("https://hooks.example.jp:99999/", "形が正しくありません"),
        ("https://[::1/", "形が正しくありません"),
        ("https://hooks.example.jp/a b", "使えない文字"),
        ("https://hooks.example.jp/\r\nHost: x", "使えない文字"),
        ("https://hooks.example.jp\\@evil.example/", "使えない文字"),
        ("https://例え.jp/", "使えない文字"),
    ],
)
def test_an_url_of_another_shape_is_refused_in_words(url, said):
    with pytest.raises(outgoing.Refused, match=said):
        outgoing.parse(url)


def test_an_url_is_read_into_host_port_and_path():
    assert outgoing.parse("https://Hooks.example.jp:8443/a?b=c") == ("hooks.example.jp", 8443, "/a?b=c")
    assert outgoing.parse("https://hooks.example.jp") == ("hooks.example.jp", 443, "/")


@pytest.fixture
def receiver(tmp_path):
    with receiving(tmp_path) as receiver:
        yield receiver


@pytest.fixture
def in_a_moment(monkeypatch):
    monkeypatch.setattr(outgoing, "SECONDS", 0.6)


def test_a_call_reaches_the_resolved_address_under_the_hosts_name(receiver):
    assert outgoing.post(receiver.url(), b"body", {"X-One": "1"}, receiver.rules()) == 200
    ((path, headers, body),) = receiver.arrived
    assert (path, body, headers["X-One"], headers["Host"]) == (
        "/d-sure?from=x",
        b"body",
        "1",
        f"{HOST}:{receiver.port}",
    )


def test_the_name_is_resolved_once_and_that_address_is_connected_to(receiver, monkeypatch):
    """A name server that gives another address the second time (DNS rebinding) is not asked a second time."""
    asked, connected = [], []
    plain = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda address, **options: connected.append(address) or plain(address, **options)
    )

    def resolve(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    outgoing.post(receiver.url(), b"", {}, receiver.rules(resolve=resolve))
    assert (asked, connected) == ([HOST], [("127.0.0.1", receiver.port)])


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1"]])
def test_nothing_is_sent_where_any_address_is_not_public(receiver, addresses):
    rules = receiver.rules(resolve=lambda host, port: addresses, is_allowed=outgoing.is_public)
    with pytest.raises(outgoing.Refused, match="公開されていないIPアドレス"):
        outgoing.post(receiver.url(), b"", {}, rules)
    assert receiver.arrived == []


@pytest.mark.parametrize(
    "url", ["https://localhost/", "https://127.1/", "https://0x7f000001/", "https://2130706433/", "https://[::1]/"]
)
def test_disguises_of_this_machine_are_refused_by_the_real_rules(url):
    with pytest.raises((outgoing.Refused, outgoing.Failed), match="公開されていない|調べられません"):
        outgoing.post(url, b"", {})


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_not_followed(receiver, status):
    receiver.statuses, receiver.headers = [status], {"Location": receiver.url("/elsewhere")}
    with pytest.raises(outgoing.Failed, match="リダイレクト") as failed:
        outgoing.post(receiver.url(), b"", {}, receiver.rules())
    assert (failed.value.status, len(receiver.arrived)) == (status, 1)


def test_another_answer_than_success_is_a_failure(receiver):
    receiver.statuses = [500]
    with pytest.raises(outgoing.Failed, match="HTTP 500") as failed:
        outgoing.post(receiver.url(), b"", {}, receiver.rules())
    assert failed.value.status == 500


def test_a_certificate_of_another_name_or_authority_is_refused(receiver, tmp_path):
    rules = receiver.rules()
    with pytest.raises(outgoing.Failed, match="サーバー証明書"):
        outgoing.post(receiver.url().replace(HOST, "other.example.jp"), b"", {}, rules)
    stranger = make_certificate(tmp_path, "stranger.example.jp")
    with pytest.raises(outgoing.Failed, match="サーバー証明書"):
        outgoing.post(receiver.url(), b"", {}, outgoing.Rules(rules.resolve, rules.is_allowed, rules.ports))
    assert stranger.exists()
    assert receiver.arrived == []


@pytest.mark.parametrize("how", ["waits", "drips", "never resolves"])
def test_a_slow_receiver_is_cut_off(receiver, in_a_moment, how):
    rules = receiver.rules()
    if how == "waits":
        receiver.waits = 3
    elif how == "drips":
        receiver.drips = True
    else:
        rules = receiver.rules(resolve=lambda host, port: time.sleep(3) or ["127.0.0.1"])
    began = time.monotonic()
    with pytest.raises(outgoing.Failed):
        outgoing.post(receiver.url(), b"", {}, rules)
    assert time.monotonic() - began < 1.5


def test_a_huge_answer_is_not_read(receiver, in_a_moment):
    receiver.headers, receiver.body = {"Content-Length": "50000000"}, b"x" * 50_000_000
    assert outgoing.post(receiver.url(), b"", {}, receiver.rules()) == 200


def test_a_closed_port_is_a_failure(receiver):
    rules = receiver.rules(ports=(1,))
    with pytest.raises(outgoing.Failed, match="接続できない"):
        outgoing.post(f"https://{HOST}:1/", b"", {}, rules)
