"""PDFs of strangers: what is read of them, and that a hostile one harms nobody."""

import os
import time
import zlib

import pytest
from django.conf import settings

from netdesk import confined, confined_job, pdf, sealing


def bomb(of_bytes: int) -> bytes:
    """A page whose content unpacks to very many bytes."""
    packed = zlib.compress(b"BT " + b" " * of_bytes, 9)
    parts = [
        b"1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj",
        b"2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj",
        b"3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R>> endobj",
        b"4 0 obj <</Length %d /Filter /FlateDecode>> stream\n" % len(packed) + packed + b"\nendstream endobj",
    ]
    body, places = b"%PDF-1.7\n", []
    for part in parts:
        places.append(len(body))
        body += part + b"\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer <</Size 5 /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)
    )


def test_the_text_of_a_pdf_is_read():
    made = pdf.from_html('<html lang="ja"><p>認証キー　Y7HK-UE4J-3AuX</p></html>')
    assert "Y7HK-UE4J-3AuX" in confined.text_of(made)


def test_a_seal_is_checked_as_it_is_in_this_process():
    sealed = sealing.seal(pdf.from_html('<html lang="ja"><p>証書</p></html>'), by="dsure")
    assert confined.check_seal(sealed) == sealing.check(sealed)
    assert confined.check_seal(sealed).signer == sealing.SEALS["dsure"]
    assert not confined.check_seal(sealed + b"\n").is_intact


@pytest.mark.parametrize("hostile", [b"%PDF-1.7 nothing more", b"%PDF-" + os.urandom(20_000)], ids=["cut", "noise"])
def test_what_is_no_pdf_is_unreadable_and_nothing_more(hostile):
    with pytest.raises(confined.Unreadable):
        confined.text_of(hostile)
    assert not confined.check_seal(hostile).is_intact


def test_a_page_that_unpacks_to_very_much_harms_nobody():
    try:
        assert confined.text_of(bomb(120_000_000)).strip() == ""
    except confined.Unreadable:
        pass


def instead(monkeypatch, program: str) -> None:
    """This program runs in place of the child's."""
    real = confined.subprocess.Popen
    monkeypatch.setattr(confined.subprocess, "Popen", lambda argv, **rest: real([argv[0], "-c", program], **rest))


def test_what_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(confined, "PATIENCE_SECONDS", 0.1)
    instead(monkeypatch, "import time; time.sleep(20)")
    started = time.monotonic()
    with pytest.raises(confined.Unreadable):
        confined.text_of(b"%PDF-1.7")
    assert time.monotonic() - started < 10


def test_no_more_at_once_than_there_are_slots(monkeypatch):
    monkeypatch.setattr(confined, "QUEUE_SECONDS", 0.01)
    for _ in range(confined.AT_ONCE):
        assert confined._slots.acquire(timeout=1)
    try:
        with pytest.raises(confined.Busy):
            confined.text_of(b"%PDF-1.7")
    finally:
        for _ in range(confined.AT_ONCE):
            confined._slots.release()


def test_the_child_limits_itself_and_knows_no_secret(monkeypatch):
    """The limits and the environment, as a child of the same kind finds them."""
    monkeypatch.setenv("SECRET_KEY", "a-secret-of-this-process")
    probe = "import os, json, resource as r; from netdesk import confined_job as j; j.limit();" + (
        "print(json.dumps([sorted(os.environ), *(r.getrlimit(w)[1] for w in (r.RLIMIT_CPU, r.RLIMIT_AS, r.RLIMIT_FSIZE))]))"
    )
    instead(monkeypatch, probe)
    names, *limits = confined._ask("text", b"")
    assert set(names) <= {"PATH", "PYTHONUTF8", "SEAL_FOLDER", "LC_CTYPE"}
    assert limits == [confined_job.CPU_SECONDS, confined_job.MEMORY_BYTES, 0]


def test_uploads_stay_in_memory():
    assert settings.FILE_UPLOAD_HANDLERS == ["netdesk.uploads.MemoryOnly"]
