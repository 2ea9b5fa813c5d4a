"""The seal on documents: made, put on and checked (PAdES by pyHanko, with an authority of our own making).

Sources: design.md 7; security.md 3.2 and 3.3. The seal proves the mechanism, not an identity: the authority is made at set-up.
"""

import asyncio
import fcntl
import os
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers import constants
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

SEALS = {"surety": "(見本) ○○建設業保証", "dsure": "(見本) D-Sure"}
AUTHORITY = "(見本) 電子証書試験用認証局"
# Fixed, not counted from now: `load_demo` and the tests seal under clocks of their own.
VALID_FROM, VALID_UNTIL = (
    datetime(2020, 1, 1, tzinfo=UTC),
    datetime(2049, 12, 31, tzinfo=UTC),
)
BYTES_RESERVED = (
    8192  # hex digits for the CMS of one ECDSA P-256 signature with its certificate (about 1.3 KB), with room
)
FIELD = "Seal"

Result = TypeVar("Result")


@dataclass(frozen=True)
class SealCheck:
    """What the seal on a PDF says: whether it holds, whose it is, when it was put on, and why it does not hold (Japanese)."""

    is_intact: bool
    signer: str
    sealed_at: datetime | None
    why: str


class _Broken(Exception):
    """The seal does not hold; the message says why, for people."""


# --- the authority ---------------------------------------------------------------------------------------------------


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Holds the folder alone, so that two processes that start together make one authority."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write_private(path: Path, data: bytes) -> None:
    """`path` holds `data`, readable by its owner only, whole or not at all."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    part.rename(path)


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The private key in `path`, made there first if it is missing."""
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        pem, pkcs8, plain = (
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        _write_private(path, made.private_bytes(pem, pkcs8, plain))
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} holds no elliptic-curve key")
    return key


