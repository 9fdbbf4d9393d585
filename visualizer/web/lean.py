"""Style sheets and modules as a browser gets them: without the comments that are for us.

Taken out are comments that stand on lines of their own, and types (``/** @type … */``). Line ends
stay, so a line has the same number in the browser as in the file. What a file does is the same.
"""

from __future__ import annotations

import re

#: A block comment with nothing before or behind it on its lines.
_COMMENT = re.compile(rb"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$", re.DOTALL | re.MULTILINE)
#: What tells the type checker something, within a line.
_TYPE = re.compile(rb"/\*\* @(?:type|param|returns|private)\b[^\n]*?\*/ ?")
#: A whole line of a module.
_LINE = re.compile(rb"^[ \t]*//.*$", re.MULTILINE)
#: Kinds of files that have such comments.
KINDS = (".js", ".css")


def lean(text: bytes, kind: str) -> bytes:
    """A module (``.js``) or a style sheet (``.css``) without its comments."""
    text = _TYPE.sub(b"", _COMMENT.sub(lambda found: b"\n" * found[0].count(b"\n"), text))
    return _LINE.sub(b"", text) if kind == ".js" else text
