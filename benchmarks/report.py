"""Writes the figures into docs/performance.md, between two markers; the text around is ours."""

from __future__ import annotations

import datetime
import os
import platform
from importlib import metadata
from pathlib import Path

from .figures import Figure

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN = "<!-- Written by `python -m benchmarks --write`: -->"
END = "<!-- Until here. -->"


def write(figures: list[Figure]) -> Path:
    """Put the figures into the page. Raises ValueError if it has no markers."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} has no place for the figures: {BEGIN} … {END}")
    text = f"{before}{BEGIN}\n\n{machine()}\n\n{table(figures)}\n\n{END}{after}"
    PAGE.write_text(text, encoding="utf-8")
    return PAGE


def machine() -> str:
    """What the figures were taken on: nothing that names the machine itself."""
    implementation = f"{platform.python_implementation()} {platform.python_version()}"
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    libraries = ", ".join(
        f"{name} {metadata.version(name)}" for name in ("flask", "msgspec", "playwright")
    )
    today = f"{datetime.datetime.now(tz=datetime.UTC):%d %B %Y}".lstrip("0")
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return (
        f"{today}: {processor()}, {os.cpu_count()} cores, {system}, {implementation}, {libraries}"
        f"{load}."
    )


def processor() -> str:
    """The model of the processor."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            name, _, model = line.partition(":")
            if name.strip() == "model name":
                return model.strip()
    return platform.processor() or platform.machine()


def table(figures: list[Figure]) -> str:
    """The figures as a table in Markdown."""
    rows = [
        "| what | measured | of | target | |",
        "|---|---:|---|---|---|",
    ]
    for figure in figures:
        cells = (figure.what, f"**{figure.shown}**", figure.made_of, figure.aim, figure.verdict)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)
