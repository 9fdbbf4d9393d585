"""Jobs for small programs written in the tests."""

from __future__ import annotations

import textwrap
from typing import Any

from visualizer.lab import Job, UserRequest

HEAD = """\
import os, random, threading, time
from flask import Flask, jsonify, redirect, request, session

app = Flask(__name__)
"""


def job(program: str, *paths: str, head: str = HEAD, **settings: Any) -> Job:
    """A job that asks for ``paths`` (``/`` if none) of a program below ``head``."""
    settings.setdefault("requests", [UserRequest(path=path) for path in paths or ("/",)])
    settings.setdefault("network", 0.0)
    source = head + textwrap.dedent(program)
    return Job(
        scenario="test",
        variant="test",
        file="test_app.py",
        sources={"test_app.py": source},
        **settings,
    )


def view(body: str, before: str = "", **settings: Any) -> Job:
    """A job for a program with one view at ``/`` of which only the body is given."""
    indented = textwrap.indent(textwrap.dedent(body), "    ")
    return job(f'{textwrap.dedent(before)}\n@app.get("/")\ndef view():\n{indented}', **settings)
