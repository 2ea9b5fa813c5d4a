"""A receiver of webhooks on this machine: HTTPS under a certificate of its own, and the rules that let a test reach it."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from netdesk import outgoing

HOST = "hooks.example.jp"


def make_certificate(folder: Path, host: str = HOST) -> Path:
    """A certificate for the host, signed by itself, with its key in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    pem = folder / f"{host}.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return pem


class Receiver:
    """What arrived, and how to answer: a status, how long to wait, whether the head never ends, headers, and body."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, dict, bytes]] = []
        self.statuses: list[int] = []  # each for one answer; 200 after them
        self.headers: dict[str, str] = {}
        self.waits = 0.0
        self.drips = False
        self.body = b""
        self.port = 0
        self.pem = Path()

    def url(self, path: str = "/d-sure?from=x") -> str:
        return f"https://{HOST}:{self.port}{path}"

    def rules(self, **changes) -> outgoing.Rules:
        """Those of production, but that the host is this machine, and that this machine may be called."""
        mended = {
            "resolve": lambda host, port: ["127.0.0.1"],
            "is_allowed": lambda address: address == "127.0.0.1",
            "ports": (self.port,),
            "context": ssl.create_default_context(cafile=str(self.pem)),
        }
        return outgoing.Rules(**{**mended, **changes})


@contextmanager
def receiving(folder: Path, host: str = HOST) -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.pem = make_certificate(folder, host)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.arrived.append((self.path, dict(self.headers), body))
            time.sleep(receiver.waits)
            if receiver.drips:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            ends_at = time.monotonic() + 3
            while receiver.drips and time.monotonic() < ends_at:
                self.wfile.write(b"x")
                time.sleep(0.05)
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(receiver.body)

        def log_message(self, *arguments):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass  # cut off on purpose

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(receiver.pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.drips = False
        server.shutdown()
        server.server_close()
