"""Finds a program's WSGI application, or makes it with the program's factory.

The rules are those of ``flask --app``: an application by its name, a call of a factory with
literal arguments, or, where nothing is named, what is called ``app`` or ``application``, the only
Flask application that there is, or what ``create_app`` or ``make_app`` makes.
"""

from __future__ import annotations

import ast
import inspect
import os
import traceback
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, TypeAlias

from flask import Flask

from .errors import Code, LabError
from .values import one_line

Application: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_NAMES = ("application",)
_FACTORIES = ("create_app", "make_app")


def find_application(module: ModuleType, wish: str, file: str, files: set[str]) -> Application:
    """The application that ``module``, the listing ``file``, calls ``wish``: a name or a call.

    Raises LabError: ``no_app`` with the remedy, or ``import`` where the factory fails, at a line
    of one of ``files``.
    """
    name, args, kwargs = _parse(wish, file)
    candidate = _look_up(module, name)
    if candidate is None and name == "app" and args is None:
        name, candidate = _by_default(module, file)
    if candidate is None:
        raise LabError(
            "no_app",
            f"no application object '{name}' in this program; name it as {file}:NAME",
            file,
        )
    if args is not None or (inspect.isfunction(candidate) and not _is_wsgi(candidate, name)):
        candidate = _call(candidate, name, args or [], kwargs, file, files)
    if not callable(candidate):
        raise LabError("no_app", f"'{wish}' is not a WSGI application", file)
    if inspect.iscoroutinefunction(vars(type(candidate)).get("__call__")):
        raise LabError(
            "no_app",
            f"'{wish}' is an ASGI application; the lab runs WSGI applications, such as Flask's",
            file,
        )
    application: Application = candidate
    return application


def _parse(wish: str, file: str) -> tuple[str, list[Any] | None, dict[str, Any]]:
    """The name in ``wish``, and the arguments of a call; None where it is no call."""
    bad = LabError("no_app", f"'{wish}' is neither a name nor a call with literal arguments", file)
    try:
        tree = ast.parse(wish.strip(), mode="eval").body
        if isinstance(tree, ast.Call):
            args = [ast.literal_eval(arg) for arg in tree.args]
            kwargs = {str(each.arg): ast.literal_eval(each.value) for each in tree.keywords}
            return ast.unparse(tree.func), args, kwargs
    except (SyntaxError, ValueError):
        raise bad from None
    if not isinstance(tree, (ast.Name, ast.Attribute)):
        raise bad
    return ast.unparse(tree), None, {}


def _look_up(module: ModuleType, name: str) -> Any:
    value: Any = module
    for part in name.split("."):
        value = getattr(value, part, None)
    return value


def _by_default(module: ModuleType, file: str) -> tuple[str, Any]:
    """What there is where nobody said a name."""
    for name in _NAMES:
        if (found := getattr(module, name, None)) is not None:
            return name, found
    apps = {id(each): name for name, each in vars(module).items() if isinstance(each, Flask)}
    if len(apps) > 1:
        names = " and ".join(f"'{name}'" for name in sorted(apps.values()))
        first = min(apps.values())
        raise LabError(
            "no_app", f"the applications {names} are there; choose one: {file}:{first}", file
        )
    for name in (*apps.values(), *_FACTORIES):
        if (found := getattr(module, name, None)) is not None:
            return name, found
    return "app", None


def _is_wsgi(function: Callable[..., Any], name: str) -> bool:
    """Whether a function takes what a WSGI server hands it, and so is no factory."""
    if name.startswith(("create_", "make_")):
        return False
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return len([each for each in parameters if each.default is each.empty]) == 2


def _call(
    factory: Any, name: str, args: list[Any], kwargs: dict[str, Any], file: str, files: set[str]
) -> Any:
    try:
        inspect.signature(factory).bind(*args, **kwargs)
    except TypeError as error:
        raise LabError(
            "no_app",
            f"{name}() cannot be called so: {error}; write its arguments into the target, such as"
            f" '{file}:{name}(\"test\")'",
            file,
        ) from error
    try:
        return factory(*args, **kwargs)
    except LabError:
        raise
    except BaseException as error:
        raise import_error(error, files) from error


def import_error(error: BaseException, files: set[str]) -> LabError:
    """An exception while a program is loaded, at the last line of ``files`` that it passed."""
    frames = traceback.extract_tb(error.__traceback__)
    place = next((frame for frame in reversed(frames) if frame.filename in files), None)
    code: Code = "syntax" if isinstance(error, SyntaxError) else "import"
    file, line = (place.filename, place.lineno) if place else (None, None)
    if isinstance(error, SyntaxError) and error.filename in files:
        file, line = error.filename, error.lineno
    return LabError(code, _remedied(error), file, line)


def _remedied(error: BaseException) -> str:
    text = one_line(error)
    if isinstance(error, SystemExit):
        return "the program ends while it is loaded; guard app.run() with __name__ == '__main__'"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"{text}; install it into the environment that Meanwhile runs in, or mend the import"
    if isinstance(error, KeyError) and any(
        frame.name == "__getitem__" and frame.filename in ("<frozen os>", os.__file__)
        for frame in traceback.extract_tb(error.__traceback__)
    ):
        return f"{text}: the environment has no such variable; set it with --env NAME=VALUE"
    return text
