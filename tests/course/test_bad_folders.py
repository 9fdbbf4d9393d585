"""A lesson's folder that is spoiled: ``check`` names file, line and remedy, and the server shows
the other lessons, with a notice on this one."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualizer.lab import Lab
from visualizer.lessons import Catalogue
from visualizer.lessons.skeleton import write_skeleton
from visualizer.lessons_cli import _rehearse
from visualizer.web import create_app

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two lessons, of which one is going to be spoiled."""
    write_skeleton(tmp_path, "fine")
    write_skeleton(tmp_path, "mine")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("lesson.toml", None, "", "lesson.toml:1: The file is missing. Add it"),
        ("lesson.md", None, "", "lesson.md:1: The file is missing. Add it"),
        ("quiz.toml", None, "", "quiz.toml:1: The file is missing. Add it"),
        ("thread_app.py", None, "", "lesson.toml:19: There is no file thread_app.py"),
        ("lesson.toml", "[[variants]]", "[[variants", "lesson.toml:9: This is not TOML"),
        ("quiz.toml", "[[questions]]", "[[questions", "quiz.toml:1: This is not TOML"),
        ("predict.toml", "[[questions]]", "[[questions", "predict.toml:1: This is not TOML"),
        ("break_it.toml", "[[myths]]", "[[myths", "break_it.toml:15: This is not TOML"),
        ("change_it.toml", "title =", "title", "change_it.toml:3: This is not TOML"),
        ("lesson.toml", "minutes =", "minuets =", "Did you mean 'minutes'?"),
        ("predict.toml", "hint =", "hnit =", "predict.toml:6: The key questions[0].hnit"),
        ("break_it.toml", "claim =", "calim =", "Did you mean 'claim'?"),
        ("change_it.toml", "runs =", "run =", "Did you mean 'runs'?"),
        ("lesson.toml", "minutes = 10", "minutes = 'ten'", "It has to be a whole number: 10."),
        ("predict.toml", "choices = [", "choices = 5 # [", "predict.toml:7: questions[0].choices"),
        ("change_it.toml", 'runs = ["', 'runs = 3 # ["', "change_it.toml:5: experiments[0].runs"),
        ("lesson.md", "\n", f"\n{SCRIPT}\n", "lesson.md:2: A text holds no HTML. Write Markdown"),
        ("break_it.toml", '"""\n', f'"""\n{SCRIPT}\n', "break_it.toml:5: A text holds no HTML."),
        ("change_it.toml", 'text = "', 'text = "<b>x</b>', "change_it.toml:4: A text holds no"),
        ("lesson.toml", "20\ndefault = 1", "20\ndefault = 99", "a whole number from 1 to 20."),
    ],
)
def test_a_spoiled_folder_is_told_with_a_line_and_harms_no_other(
    folder: Path, lab: Lab, file: str, old: str | None, new: str, said: str
) -> None:
    path = folder / "mine" / file
    if old is None:
        path.unlink()
    else:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    catalogue = Catalogue([folder])
    told = [str(error) for error in catalogue.broken["mine"]]
    assert any(said in line for line in told), told
    assert len(told) == len(set(told))
    if file == "lesson.toml":
        assert [line for line in told if "no variant" in line] == [], "told once, where it is"

    app, _ = create_app(catalogue, lab, "threading")
    client = app.test_client()
    page = client.get("/").get_data(as_text=True)
    assert 'href="/s/fine"' in page
    assert f"{file}:" in page or "lesson.toml:" in page
    assert SCRIPT not in page
    assert client.get("/s/fine").status_code == 200
    assert client.get("/s/mine").status_code == 404


@pytest.mark.parametrize("file", ["predict.toml", "break_it.toml"])
def test_a_way_that_is_not_written_yet_is_left_out(folder: Path, file: str) -> None:
    (folder / "mine" / file).unlink()
    lesson = Catalogue([folder]).lessons["mine"]
    assert file.removesuffix(".toml").replace("_", "-") not in lesson.ways
    assert len(lesson.ways) == 4


def spoil(folder: Path, body: str) -> Catalogue:
    path = folder / "mine" / "thread_app.py"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{body}", encoding="utf-8")
    return Catalogue([folder])


def test_a_listing_that_sleeps_for_ever_is_told_in_one_line(folder: Path, lab: Lab) -> None:
    catalogue = spoil(folder, "while True:\n    time.sleep(1)\n")
    (error,) = _rehearse(lab, catalogue.lessons["mine"])
    assert "lesson.toml:19: The run of 'thread' was cut" in str(error)
    assert error.remedy == "Let thread_app.py come to its end by itself."


def test_a_listing_that_computes_for_ever_is_told_with_its_line(folder: Path, lab: Lab) -> None:
    catalogue = spoil(folder, "while True:\n    pass\n")
    (error,) = _rehearse(lab, catalogue.lessons["mine"])
    assert error.file.endswith("thread_app.py")
    loop = (folder / "mine" / "thread_app.py").read_text(encoding="utf-8").split("\n")
    assert error.line is not None and loop[error.line - 1] in ("while True:", "    pass")
    assert "seconds of real time" in error.message
    assert lab.run(catalogue.lessons["fine"].job("thread")).truncated is None
