"""A target is found as Flask finds it, with all files that the program can import."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualizer.lab.program import ProgramError, find_program
from visualizer.lab.reach import reachable


def write(folder: Path, **files: str) -> None:
    """Files by their names, with ``__`` for a slash."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("target", "root", "path", "file", "app"),
    [
        ("app.py", ".", "", "app.py", "app"),
        ("app", ".", "", "app.py", "app"),
        ("app.py:api", ".", "", "app.py", "api"),
        ("shop", ".", "", "shop/init.py", "app"),
        ("shop/", ".", "", "shop/init.py", "app"),
        ("shop.web:make('a:b', debug=True)", ".", "", "shop/web.py", "make('a:b', debug=True)"),
        ("shop/web.py:app", ".", "", "shop/web.py", "app"),
        ("kit", ".", "src", "src/kit/init.py", "app"),
        ("src/kit", ".", "src", "src/kit/init.py", "app"),
        ("plain", "plain", "", "app.py", "app"),
    ],
)
def test_a_target(tmp_path: Path, target: str, root: str, path: str, file: str, app: str) -> None:
    write(tmp_path, app="", shop__init="", shop__web="", src__kit__init="", plain__app="")
    for package in ("shop", "src/kit"):
        (tmp_path / package / "init.py").rename(tmp_path / package / "__init__.py")
    found = find_program(target, tmp_path)
    assert found.root == (tmp_path / root).resolve()
    assert (found.path, found.app) == (path, app)
    assert found.file == file.replace("init.py", "__init__.py")
    assert found.file in found.sources


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nowhere.py", "There is no file 'nowhere.py'."),
        ("nowhere", "There is no module 'nowhere' here or in src; go to the folder"),
        ("empty", "The folder 'empty' has no app.py"),
        ("app.py:", "Nothing stands behind the colon"),
        ("latin.py", "latin.py:2: This is not UTF-8 text"),
    ],
)
def test_a_target_that_is_not_there(tmp_path: Path, target: str, words: str) -> None:
    write(tmp_path, app="")
    (tmp_path / "empty").mkdir()
    (tmp_path / "latin.py").write_bytes(b"x = 1\ny = '\xe9'\n")
    with pytest.raises(ProgramError) as error:
        find_program(target, tmp_path)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_the_listings_are_what_the_program_can_import(tmp_path: Path) -> None:
    write(
        tmp_path,
        app="import store\nfrom pages import home\napp.config.from_object('settings.Test')",
        store="def f():\n    import late",
        late="broken(",
        settings="",
        pages__home="from . import side\nfrom ..nothing import x",
        pages__side="",
        pages__other="",
        unrelated="import celery",
        tests__helper="",
        test_app="",
        venv__lib__app="",
    )
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    assert list(find_program("app.py", tmp_path).sources) == [
        "app.py",
        "store.py",
        "pages/home.py",
        "settings.py",
        "late.py",
        "pages/side.py",
    ]


def test_where_modules_are_searched_for_all_files_count() -> None:
    sources = {"app.py": "import importlib\nimportlib.import_module(name)", "plugin.py": ""}
    assert list(reachable(sources, "app.py")) == ["app.py", "plugin.py"]


def test_names_in_a_package_are_seen_from_there() -> None:
    sources = {
        "src/shop/__init__.py": "from .web import app",
        "src/shop/web.py": "from ..shop import tasks\nfrom shop.models import Item",
        "src/shop/tasks.py": "",
        "src/shop/models.py": "",
        "src/shop/cli.py": "",
    }
    assert set(sources) - set(reachable(sources, "src/shop/__init__.py", "src")) == {
        "src/shop/cli.py"
    }
