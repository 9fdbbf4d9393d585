"""Colours of a listing: Python source to HTML, one string a line, with class names and no styles.

The lines correspond to the lines of the source, so line numbers of a trace fit. The class names
are Pygments' short ones; these occur in Python:

========================  ======================================================================
class                     what
========================  ======================================================================
``k kn kc kd ow``         keywords: of any kind, ``import``, constants (True), ``and or not in is``
``nf fm nc nd``           names being defined: function, ``__init__``, class; and decorators
``n nn nb bp ne vm``      names: any, of modules, built in, ``self``, exceptions, ``__name__``
``s s1 s2 sd sa si se``   strings: quotes of each kind, docstring, prefix, ``{…}`` inside, escapes
``mi mf mh mb mo``        numbers: whole, decimal, other bases
``o p``                   operators, punctuation
``c1``                    comments
``caption``               a ``#:`` comment, which is the caption of its line's step
``caption-mark``          the ``#:`` itself, inside ``caption``; the blank behind it is included
``err``                   what Python cannot read
========================  ======================================================================

Blanks stand as they are (set ``white-space: pre``). Text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from html import escape

from pygments.lexers.python import PythonLexer
from pygments.token import STANDARD_TYPES, Comment

#: Listings whose HTML is kept; a moved slider makes a new one with each value.
_KEPT = 256

_lexer = PythonLexer(stripnl=False, ensurenl=False)


@lru_cache(maxsize=_KEPT)
def highlight(source: str) -> tuple[str, ...]:
    """The source as HTML, one string a line; a newline at its end makes no further line."""
    text = source.replace("\r\n", "\n").removesuffix("\n")
    lines: list[list[str]] = [[]]
    for name, part in _parts(text):
        first, *rest = part.split("\n")
        lines[-1].append(_span(name, first))
        for piece in rest:
            lines.append([_span(name, piece)])
    return tuple("".join(line) for line in lines)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Class names and texts; neighbours of the same class in one."""
    name, text_so_far = "", ""
    for kind, part in _lexer.get_tokens(text):
        caption = kind in Comment.Single and part.startswith("#:")
        this = "caption" if caption else _class_of(kind)
        if this == name:
            text_so_far += part
        else:
            yield name, text_so_far
            name, text_so_far = this, part
    yield name, text_so_far


@cache
def _class_of(kind: object) -> str:
    """The short class name of a token type, or of the nearest type above it."""
    while kind is not None:
        name: str | None = STANDARD_TYPES.get(kind)
        if name is not None:
            return "" if name == "w" else name
        kind = getattr(kind, "parent", None)
    return ""


def _span(name: str, text: str) -> str:
    if not text:
        return ""
    if name == "caption":
        mark = "#: " if text.startswith("#: ") else "#:"
        inside = f'<span class="caption-mark">{mark}</span>{escape(text[len(mark) :])}'
        return f'<span class="caption">{inside}</span>'
    return f'<span class="{name}">{escape(text)}</span>' if name else escape(text)
