"""The icons of the pages for the templates: ``{{ icon("search") }}``.

They are drawn once, in ``static/js/icons.js``, which the stage's own script draws them from.
"""

from __future__ import annotations

import re

from flask import Flask
from markupsafe import Markup

from visualizer.resources import folder

_LINE = re.compile(r'^  (\w+): \["([^"]*)", "([^"]*)"\],$', re.MULTILINE)


def attach(app: Flask) -> None:
    """Give the templates ``icon(name)``: the SVG of an icon, 20 px wide."""
    source = (folder("static") / "js" / "icons.js").read_text(encoding="utf-8")
    drawn = {name: _drawn(line, fill) for name, line, fill in _LINE.findall(source)}
    app.jinja_env.globals["icon"] = drawn.__getitem__


def _drawn(line: str, fill: str) -> Markup:
    paths = [f'<path d="{line}"/>'] if line else []
    paths += [f'<path class="is-filled" d="{fill}"/>'] if fill else []
    size = 'width="20" height="20" viewBox="0 0 20 20"'
    return Markup(f'<svg class="icon" {size} aria-hidden="true">{"".join(paths)}</svg>')
