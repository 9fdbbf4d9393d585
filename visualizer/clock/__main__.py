"""Runs a module below the replacements: ``python -m visualizer.clock MODULE [ARGUMENT…]``.

They are in place before anything that the module imports, which is the only way to be sure that no
library keeps a real lock.
"""

from __future__ import annotations

import sys

from .patch import install

install()

import runpy  # noqa: E402

sys.argv[:] = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
