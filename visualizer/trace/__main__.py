"""``python -m visualizer.trace``: write the JSON Schema of a trace into the documentation."""

from __future__ import annotations

import json
from pathlib import Path

from .codec import schema

SCHEMA = Path(__file__).parents[2] / "docs" / "trace.schema.json"


def text() -> str:
    """The schema as it stands in the documentation."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(text(), encoding="utf-8")
    print(SCHEMA)
