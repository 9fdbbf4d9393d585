"""Where a link to a lesson that is not there leads: to the lesson with the nearest name, if there
is a clear one, else to the catalogue. The page that it leads to says so.

``instead`` in a query is the name that was asked for; the stage's own script says it there
(``static/js/url.js``).
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from visualizer.lessons import Catalogue
from visualizer.lessons.errors import nearest

from .errors import wants_data

#: Letters of an unknown name that are shown.
MOST = 60


def elsewhere(
    catalogue: Catalogue, id: str, way: str | None = "watch"
) -> ResponseReturnValue | None:
    """A redirect for a page of the lesson ``id``; None where it exists, is broken, or data is
    wanted, which are told as they are. ``way`` of the stage, None for the embedded page."""
    if id in catalogue.lessons or id in catalogue.broken or wants_data():
        return None
    name = nearest(id, catalogue.lessons)
    query = urlencode([*request.args.items(multi=True), ("instead", id[:MOST])])
    if way is None:
        return redirect(f"{url_for('embed', lesson_id=name)}?{query}") if name else None
    if name is None:
        return redirect(url_for("index", unknown=id[:MOST]))
    known = way if way in catalogue.lessons[name].ways else "watch"
    return redirect(f"{url_for('stage', lesson=name, way=known)}?{query}")


def said(title: str) -> list[str]:
    """What a page that stands in for another says of it, if it does; ``title`` of its lesson."""
    asked = request.args.get("instead", "")[:MOST]
    return [f"There is no lesson “{asked}”; this is “{title}”."] if asked else []
