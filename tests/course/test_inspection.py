"""What ``check`` finds in the texts of a lesson and a chapter, and that a right one passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualizer.classroom import rehearse
from visualizer.course import Library, render
from visualizer.course.inspection import inspect_chapter, inspect_lesson
from visualizer.lab import Lab
from visualizer.lessons import Catalogue, LessonError
from visualizer.lessons.alone import Alone
from visualizer.lessons.skeleton import BadName, write_skeleton

WAYS = ("start", "why", "deep_dive", "measure")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_skeleton(tmp_path, "mine")
    return tmp_path


def errors_of(folder: Path, lab: Lab) -> list[LessonError]:
    catalogue = Catalogue([folder])
    if catalogue.broken:
        return [error for errors in catalogue.broken.values() for error in errors]
    lesson = catalogue.lessons["mine"]
    library = Library(catalogue, lab.run)
    traces = {variant.id: lab.run(lesson.job(variant.id)) for variant in lesson.variants}
    chapters = [e for each in catalogue.chapters.values() for e in inspect_chapter(each, library)]
    return [*rehearse(lesson, traces), *inspect_lesson(lesson, library), *chapters]


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def write_chapter(folder: Path, why: str, questions: str = "") -> None:
    chapter = folder / "chapters" / "own"
    chapter.mkdir(parents=True)
    (chapter / "chapter.toml").write_text('title = "Own"\nsummary = "Mine."\n')
    for way in WAYS:
        (chapter / f"{way}.md").write_text(why if way == "why" else "Text.\n", encoding="utf-8")
    if questions:
        (chapter / "questions.toml").write_text(questions, encoding="utf-8")


def test_a_new_lesson_is_right_but_for_what_it_needs_around_it(folder: Path, lab: Lab) -> None:
    said = [str(error) for error in errors_of(folder, lab)]
    assert [line.partition(" ")[2].rstrip() for line in said] == [
        "It builds on 'long_task', which is no lesson. Known: mine.",
        "The glossary has no word 'thread'.",
    ]
    listings = sorted((folder / "mine").glob("*_app.py"))
    alone = Alone(listings)
    assert (len(listings), alone.errors(listings)) == (2, [])
    alone.close()


@pytest.mark.parametrize("name", ["Mine", "my lesson", "../mine", "mine"])
def test_a_new_lesson_needs_a_name_of_its_own(folder: Path, name: str) -> None:
    with pytest.raises(BadName):
        write_skeleton(folder, name)


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "message"),
    [
        (
            "lesson.md",
            "requests[0].done as seconds}",
            "requests[0].color as seconds}",
            "lesson.md:6",
            "no value for {requests[0].color}",
        ),
        ("lesson.md", "response sent}", "task lost}", "lesson.md:4", "no step 'task lost'"),
        ("lesson.md", "{inline:", "{inlin:", "lesson.md:6", "no variant 'inlin'"),
        ("lesson.md", "{inline:", "{inline?users=900:", "lesson.md:6", "from 1 to 20"),
        ("lesson.toml", '"task finished" =', '"task failed" =', "lesson.toml:9", "task finished"),
        (
            "lesson.toml",
            "20\ndefault = 1",
            "20\ndefault = 9",
            "lesson.toml:9",
            "steps, not 6 to 25",
        ),
        (
            "predict.toml",
            'stop = { where = "task started" }',
            'stop = { where = "task finished" }',
            "predict.toml:8",
            "step 4 has answered already",
        ),
        ("break_it.toml", 'metrics.response_max"', 'seed"', "break_it.toml:10", "the same"),
        ("break_it.toml", ") < parameters", ") || parameters", "toml:19", "true or false"),
        (
            "change_it.toml",
            "thread?users=10",
            "thread?users=99",
            "change_it.toml:5",
            "from 1 to 20",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    folder: Path, lab: Lab, file: str, old: str, new: str, where: str, message: str
) -> None:
    change(folder / "mine", file, old, new)
    said = [str(error) for error in errors_of(folder, lab)]
    assert any(where in line and message in line for line in said), said


def test_a_quiz_of_four_questions_is_too_short(folder: Path, lab: Lab) -> None:
    quiz = folder / "mine" / "quiz.toml"
    text = quiz.read_text(encoding="utf-8")
    quiz.write_text(text[: text.rindex("[[questions]]")], encoding="utf-8")
    assert any("The quiz has 4 questions." in str(error) for error in errors_of(folder, lab))


def test_a_reason_makes_a_long_lesson_right(folder: Path, lab: Lab) -> None:
    change(folder / "mine", "lesson.toml", "minutes = 10", 'minutes = 10\nunusual_length = "So."')
    change(folder / "mine", "lesson.toml", "20\ndefault = 1", "20\ndefault = 9")
    assert not any("steps, not" in str(error) for error in errors_of(folder, lab))


def test_a_listing_that_does_not_run_or_end_by_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad_app.py").write_text("import time\n\nimport nowhere\n")
    (tmp_path / "endless_app.py").write_text("while True:\n    pass\n")
    listings = sorted(tmp_path.iterdir())
    alone = Alone(listings, patience=3)
    bad, endless = alone.errors(listings)
    alone.close()
    assert bad.line == 3
    assert "No module named 'nowhere'" in bad.message
    assert "does not come to its end" in endless.message


def test_a_chapter_is_held_against_its_runs(folder: Path, lab: Lab) -> None:
    write_chapter(
        folder,
        "A {mine/thread: requests[0].done as ms} and a [[nonsense]].\n\n"
        "```compare\nruns = ['mine/inline', 'mine/thread']\n"
        "rows = [{ label = 'x', query = 'nothing' }]\n```\n\n"
        "[there](lesson:nowhere) and [here](chapter:own/measure)\n\n"
        "```program\nrun = 'mine/thread'\nfunction = 'nothing'\n```\n",
    )
    said = "\n".join(str(error) for error in errors_of(folder, lab))
    assert "why.md:1: The glossary has no word 'nonsense'." in said
    assert "why.md:3: mine/inline has no value for the row 'x'." in said
    assert "why.md:8: There is no lesson 'nowhere'." in said
    assert "why.md:10: thread_app.py has no function 'nothing'." in said


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Fine.\n\nA {thread: duration}.\n", 3, "names no lesson"),
        ("A {mine/thread: dura[tion}.\n", 1, "In {mine/thread: dura[tion}"),
        ("A {mine/thread: duration as miles}.\n", 1, "'miles' is no unit"),
        ("A\nb {step mine/thread}.\n", 2, "no link to a step"),
        ("```timeline\nruns = 5\n```\n", 2, "runs is the number 5"),
        ("```timeline\nruns = ['mine/thread']\nrun = 1\n```\n", 3, "run is not known"),
        ("\n```ask\nquestion = 'never'\n```\n", 2, "no question 'never'"),
        ("<p>x</p>\n", 1, "no HTML"),
        ("[x](lesson:mine/dance)\n", 1, "no way 'dance'"),
        (
            "```diagram\ntitle='t'\nboxes=[{id='a',text='A',at=[1,1]},{id='b',text='B',at=[9,1]}]\n"
            "arrows=[{from='a',to='c'}]\n```\n",
            1,
            "no box 'c'",
        ),
    ],
)
def test_a_crooked_text_breaks_its_chapter_and_nothing_else(
    folder: Path, text: str, line: int, message: str
) -> None:
    write_chapter(folder, text)
    catalogue = Catalogue([folder])
    assert list(catalogue.lessons) == ["mine"]
    (error, *_) = catalogue.broken["chapters/own"]
    assert (error.line, message in error.message) == (line, True), str(error)


def test_a_text_is_filled_from_runs_and_unfolds_behind_its_question(folder: Path, lab: Lab) -> None:
    question = (folder / "mine" / "quiz.toml").read_text().split("[[questions]]")[2]
    question = question.replace('"inline"', '"mine/inline"', 1)
    write_chapter(
        folder,
        "It takes {mine/inline over mine/thread: requests[0].done as times} times as long,"
        " see {step mine/thread: response sent | the *end*}.\n\n"
        "```ask\nquestion = 'who_waits'\n```\n\nBehind.\n",
        f"[[questions]]{question}",
    )
    catalogue = Catalogue([folder])
    assert catalogue.broken == {}
    chapter = catalogue.chapters["own"]
    html = render(chapter.texts["why"], Library(catalogue, lab.run), chapter.questions)
    assert 'href="/s/mine?step=2.4"' in html
    assert '<div class="unfold" data-behind="who_waits">\n<p>Behind.</p>' in html
    assert "You stand" not in html
    assert question.split("explanation = ")[1][:20] not in html
    times = html.partition("It takes ")[2].partition("</span>")[0].rpartition(">")[2]
    assert 60 < float(times) < 90
