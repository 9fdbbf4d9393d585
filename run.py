"""Start the server: ``python run.py``; ``python run.py --help`` names its options."""

from visualizer.web.launch import main

if __name__ == "__main__":
    raise SystemExit(main())
