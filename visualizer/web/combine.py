"""Several modules as one, so that a page asks once instead of seventy times.

Over HTTP/1.1 a browser has six lines to a server, and each request takes a way there and back: on
a telephone seventy small modules take two seconds, however early the page names them. So it gets
them in one answer: each in a function of its own that returns what it exports, in the order in
which a browser would run them. The page's import map leads whoever imports one of them to that
answer (``static``), so a module that is loaded later shares them and nothing exists twice.

Two modules may export the same name. Then the answer calls the second one otherwise, and whoever
imports that module later is led to a small one (``facade``) that has the names as they are written.

The modules stay as they are written, and nothing is built. It knows the plain forms of ``import``
and ``export`` that ours and the libraries have, and refuses any other.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

#: ``import a from "x"``, also ``{ b, c as d }`` or ``* as e`` for ``a``, and ``import "x"``.
_IMPORT = re.compile(
    r"(?:^|(?<=;))import\s*(?:(?:(?P<default>\w+)|\{(?P<names>[^}]*)\}|\*\s*as\s+(?P<all>\w+))"
    r'\s*from\s*)?"(?P<target>[^"]+)";',
    re.MULTILINE,
)
#: ``export { a, b as c }``, also ``from "x"``.
_LISTED = re.compile(r'(?:^|(?<=[;}]))export\s*\{([^}]*)\}(?:\s*from\s*"([^"]+)")?;', re.MULTILINE)
#: ``export const a``: the word goes, the declaration stays.
_DECLARED = re.compile(
    r"^export (?=(?:const|class|function\*?|async function\*?) (\w+))", re.MULTILINE
)
_DEFAULT = re.compile(r"(?:^|(?<=;))export default ", re.MULTILINE)
#: What is left of either is in a form that is none of these. ``await`` cannot stand in a function.
_OTHER = re.compile(r"^(?:export|import(?!\s*[(.])|await)\b.*", re.MULTILINE)
#: What is loaded later, by a name that counts from the folder of its module.
_LATE = re.compile(r'\bimport\("(\.[^"]+)"\)')


class CombineError(ValueError):
    """A module that cannot be combined; the text names it and the remedy."""


def targets(text: str) -> list[str]:
    """What a module imports or passes on, as it names it. Those within functions wait."""
    found = [match["target"] for match in _IMPORT.finditer(text)]
    return found + [match[2] for match in _LISTED.finditer(text) if match[2]]


class Combined(NamedTuple):
    text: str
    #: By module: the names that it exports, and what the combined module calls each.
    names: dict[str, dict[str, str]]

    def is_plain(self, module: str) -> bool:
        """Whether whoever imports this module can as well import the combined one."""
        names = self.names[module]
        return "default" not in names and all(name == other for name, other in names.items())

    def facade(self, module: str, address: str) -> str:
        """A module with the names of this one, from the combined module at this address."""
        given = ", ".join(
            f"{json.dumps(other)} as {name}" for name, other in self.names[module].items()
        )
        return f"export {{ {given} }} from {json.dumps(address)};\n"


def combine(
    names: Sequence[str],
    read: Callable[[str], str],
    resolve: Callable[[str, str], str],
    folder: str,
) -> Combined:
    """One module that is all of these, each of which stands behind what it imports.

    ``read`` gives a module's text; ``resolve(importer, target)`` the name of what it imports;
    ``folder`` is where the result lies. Raises ``CombineError``.
    """
    number = {name: f"$${place}" for place, name in enumerate(names)}
    parts: list[str] = []
    called: dict[str, dict[str, str]] = {}
    taken: set[str] = {"default"}
    for name in names:
        text = read(name)
        imported = {target: resolve(name, target) for target in targets(text)}
        variables = {target: number[other] for target, other in imported.items()}
        body, exports = _inside(text, variables, posixpath.relpath(name, folder))
        if other := _OTHER.search(body):
            raise CombineError(f"{name}: {other[0]!r} is a form that {__name__} does not know")
        inside = ", ".join(f"{export}: {value}" for export, value in exports.items())
        parts.append(
            f"// {name}\nconst {number[name]} = (() => {{\n{body}\nreturn {{ {inside} }};\n}})();"
        )
        called[name] = {}
        for export, value in exports.items():
            origin, _, inner = value.rpartition(".")
            if origin:  # passed on: given already, by another module
                module = next(each for each in names if number[each] == origin)
                called[name][export] = called[module][inner]
                continue
            called[name][export] = export if export not in taken else f"{name}:{export}"
            taken.add(export)
        parts += _given(number[name], called[name], exports)
    return Combined("\n".join(parts) + "\n", called)


def _given(variable: str, called: Mapping[str, str], exports: Mapping[str, str]) -> list[str]:
    """The lines that export what a module has of its own."""
    own = {export: called[export] for export, value in exports.items() if "." not in value}
    plain = [export for export, other in own.items() if export == other]
    lines = [f"export const {{ {', '.join(plain)} }} = {variable};"] if plain else []
    for place, (export, other) in enumerate(own.items()):
        if export != other:
            named = f"{variable}_{place}"
            lines.append(f"const {named} = {variable}.{export};")
            lines.append(f"export {{ {named} as {json.dumps(other)} }};")
    return lines


def _inside(text: str, imported: dict[str, str], here: str) -> tuple[str, dict[str, str]]:
    """A module as the inside of a function, line for line, and its exports: what each is there.

    ``here`` is its place as the combined module sees it.
    """
    exports: dict[str, str] = {}

    def taken(match: re.Match[str]) -> str:
        module = imported[match["target"]]
        if match["names"] is not None:
            return f"const {{{match['names'].replace(' as ', ': ')}}} = {module};"
        if match["all"]:
            return f"const {match['all']} = {module};"
        return f"const {match['default']} = {module}.default;" if match["default"] else ""

    def listed(match: re.Match[str]) -> str:
        origin = f"{imported[match[2]]}." if match[2] else ""
        for each in filter(None, map(str.strip, match[1].split(","))):
            inner, _, outer = each.partition(" as ")
            exports[outer or inner] = origin + inner
        return ""

    def declared(match: re.Match[str]) -> str:
        exports[match[1]] = match[1]
        return ""

    def default(_: re.Match[str]) -> str:
        exports["default"] = "$default"
        return "const $default = "

    def late(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(here), match[1]))
        return f'import("{target if target.startswith(".") else f"./{target}"}")'

    text = _LISTED.sub(listed, _IMPORT.sub(taken, text))
    text = _DEFAULT.sub(default, _DECLARED.sub(declared, text))
    text = text.replace("import.meta.url", f'new URL("{here}", import.meta.url)')
    return _LATE.sub(late, text), exports
