"""Comments taken out: of every module and sheet of ours, and nothing but comments."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import hatch_build
from visualizer.resources import folder
from visualizer.web.lean import lean

OURS = sorted(
    path
    for path in folder("static").rglob("*")
    if path.suffix in (".js", ".css") and "vendor" not in path.parts
)

#: Parses every module below a folder, and says which ones are none.
PARSE = """
const { readFileSync, readdirSync } = require("node:fs");
const { SourceTextModule } = require("node:vm");
const folder = process.argv[1];
for (const name of readdirSync(folder, { recursive: true })) {
  if (!name.endsWith(".js")) continue;
  try {
    new SourceTextModule(readFileSync(`${folder}/${name}`, "utf8"));
  } catch (error) {
    console.log(name, error.message);
  }
}
"""


def test_every_module_is_still_one(tmp_path: Path) -> None:
    root = folder("static") / "js"
    for path in root.rglob("*.js"):
        source = path.read_bytes()
        text = lean(source, ".js")
        assert text.count(b"\n") == source.count(b"\n"), path
        assert b"@param" not in text, path
        (tmp_path / path.relative_to(root).as_posix().replace("/", "--")).write_bytes(text)
    command = [*hatch_build.node_command(), "--experimental-vm-modules", "-e", PARSE, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout == ""


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_nothing_but_comments_is_left_out(path: Path) -> None:
    source = path.read_bytes()
    text = lean(source, path.suffix).decode()
    lines = list(zip(source.decode().split("\n"), text.split("\n"), strict=True))
    dropped = [line.strip() for line, kept in lines if line and not kept]
    if path.suffix == ".js":
        assert [line for line in dropped if not line.startswith(("//", "/*", "*"))] == []
    else:
        assert [line for line in dropped if line.endswith(("{", "}", ";"))] == []
    for line, kept in lines:
        assert kept in ("", line, re.sub(r"/\*\* @\w+.*?\*/ ?", "", line))


def test_code_beside_a_comment_stays() -> None:
    source = b"""a = "// none"; // why
  // a line
/* one */ b = "/* no comment */";
const c = /** @type {any} */ (d);
/** @type {X} */ (e).f = {
};
/**
 * All of it.
 */
g();
"""
    assert lean(source, ".js").decode().split("\n") == [
        'a = "// none"; // why',
        "",
        '/* one */ b = "/* no comment */";',
        "const c = (d);",
        "(e).f = {",
        "};",
        *[""] * 3,
        "g();",
        "",
    ]
    assert lean(b"/* Colours */\na { color: red; }\n", ".css") == b"\na { color: red; }\n"
