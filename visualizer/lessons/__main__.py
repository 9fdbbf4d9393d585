"""``python -m visualizer.lessons`` writes the JSON Schemas of a lesson's files into ``docs/``.

With a folder as argument it writes them there instead.
"""

from __future__ import annotations

import sys
from pathlib import Path

from .schemas import write_schemas

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs")
    for path in write_schemas(target):
        print(path)
