"""Start the server: ``python run.py [--host H] [--port P] [--async-mode M] [--scenarios DIR]``."""

from visualizer.web.launch import main

if __name__ == "__main__":
    raise SystemExit(main())
