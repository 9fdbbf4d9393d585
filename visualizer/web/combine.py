"""Several modules as one, so that a page asks once instead of seventy times.

Over HTTP/1.1 a browser has six lines to a server, and each request takes a way there and back: on
a telephone seventy small modules take two seconds, however early the page names them. So it gets
them in one answer: each in a function of its own that returns what it exports, in the order in
which a browser would run them. The page's import map leads whoever imports one of them to that
answer (``static``), so a module that is loaded later shares them and nothing exists twice.

The modules stay as they are written, and nothing is built. It knows the plain forms of ``import``
and ``export`` that ours and the libraries have, and refuses any other.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence

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


def has_default(text: str) -> bool:
    """Whether a module exports one thing without a name."""
    return _DEFAULT.search(text) is not None


def combine(
    names: Sequence[str],
    read: Callable[[str], str],
    resolve: Callable[[str, str], str],
    folder: str,
) -> str:
    """The text of one module that is all of these, each of which stands behind what it imports.

    ``read`` gives a module's text; ``resolve(importer, target)`` the name of what it imports;
    ``folder`` is where the result lies. All share one space of exported names. Raises
    ``CombineError``.
    """
    number = {name: f"$${place}" for place, name in enumerate(names)}
    parts: list[str] = []
    given: dict[str, str] = {}
    for name in names:
        text = read(name)
        imported = {target: number[resolve(name, target)] for target in targets(text)}
        body, exports = _inside(text, imported, posixpath.relpath(name, folder))
        if other := _OTHER.search(body):
            raise CombineError(f"{name}: {other[0]!r} is a form that {__name__} does not know")
        # What is passed on has been given already; a default has no name that all could share.
        own = [e for e, value in exports.items() if "." not in value and e != "default"]
        for export in own:
            if given.setdefault(export, name) != name:
                raise CombineError(
                    f"{name} and {given[export]} both export {export}: call one of them otherwise"
                )
        inside = ", ".join(f"{export}: {value}" for export, value in exports.items())
        parts.append(
            f"// {name}\nconst {number[name]} = (() => {{\n{body}\nreturn {{ {inside} }};\n}})();"
        )
        if own:
            parts.append(f"export const {{ {', '.join(own)} }} = {number[name]};")
    return "\n".join(parts) + "\n"


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
