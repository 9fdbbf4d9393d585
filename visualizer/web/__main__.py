"""``python -m visualizer.web``: the server alone, as ``run.py`` starts it."""

from visualizer.web.launch import main

if __name__ == "__main__":
    raise SystemExit(main())
