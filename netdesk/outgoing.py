"""Calls to addresses that people register: HTTPS to a public address and nowhere else (SSRF; OWASP, security.md T23).

The name is resolved once, every address it has must be public, and the first is the one connected to; the certificate is
checked against the name. No redirects, no proxies, the answer thrown away, and the whole call ends after five seconds.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SECONDS = 5.0
PORTS = (443, 8443)
LATE = "5秒以内に応答がありません"

# What is_global of some Python still lets through, or what carries an IPv4 address inside: IANA's special-purpose registries.
NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
    )
)
GLOBAL_UNICAST = ipaddress.ip_network(
    "2000::/3"
)  # mapped, NAT64, unique local, link-local, site-local, multicast: outside


class Refused(Exception):
    """The address may not be called; the sentence says why."""


class Failed(Exception):
    """The call was not answered as it should be; the sentence says how. `status` is the answer's, if there was one."""

    def __init__(self, sentence: str, status: int | None = None):
        super().__init__(sentence)
        self.status = status


def is_public(address: str) -> bool:
    """Whether this numeric address is one of the public internet's, in plain IPv4 or IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if parsed.version == 6 and parsed not in GLOBAL_UNICAST:
        return False
    return parsed.is_global and not any(
        parsed in network for network in NOT_PUBLIC if network.version == parsed.version
    )


def resolve(host: str, port: int) -> list[str]:
    """The numeric addresses of a host, as the system knows them now."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True)
class Rules:
    """What may be called, and how names and certificates are judged. Tests put a server of their own in here."""

    resolve: Callable[[str, int], list[str]] = resolve
    is_allowed: Callable[[str], bool] = is_public
    ports: tuple[int, ...] = PORTS
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)


def parse(url: str, ports: tuple[int, ...] = PORTS) -> tuple[str, int, str]:
    """Host, port and path of an address that has the right shape. Raises Refused with the sentence for who typed it."""
    if not url.isascii() or any(sign <= " " or sign in '\\"<>^`{|}\x7f' for sign in url):
        raise Refused("URLに使えない文字があります")
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise Refused("URLの形が正しくありません") from None
    if parts.scheme != "https" or not parts.hostname:
        raise Refused("https:// で始まるURLを入力してください")
    if "@" in parts.netloc or "#" in url:
        raise Refused("利用者名や # を含むURLは登録できません")
    if port not in ports:
        raise Refused(f"ポート番号は{'・'.join(map(str, ports))}だけが使えます")
    return parts.hostname, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def post(url: str, body: bytes, headers: Mapping[str, str], rules: Rules | None = None) -> int:
    """The status (2xx) with which the address took the body. Raises Refused, or Failed for anything else."""
    rules = rules or Rules()
    host, port, path = parse(url, rules.ports)
    ends_at = time.monotonic() + SECONDS
    address = _address_of(host, port, rules, ends_at)
    try:
        with _connected(address, host, port, rules.context, ends_at) as connection:
            connection.request("POST", path, body, {**headers, "Host": _host_header(host, port), "Connection": "close"})
            response = connection.getresponse()  # its head alone (http.client bounds it); the body is never read
    except ssl.SSLError:
        raise Failed("サーバー証明書を確認できないか、暗号化通信ができません") from None
    except (OSError, http.client.HTTPException):
        late = time.monotonic() >= ends_at
        raise Failed(
            f"{SECONDS:.0f}秒以内に応答がありません" if late else "接続できないか、応答を読み取れません"
        ) from None
    if time.monotonic() >= ends_at:  # a head that was cut off reads like one that ended
        raise Failed(LATE, response.status)
    if 300 <= response.status < 400:
        raise Failed("リダイレクトが返されました（転送先には送信しません）", response.status)
    if not 200 <= response.status < 300:
        raise Failed(f"HTTP {response.status} が返されました", response.status)
    return response.status


def _address_of(host: str, port: int, rules: Rules, ends_at: float) -> str:
    """The one address to connect to; resolved beside this thread, so that a slow name server cannot hold the call."""
    found: list[str] = []

    def ask() -> None:
        with suppress(OSError, UnicodeError):
            found.extend(rules.resolve(host, port))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(max(0.0, ends_at - time.monotonic()))
    addresses = list(found)
    if not addresses:
        raise Failed("ホスト名からIPアドレスを調べられません")
    if not all(map(rules.is_allowed, addresses)):
        raise Refused("公開されていないIPアドレスには送信できません")
    return addresses[0]


@contextmanager
def _connected(
    address: str, host: str, port: int, context: ssl.SSLContext, ends_at: float
) -> Iterator[http.client.HTTPConnection]:
    """An HTTP connection over TLS to this very address, cut off when the time is over, whatever the other side does."""
    plain = socket.create_connection((address, port), timeout=max(0.01, ends_at - time.monotonic()))
    cutter = plain.dup()  # the socket itself is given away to TLS
    timer = threading.Timer(max(0.0, ends_at - time.monotonic()), _cut, [cutter])
    timer.daemon = True
    timer.start()
    try:
        with plain, context.wrap_socket(plain, server_hostname=host) as secured:
            connection = http.client.HTTPConnection(host, port)
            connection.sock = secured
            yield connection
    finally:
        timer.cancel()
        cutter.close()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _host_header(host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == 443 else f"{name}:{port}"
