"""``python -m visualizer`` is the command ``meanwhile``."""

from visualizer.cli import main

if __name__ == "__main__":
    main()
