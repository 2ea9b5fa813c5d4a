"""A seal holds for the file that was sealed, byte for byte, and for no other (security.md 3.3)."""

import asyncio
import io
import random
from datetime import UTC, datetime

import pytest
import time_machine
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pypdf import PdfReader, PdfWriter

from netdesk import pdf, sealing

SURETY, DSURE = "(見本) ○○建設業保証", "(見本) D-Sure"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seals") / "authority"
    sealing.make_authority(folder)
    return folder


@pytest.fixture(autouse=True)
def _seals(settings, authority):
    settings.SEAL_FOLDER = authority


@pytest.fixture(scope="module")
def plain():
    return pdf.from_html(
        '<html lang="ja"><title>保証証書</title><link rel="stylesheet" href="print.css"><p style="font-family:Document Mincho">保証証書</p></html>'
    )


@pytest.fixture
def sealed(plain):
    return sealing.seal(plain, by="surety")


def assert_refused(data, why=None):
    answer = sealing.check(data)
    assert (answer.is_intact, answer.signer, answer.sealed_at) == (False, "", None)
    assert answer.why and (why is None or answer.why == why)


def changed(sealed, act):
    """`sealed` with an incremental update that `act` makes."""
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    act(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(("by", "name"), [("surety", SURETY), ("dsure", DSURE)])
def test_seal_holds_and_says_who_and_when(plain, by, name):
    moment = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        sealed = sealing.seal(plain, by=by)
    assert sealing.check(sealed) == sealing.SealCheck(is_intact=True, signer=name, sealed_at=moment, why="")


def test_seal_by_anybody_else_is_refused(plain):
    with pytest.raises(KeyError):
        sealing.seal(plain, by="contractor")


def test_seal_keeps_the_document_archival_and_tagged(plain, sealed):
    reader = PdfReader(io.BytesIO(sealed))
    root = reader.trailer["/Root"]
    assert sealed.startswith(plain) and sealed.startswith(b"%PDF-1.7")
    assert root.get("/Version", "/1.7") == "/1.7"
    assert root["/Lang"] == "ja" and root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    metadata = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="3"' in metadata and 'pdfaid:conformance="A"' in metadata
    assert reader.metadata["/Title"] == "保証証書"
    assert f'pdf:Producer="{reader.metadata["/Producer"]}"' in metadata
    assert reader.pages[0].extract_text() == "保証証書"


def test_seal_is_a_certification_that_allows_no_change(sealed):
    reader = PdfReader(io.BytesIO(sealed))
    signature = reader.trailer["/Root"]["/Perms"]["/DocMDP"]
    assert signature["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature["/Reference"][0]["/TransformParams"]["/P"] == 1


def test_sealing_a_sealed_document_is_refused(sealed):
    with pytest.raises(SigningError):
        sealing.seal(sealed, by="dsure")


def test_unsealed_document_is_refused(plain):
    assert_refused(plain, "電子署名がちょうど一つではありません。")


def test_signature_that_does_not_certify_is_refused_even_by_our_own_seal(plain, authority):
    terms = signers.PdfSignatureMetadata(field_name="Seal", subfilter=fields.SigSeedSubFilter.PADES)
    ours = signers.SimpleSigner.load(str(authority / "surety.key"), str(authority / "surety.pem"))
    signed = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(plain)), terms, ours)
    assert_refused(signed.getvalue(), "変更を禁じる証明用の署名ではありません。")


def test_every_flipped_bit_is_refused(sealed):
    dice = random.Random(20261120)
    for _ in range(100):
        place = dice.randrange(len(sealed) * 8)
        damaged = bytearray(sealed)
        damaged[place // 8] ^= 1 << (place % 8)
        assert_refused(bytes(damaged))


def test_bit_flipped_in_the_gap_of_the_signature_is_refused(sealed):
    gap = sealed.rindex(b"0" * 64)
    for place in (gap, gap + 63):
        damaged = bytearray(sealed)
        damaged[place] ^= 1
        assert_refused(bytes(damaged), "電子署名がファイルの全体に及んでいません。")


@pytest.mark.parametrize("tail", [b"\n", b" ", b"%comment", b"\x00" * 10])
def test_appended_bytes_are_refused(sealed, tail):
    assert_refused(sealed + tail)


def test_truncated_and_foreign_files_are_refused(sealed):
    for data in (b"", b"junk", sealed[:-1], sealed[: len(sealed) // 2], b"\n" + sealed):
        assert_refused(data)


def test_incremental_update_is_refused(sealed):
    def swap_contents(writer):
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"q Q"))
        writer.mark_update(page.container_ref)

    def annotate(writer):
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Annots"] = generic.ArrayObject([])
        writer.update_root()
        writer.mark_update(page.container_ref)

    assert_refused(changed(sealed, swap_contents))
    assert_refused(changed(sealed, annotate))


def test_stripped_signature_is_refused(sealed):
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(sealed)))
    out = io.BytesIO()
    writer.write(out)
    assert_refused(out.getvalue())


def test_another_root_of_the_same_name_is_refused(plain, settings, authority, tmp_path):
    sealing.make_authority(tmp_path / "fake")
    settings.SEAL_FOLDER = tmp_path / "fake"
    forged = sealing.seal(plain, by="surety")
    assert sealing.check(forged).is_intact
    settings.SEAL_FOLDER = authority
    assert_refused(forged, "署名者の証明書が当サービスのものではありません。")


def test_make_authority_is_private_and_changes_nothing_when_run_again(authority):
    before = {path.name: path.read_bytes() for path in authority.iterdir()}
    assert sorted(before) == ["dsure.key", "dsure.pem", "root.key", "root.pem", "surety.key", "surety.pem"]
    assert authority.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in authority.iterdir()} == {0o600}
    sealing.make_authority(authority)
    assert {path.name: path.read_bytes() for path in authority.iterdir()} == before


def test_sealing_before_the_set_up_says_so(plain, settings, tmp_path):
    settings.SEAL_FOLDER = tmp_path
    with pytest.raises(FileNotFoundError, match="make_authority"):
        sealing.seal(plain, by="surety")


def test_sealing_and_checking_work_where_a_loop_runs(plain):
    async def in_a_loop():
        return sealing.check(sealing.seal(plain, by="surety"))

    assert asyncio.run(in_a_loop()).is_intact
