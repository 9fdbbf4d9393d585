"""Finds a Chromium for the browser tests and the screenshots, or installs one.

In this order: the program that MEANWHILE_CHROMIUM names; one on PATH, or where the system keeps its
programs; Google Chrome where macOS and Windows keep it; the one that Playwright has downloaded.
Where there is none, `ensure` asks the system's package manager (as root, where there is apt) and
then Playwright for one. A browser counts only if it starts: some systems have a `chromium` that
only tells how to install it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

VARIABLE = "MEANWHILE_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)

# What a Chromium without a screen has no use for. Each of its windows would otherwise draw the list
# below its address bar, in two pages of a process of their own: as much work as opening the page
# that is tested. The others are what Playwright switches off: of several lists the last one holds.
_UNUSED = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxAimPopup",
    *("AimEnabled", "LensOverlay", "MediaRouter", "OptimizationHints", "Translate"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "PaintHolding"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "NetworkTimeServiceQuerying"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "ThirdPartyStoragePartitioning"),
    *("PreconnectToSearch", "TcpPortRandomizationWin"),
)

# No sandbox: it does not start as root, and the only pages opened are our own. The others keep
# Chromium from calling home, which a test must not see as a request of ours.
ARGUMENTS = [
    f"--disable-features={','.join(_UNUSED)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--no-first-run",
]


class ChromiumMissing(Exception):
    """No Chromium, and none could be installed; its text is one line that says what to do."""


def ensure() -> Path:
    """The path of a Chromium that starts, installed now if need be. Raises ChromiumMissing."""
    if found := find():
        return found
    for command in _ways_to_install():
        print(f"No Chromium found; trying: {' '.join(command)}", flush=True)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"  that failed: {_gist(done.stderr or done.stdout)}", flush=True)
        elif found := find():
            return found
    raise ChromiumMissing(
        "The browser tests need a Chromium: install the package `chromium` or Google Chrome, or set"
        f" {VARIABLE} to the path of one."
    )


def find() -> Path | None:
    """The path of a Chromium that starts, or None. Raises ChromiumMissing if a named one fails."""
    if named := os.environ.get(VARIABLE):
        if _starts(named):
            return Path(named)
        raise ChromiumMissing(f"{VARIABLE} names {named}, which does not start as a Chromium.")
    return next((Path(path) for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[str]:
    path = os.pathsep.join([os.environ.get("PATH", ""), os.defpath])
    yield from filter(None, (shutil.which(name, path=path) for name in NAMES))
    yield from filter(os.path.exists, ELSEWHERE)
    # Last, since asking starts Playwright's driver.
    with sync_playwright() as playwright:
        downloaded = playwright.chromium.executable_path
    if os.path.exists(downloaded):
        yield downloaded


def _starts(path: str) -> bool:
    if os.name == "nt":  # there Chrome has no --version, and opens a window instead
        return os.path.exists(path)
    try:
        answer = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "Chrom" in answer.stdout


def _ways_to_install() -> Iterator[list[str]]:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root and shutil.which("apt-get"):
        yield ["apt-get", "update", "-q"]
        yield ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium"]
    with_libraries = ["--with-deps"] if is_root and sys.platform == "linux" else []
    yield [sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"]


def _gist(text: str) -> str:
    """The line that says most about a failure: the first one that speaks of an error."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"E:|(\w* )?error", line, re.IGNORECASE)]
    return next(iter(errors or lines[-1:]), "it printed nothing")
