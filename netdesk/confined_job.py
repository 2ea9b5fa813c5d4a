"""The child of netdesk.confined: it limits itself first, then reads one PDF from its standard input and answers in JSON."""

import importlib
import json
import os
import resource
import sys
from io import BytesIO

CPU_SECONDS = 5
MEMORY_BYTES = 768 * 1024 * 1024  # address space, of which Python and the readers need a third
MOST_OPEN_FILES = 64
MOST_PAGES = 10
MOST_TEXT = 20_000  # characters


def limit() -> None:
    """Less CPU time, memory and files from here on; no file may be written and no core left behind."""
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, MOST_OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))


def text(pdf: bytes) -> str:
    """The text of the first pages. Raises whatever a damaged or locked PDF makes the reader raise."""
    pypdf = importlib.import_module("pypdf")
    found = ""
    for page in pypdf.PdfReader(BytesIO(pdf)).pages[:MOST_PAGES]:
        found += page.extract_text() + "\n"
        if len(found) > MOST_TEXT:
            break
    return found[:MOST_TEXT]


def seal(pdf: bytes) -> dict:
    """What netdesk.sealing.check says, as plain values. Of the settings it knows where the seals are, and no secret."""
    importlib.import_module("django.conf").settings.configure(SEAL_FOLDER=os.environ["SEAL_FOLDER"], USE_TZ=True)
    found = importlib.import_module("netdesk.sealing").check(pdf)
    sealed_at = found.sealed_at.isoformat() if found.sealed_at else ""
    return {"is_intact": found.is_intact, "signer": found.signer, "sealed_at": sealed_at, "why": found.why}


if __name__ == "__main__":
    limit()
    answer = {"text": text, "seal": seal}[sys.argv[1]](sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer))
