"""The stage for traces from a file: a server with one page, without lessons, lab or sockets."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Any

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_compress import Compress

from visualizer.resources import folder
from visualizer.trace import Trace

from . import errors, exports, headers, icons, logs, recorded, static
from .launch import Options
from .messages import Refusal


def saved_app(traces: Sequence[Trace]) -> Flask:
    """Shows these traces at ``/``, and gives them out in every format below ``/export``."""
    app = Flask("visualizer", template_folder=str(folder("templates")), static_folder=None)
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Compress(app)
    headers.attach(app)
    static.attach(app)
    icons.attach(app)
    errors.attach(app)
    record = recorded.data([recorded.slot(trace, trace.variant) for trace in traces], sealed=False)

    @app.get("/")
    def index() -> ResponseReturnValue:
        return render_template(
            "recorded.html", lesson=_page(traces), record=record, traces=traces, whole=None
        )

    @app.get("/export/<name>")
    def export(name: str) -> ResponseReturnValue:
        if exports.is_foreign():
            raise Refusal("foreign", "Only pages of this server may fetch this.", status=403)
        variant, format_ = exports.named(name)
        found = [trace for trace in traces if trace.variant == variant]
        if not found:
            raise Refusal("unknown_variant", "There is no such version.", status=404)
        return exports.download(found[0], format_)

    return app


def serve_saved(traces: Sequence[Trace], host: str, port: int) -> int:
    """Serve until interrupted; the result is the exit status."""
    from .serve import address, listen, until_interrupted, why_not
    from .servers import server_for

    logs.to_stderr()
    try:
        listening = listen(host, port)
    except OSError as error:
        print(why_not(error, Options(host, port)), file=sys.stderr)
        return 1
    app = saved_app(traces)
    run = server_for("threading")
    place = address(host, listening)
    status = until_interrupted(
        lambda: run(listening, app), f"The trace is on {place} (Ctrl-C ends it)"
    )
    logging.disable()
    return status


def _page(traces: Sequence[Trace]) -> dict[str, Any]:
    """The traces in the place of a lesson, without anything that only a lesson has."""
    variants = [
        {
            "id": trace.variant,
            "title": trace.variant,
            "file": trace.listing[0].file if trace.listing else "",
            "verdict": "",
            "watch": [],
        }
        for trace in traces
    ]
    nothing = {"chapter": "", "level": "", "minutes": 0, "text_html": "", "parameters": {}}
    lists: dict[str, list[Any]] = {"flow": [], "moments": [], "quiz": []}
    scenario = traces[0].scenario
    return {"id": scenario, "title": scenario, "variants": variants, **nothing, **lists}
