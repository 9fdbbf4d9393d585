"""Modules as one: they run as they would alone, once each, and every page's are in a known form."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

import hatch_build
from visualizer.resources import folder
from visualizer.web.combine import Combined, CombineError, combine
from visualizer.web.modules import VENDORED, combined, modules_of, resolve

#: Each form of import and export that is known, by modules in the order in which they run.
FORMS = {
    "js/state.js": """
console.log("state runs");
export const list = [];
export function add(item) { list.push(item); }
export async function later() { return import("./views/late.js"); }
export class Thing { name = "thing"; }
export function* numbers() { yield 1; }
const own = 1;
""",
    "vendor/small.js": "const $=(a)=>`<${a}>`;export{$ as bold,$ as strong};export default "
    "function(a){return a+a}",
    "vendor/passes.js": 'import{bold as b}from"small";const c=b("c");export{bold,strong as '
    'thick}from"small";export{c};',
    "js/views/view.js": """
import twice from "small";
import { bold, thick } from "passes"; // with words
import "passes";
import {
  add as put,
  list,
} from "../state.js";
import * as state from "../state.js";
const own = 2;
put(bold(thick(twice("x"))));
export const view = () => [own, list === state.list, ...list, new state.Thing().name];
export const address = () => new URL("../../css/view.css", import.meta.url).pathname;
""",
    "js/main.js": """
import { address, view } from "./views/view.js";
import { later, numbers } from "./state.js";
console.log(JSON.stringify([...view(), ...numbers()]), address().endsWith("/css/view.css"));
later().then(({ told }) => console.log(told));
""",
}
LIBRARIES = {"small": "vendor/small.js", "passes": "vendor/passes.js"}


def as_one(modules: dict[str, str]) -> Combined:
    return combine(
        list(modules),
        modules.__getitem__,
        lambda importer, target: LIBRARIES.get(target) or resolve(importer, target),
        "js",
    )


def node(*arguments: str) -> str:
    command = [*hatch_build.node_command(), "--no-warnings", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_combined_modules_do_what_they_do_alone(tmp_path: Path) -> None:
    (tmp_path / "js/views").mkdir(parents=True)
    (tmp_path / "js/one.mjs").write_text(as_one(FORMS).text)
    (tmp_path / "js/views/late.js").write_text('export const told = "late";')
    told = node(str(tmp_path / "js/one.mjs")).splitlines()
    assert told == ["state runs", '[2,true,"<<xx>>","thing",1] true', "late"]


def test_what_is_exported_can_be_taken_by_name(tmp_path: Path) -> None:
    (tmp_path / "one.mjs").write_text(as_one({name: FORMS[name] for name in list(FORMS)[:-1]}).text)
    ask = (
        f"import * as all from {str(tmp_path / 'one.mjs')!r}; console.log(Object.keys(all).join())"
    )
    told = node("--input-type=module", "-e", ask).splitlines()[-1]
    assert told == "Thing,add,address,bold,c,later,list,numbers,strong,vendor/small.js:default,view"


def test_names_that_two_modules_have_are_told_apart(tmp_path: Path) -> None:
    modules = {
        "js/a.js": "export const a = 1;\nexport const b = 2;",
        "js/b.js": "export const a = 3;\nexport const c = 4;",
        "js/c.js": 'import { a, c } from "./b.js";\nexport const sum = a + c;',
    }
    one = as_one(modules)
    assert [one.is_plain(name) for name in modules] == [True, False, True]
    (tmp_path / "one.mjs").write_text(one.text)
    (tmp_path / "b.mjs").write_text(one.facade("js/b.js", "./one.mjs"))
    (tmp_path / "ask.mjs").write_text(
        'import { a, b, sum } from "./one.mjs";\nimport * as other from "./b.mjs";\n'
        "console.log(a, b, sum, { ...other });"
    )
    assert node(str(tmp_path / "ask.mjs")) == "1 2 7 { a: 3, c: 4 }\n"


@pytest.mark.parametrize(
    ("modules", "says"),
    [
        ({"js/a.js": "export let a = 1;"}, "js/a.js: 'export let a = 1;' is a form"),
        ({"js/a.js": "export * from './b.js';"}, "js/a.js: "),
        ({"js/a.js": "await 1;"}, "js/a.js: 'await 1;' is a form"),
    ],
)
def test_what_cannot_be_combined_is_named(modules: dict[str, str], says: str) -> None:
    with pytest.raises(CombineError, match=f"^{re.escape(says)}"):
        as_one(modules)


def test_a_circle_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.js").write_text('import "./b.js";\n')
    (tmp_path / "b.js").write_text('import "./a.js";\n')
    monkeypatch.setattr("visualizer.web.modules._root", lambda: tmp_path)
    with pytest.raises(CombineError, match=r"a\.js is imported in a circle: a\.js → b\.js → a\.js"):
        modules_of(["a.js"])


def entries() -> list[tuple[str, ...]]:
    """The modules that each template begins with."""
    templates = Environment(loader=FileSystemLoader(str(folder("templates"))))
    found = []
    for name in templates.list_templates():
        assert templates.loader
        tree = templates.parse(templates.loader.get_source(templates, name)[0])
        for each in tree.find_all(nodes.Assign):
            if isinstance(each.target, nodes.Name) and each.target.name == "scripts":
                found.append(("page", *each.node.as_const()))
    return sorted(set(found))


def test_every_page_can_be_combined(tmp_path: Path) -> None:
    assert ("page", "main") in entries()
    for names in entries():
        text = combined(tuple(modules_of([f"js/{name}.js" for name in names]))).text
        file = tmp_path / f"{'-'.join(names)}.mjs"
        file.write_text(text)
        node("--check", str(file))
        inside = set(re.findall(r"^// (\S+)$", text, re.MULTILINE))
        assert {f"js/{name}.js" for name in names} <= inside


def test_a_module_stands_behind_what_it_imports() -> None:
    names = [state[0] for state in modules_of(["js/page.js", "js/main.js"])]
    assert len(names) == len(set(names)) > 50
    assert names[-1] == "js/main.js"
    assert names.index(VENDORED["preact"]) < names.index(VENDORED["preact/hooks"])
    assert names.index("js/store.js") < names.index("js/runs.js")
