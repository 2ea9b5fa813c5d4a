"""The examples of docs/api.md are true: each is run by curl against a running server, and prints what the page says."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from dsure import connecting
from tests.dsure.test_api import ALL

PAGE = (Path(settings.BASE_DIR) / "docs/api.md").read_text()
BLOCKS = re.findall(r"```(sh)?\n(.*?)```", PAGE, re.DOTALL)


def pattern_of(printed: str) -> str:
    """What the page says is printed; … stands for anything."""
    return r"\s*" + ".*".join(map(re.escape, printed.strip().split("…"))) + r"\s*"


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl on this machine: the examples of docs/api.md are not run")
@pytest.mark.django_db(transaction=True)
def test_every_example_prints_what_the_page_says(live_server, hand_in, administrator, tmp_path):
    handed = hand_in()
    _, token = connecting.make(name="curl", scopes=ALL, ends_on=None, by=administrator)
    given = {"D_SURE": f"{live_server.url}/d-sure/api/v1", "TOKEN": token, "NUMBER": handed.number, "KEY": handed.key}
    commands = [
        (text, BLOCKS[place + 1][1])
        for place, (kind, text) in enumerate(BLOCKS)
        if kind and not text.startswith("export")
    ]
    assert len(commands) == 8
    for command, printed in commands:
        done = subprocess.run(
            ["sh", "-euc", command],
            cwd=tmp_path,
            env={**os.environ, **given},
            capture_output=True,
            text=True,
            timeout=20,
        )
        assert done.returncode == 0, done.stderr
        assert re.fullmatch(pattern_of(printed), done.stdout, re.DOTALL), (command, done.stdout)
