"""Meanwhile: see what a web server does while a user waits."""

__version__ = "0.1.0"
