"""The icons: one set, the same for templates and scripts, and no other drawn beside it."""

from __future__ import annotations

import re

from flask import Flask, render_template_string

from visualizer.resources import folder
from visualizer.web import icons

SCRIPTS = folder("static") / "js"
SET = (SCRIPTS / "icons.js").read_text(encoding="utf-8")


def names() -> set[str]:
    return set(re.findall(r"^  (\w+): \[", SET, re.MULTILINE))


def test_templates_have_every_icon_of_the_set() -> None:
    app = Flask(__name__)
    icons.attach(app)
    with app.app_context():
        for name in names():
            drawn = render_template_string("{{ icon(name) }}", name=name)
            assert drawn.startswith('<svg class="icon"')
            assert '<path d="' in drawn or '<path class="is-filled" d="' in drawn


def test_pages_draw_no_icon_of_their_own() -> None:
    for file in [*SCRIPTS.rglob("*.js"), *folder("templates").rglob("*.html")]:
        text = file.read_text(encoding="utf-8")
        if file.name not in ("icons.js", "icon.js"):
            assert 'viewBox="0 0 20 20"' not in text, file.name
        assert not re.search(r"<button[^>]*>\s*[✕×↑↓‹›−+]\s*</button>", text), file.name


def test_every_icon_that_is_asked_for_is_in_the_set() -> None:
    asked: set[str] = set()
    for file in [*SCRIPTS.rglob("*.js"), *folder("templates").rglob("*.html")]:
        text = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r'<\$\{Icon\} name="(\w+)"', text))
        asked |= set(re.findall(r'\{\{ icon\("(\w+)"\)', text))
        asked |= set(re.findall(r'\bicon(?:Markup\(|=|: )"(\w+)"', text))
    assert asked <= names()
    assert asked
