from .web import app

__all__ = ["app"]