def _named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    """An authority signs certificates; a seal signs documents."""
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    authority_key: ec.EllipticCurvePrivateKey,
) -> bytes:
    """The PEM certificate of `name`, signed by the authority; the authority's own where both keys are one."""
    is_authority = key is authority_key
    public, issuer = key.public_key(), authority_key.public_key()
    builder = (
        x509.CertificateBuilder(_named(AUTHORITY), _named(name), public, x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(
            x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None),
            critical=True,
        )
        .add_extension(_usage(is_authority=is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
    )
    return builder.sign(authority_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def make_authority(folder: Path | str) -> None:
    """`folder` (0700) holds a root and two seals (ECDSA P-256, files 0600); what is there already stays as it is."""
    folder = Path(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    with _locked(folder):
        authority_key = _key(folder / "root.key")
        if not (folder / "root.pem").exists():
            _write_private(
                folder / "root.pem",
                _certificate(AUTHORITY, authority_key, authority_key),
            )
        for seal_of, name in SEALS.items():
            key = _key(folder / f"{seal_of}.key")
            if not (folder / f"{seal_of}.pem").exists():
                _write_private(folder / f"{seal_of}.pem", _certificate(name, key, authority_key))
    _signer.cache_clear()
    _certificate_in.cache_clear()


# --- sealing ---------------------------------------------------------------------------------------------------------


class _Sealer(signers.PdfSigner):
    """A pyHanko signer whose signing time is Django's now, and which leaves the file PDF 1.7."""

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        """The session of one signature, at our time."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = timezone.now()
        return session

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """Declares PAdES only: pyHanko's declaration of ECDSA would make the file PDF 2.0, and PDF/A-3 is PDF 1.7."""
        pdf_out.register_extension(constants.ESIC_EXTENSION_1)


@cache
def _signer(folder: Path, by: str) -> signers.SimpleSigner:
    """The credentials of one seal, read once per process. Raises FileNotFoundError before `make_authority`."""
    key, certificate = folder / f"{by}.key", folder / f"{by}.pem"
    if not (key.exists() and certificate.exists()):
        raise FileNotFoundError(f"no seal of {by} in {folder}: run `manage.py make_authority`")
    return signers.SimpleSigner.load(str(key), str(certificate))


@cache
def _certificate_in(path: Path) -> asn1_x509.Certificate:
    return load_cert_from_pemder(str(path))


def _finish(work: Callable[[], Coroutine[object, object, Result]]) -> Result:
    """The result of pyHanko's coroutine, also where this thread already runs a loop (browser tests do)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    with ThreadPoolExecutor(1) as other_thread:
        return other_thread.submit(lambda: asyncio.run(work())).result()


def seal(pdf: bytes, *, by: str) -> bytes:
    """`pdf` with a certification signature that allows no change, invisible, by "surety" or "dsure". Only for our own PDFs.

    Raises FileNotFoundError where `make_authority` has not run, KeyError for another `by`.
    """
    terms = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        name=SEALS[by],
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        subfilter=fields.SigSeedSubFilter.PADES,
    )
    sealer = _Sealer(terms, _signer(Path(settings.SEAL_FOLDER), by))
    sealed = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    _finish(lambda: sealer.async_sign_pdf(writer, bytes_reserved=BYTES_RESERVED, output=sealed))
    return sealed.getvalue()


# --- checking --------------------------------------------------------------------------------------------------------


def _only_signature(reader: PdfFileReader) -> EmbeddedPdfSignature:
    """The document's one signature, which must be the one that certifies it and forbids every change."""
    if len(reader.embedded_signatures) != 1:
        raise _Broken("電子署名がちょうど一つではありません。")
    signature = reader.embedded_signatures[0]
    permissions = reader.root.get("/Perms", {})
    certifies = "/DocMDP" in permissions and permissions.raw_get("/DocMDP") == signature.sig_field.raw_get("/V")
    if not certifies or signature.docmdp_level != fields.MDPPerm.NO_CHANGES:
        raise _Broken("変更を禁じる証明用の署名ではありません。")
    return signature


def _require_whole_file(pdf: bytes, signature: EmbeddedPdfSignature) -> None:
    """Every byte is signed, and the gap for the signature holds it and zeros only, so that nothing can hide there."""
    start, first, second, rest = (int(number) for number in signature.byte_range)
    held = cms.ContentInfo.load(signature.pkcs7_content).dump().hex().upper().encode()
    gap = b"<" + held.ljust(second - first - 2, b"0") + b">"
    covers_file = start == 0 and second + rest == len(pdf)
    if not covers_file or pdf[first:second] != gap or signature.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        raise _Broken("電子署名がファイルの全体に及んでいません。")


def _verified(pdf: bytes) -> SealCheck:
    """The check of a seal that holds. Raises _Broken, or whatever a damaged PDF makes the reader raise."""
    folder = Path(settings.SEAL_FOLDER)
    signature = _only_signature(PdfFileReader(BytesIO(pdf)))
    trust = ValidationContext(
        trust_roots=[_certificate_in(folder / "root.pem")],
        allow_fetching=False,
        moment=timezone.now(),
        other_certs=[],
    )
    status = _finish(lambda: async_validate_pdf_signature(signature, trust, skip_diff=True))
    if not (status.intact and status.valid):
        raise _Broken("電子署名の後に内容が変わっています。")
    _require_whole_file(pdf, signature)
    seals = [_certificate_in(folder / f"{seal_of}.pem") for seal_of in SEALS]
    if not status.trusted or signature.signer_cert.dump() not in [certificate.dump() for certificate in seals]:
        raise _Broken("署名者の証明書が当サービスのものではありません。")
    name = signature.signer_cert.subject.native["common_name"]
    return SealCheck(is_intact=True, signer=name, sealed_at=signature.self_reported_timestamp, why="")


def check(pdf: bytes) -> SealCheck:
    """Whether `pdf` is exactly as sealed: one certification signature, over the whole file, under our pinned root, offline.

    Never raises for what is in `pdf`. The caller compares SHA-256 as well: the hash, not the seal, says which document it is.
    """
    try:
        return _verified(pdf)
    except _Broken as broken:
        return SealCheck(is_intact=False, signer="", sealed_at=None, why=str(broken))
    except FileNotFoundError:
        raise
    except Exception:
        return SealCheck(is_intact=False, signer="", sealed_at=None, why="PDFとして読み取れません。")
