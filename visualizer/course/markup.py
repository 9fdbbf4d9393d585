"""HTML and SVG as text, escaped: ``tag("text", "a < b", x=3, class_="lane")``."""

from __future__ import annotations

from html import escape


def tag(name: str, inside: str = "", /, **attributes: object) -> str:
    """An element. ``inside`` is markup already; attributes are escaped, and None leaves one out.

    ``class_`` and ``aria_label`` are ``class`` and ``aria-label``. Numbers are short.
    """
    return f"{void(name, **attributes)}{inside}</{name}>"


def void(name: str, /, **attributes: object) -> str:
    """An element that has no end, such as an input."""
    parts = [name]
    for key, value in attributes.items():
        if value is not None:
            attribute = key.rstrip("_").replace("_", "-")
            parts.append(f'{attribute}="{escape(_short(value))}"')
    return f"<{' '.join(parts)}>"


def text(words: str) -> str:
    """Words as markup."""
    return escape(words, quote=False)


def code_in(words: str) -> str:
    """Words as markup, in which names in backticks are code."""
    parts = escape(words, quote=False).split("`")
    if len(parts) % 2 == 0:
        return escape(words, quote=False)
    return "".join(
        f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts)
    )


def _short(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
