"""Our own modules and style sheets are sent without their comments, and with all else."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualizer.resources import folder
from visualizer.web.static import without_comments

OURS = sorted(
    path
    for path in folder("static").rglob("*")
    if path.suffix in (".js", ".css") and "vendor" not in path.parts
)


def test_comments_are_left_out_and_every_line_keeps_its_number() -> None:
    module = '/**\n * What it is.\n */\nconst a = "// none"; // behind code\n  // a line\n'
    assert without_comments(module, ".js") == '\n\n\nconst a = "// none"; // behind code\n\n'
    typed = "/** @private */ this.a = 1;\n/** @private */\nrun(/* no */ a);\n"
    assert without_comments(typed, ".js") == "/** @private */ this.a = 1;\n\nrun(/* no */ a);\n"
    assert without_comments("/* Colours */\na { color: red; }\n", ".css") == "\na { color: red; }\n"


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_nothing_but_comments_is_left_out(path: Path) -> None:
    text = path.read_text("utf-8")
    lean = without_comments(text, path.suffix)
    lines = zip(text.split("\n"), lean.split("\n"), strict=True)
    dropped = [line.strip() for line, kept in lines if kept != line]
    if path.suffix == ".js":
        assert [line for line in dropped if not line.startswith(("//", "/*", "*"))] == []
    else:
        assert [line for line in dropped if line.endswith(("{", "}", ";"))] == []
