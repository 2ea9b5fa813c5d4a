#!/bin/sh
# Brings everything that `make run` needs, before any virtual environment exists; quick and silent when all is there.
#   ./setup.sh            Python dependencies from uv.lock, and the system libraries that make PDFs
#   ./setup.sh browser    also Chromium and Japanese glyphs, for the browser tests and screenshots (REQUIRE_BROWSER=1: or fail)
# On Debian and Ubuntu, as root or with sudo that asks nothing, missing packages are installed; otherwise one line says which.
set -eu
cd "$(dirname "$0")"

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

find_python() { # a Python that starts and is new enough
    for name in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

can_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt_install() { # packages; the lists are fetched anew only when they are missing or too old
    say "Installing: $*"
    apt="as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install"
    $apt "$@" >.tools/apt.log 2>&1 && return
    as_root apt-get -qq update >>.tools/apt.log 2>&1 || true
    $apt "$@" >>.tools/apt.log 2>&1 && return
    tail -n 3 .tools/apt.log >&2
    return 1
}

install_command() { # the line for a person
    if command -v apt-get >/dev/null; then echo "sudo apt-get install -y $*"; else echo "your package manager, for what Debian calls: $*"; fi
}

need() { # packages without which nothing works
    { can_install && apt_install "$@"; } || stop "Missing on this system; install with: $(install_command "$@")"
}

missing_libraries() { # the packages of those libraries that WeasyPrint would not find
    "$PYTHON" - <<'PYTHON_END'
import ctypes, ctypes.util

LIBRARIES = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "pango-1.0"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "pangoft2-1.0"),
    "libharfbuzz0b": ("libharfbuzz.so.0", "harfbuzz"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "harfbuzz-subset"),
    "libfontconfig1": ("libfontconfig.so.1", "fontconfig"),
}


def is_here(file, name):
    try:
        return bool(ctypes.CDLL(file))
    except OSError:
        return bool(ctypes.util.find_library(name))


print(" ".join(package for package, names in LIBRARIES.items() if not is_here(*names)))
PYTHON_END
}

find_uv() {
    for uv in uv .tools/bin/uv; do
        if "$uv" --version >/dev/null 2>&1; then
            echo "$uv"
            return
        fi
    done
    return 1
}

fetch_uv() { # into .tools, by pip; --target is allowed on a Python that the distribution manages
    "$PYTHON" -m pip --version >/dev/null 2>&1 || PYTHON_WITH_PIP=/usr/bin/python3
    "$PYTHON_WITH_PIP" -m pip --version >/dev/null 2>&1 || need python3-pip
    say "Fetching uv ..."
    "$PYTHON_WITH_PIP" -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --upgrade --target .tools uv ||
        stop "uv cannot be fetched by pip; install it (https://docs.astral.sh/uv/) and start again."
}

sync() { # the environment that is there keeps its Python
    [ -x .venv/bin/granian ] || say "Installing the Python dependencies ..."
    if .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        "$UV" sync --frozen --quiet
    else
        "$UV" sync --frozen --quiet --python "$PYTHON"
    fi || stop "The Python dependencies cannot be installed (see above)."
}

has_chromium() {
    for name in "${CHROMIUM:-chromium}" chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null && return
    done
    return 1
}

has_japanese_glyphs() {
    if command -v fc-list >/dev/null; then
        [ -n "$(fc-list :lang=ja family)" ]
    else
        find /usr/share/fonts /usr/local/share/fonts 2>/dev/null | grep -qiE 'cjk|ipa|takao|vlgothic|mincho|gothic'
    fi
}

bring_browser() { # best effort; the test run says by itself when there is no browser
    if ! has_chromium; then
        { can_install && apt_install chromium; } || true
        has_chromium || say "No Chromium is here and none could be installed: $(install_command chromium)"
    fi
    if has_chromium && ! has_japanese_glyphs; then
        { can_install && apt_install fonts-noto-cjk; } || say "Screenshots will lack Japanese glyphs: $(install_command fonts-noto-cjk)"
    fi
    if [ "${REQUIRE_BROWSER:-}" = 1 ] && ! has_chromium; then exit 1; fi
}

PYTHON=$(find_python) || stop "Python 3.11 or newer is missing; install with: $(install_command python3 python3-pip)"
PYTHON_WITH_PIP=$PYTHON
mkdir -p .tools
if command -v flock >/dev/null; then # two starts at once: the second waits
    exec 9>.tools/lock
    flock 9
fi
packages=$(missing_libraries)
# shellcheck disable=SC2086 # words on purpose
[ -z "$packages" ] || need $packages
UV=$(find_uv) || { fetch_uv && UV=.tools/bin/uv; }
sync
if [ "${1:-}" = browser ]; then bring_browser; fi
