"""Reading a folder: each breach is found, with its file, its line and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lessons.folder import APP, LESSON, QUIZ, write
from visualizer.lessons import BrokenLesson, LessonError, read_lesson, read_requests


def errors_of(folder: Path) -> list[LessonError]:
    with pytest.raises(BrokenLesson) as caught:
        read_lesson(folder)
    return caught.value.errors


def test_the_example_is_right(tmp_path: Path) -> None:
    lesson = read_lesson(write(tmp_path))
    assert lesson.id == "lesson"
    assert [variant.id for variant in lesson.variants] == ["thread"]
    assert lesson.summary == "Look at it."


def test_the_summary_holds_what_a_parameter_gives_and_leaves_open_what_a_run_does(
    tmp_path: Path,
) -> None:
    words = "It takes {thread: parameters.task_seconds as seconds}, and {thread: duration}."
    lesson = read_lesson(write(tmp_path, md=words + "\n"))
    assert lesson.summary == "It takes 5 s, and …."


LESSON_BREACHES = [
    # what is written, what stands there instead, and words of the message and the remedy
    ('title = "A lesson"', "", "'title' is missing", "title = "),
    ('title = "A lesson"', 'titel = "A lesson"', "titel is not known", "Did you mean 'title'?"),
    ('title = "A lesson"', 'title = "  "', "title is empty", "Write a text"),
    ('title = "A lesson"', "title = 5", "title is the number 5", "a text"),
    ('chapter = "why"', 'chapter = "Why?"', "chapter is the text", "small letters"),
    ('level = "foundation"', 'level = "easy"', "not known", "foundation"),
    ("minutes = 5", 'minutes = "five"', "minutes is the text 'five'", "a whole number"),
    ("minutes = 5", "minutes = true", "minutes is true", "a whole number"),
    ("minutes = 5", "minutes = 0", "minutes is 0", "smallest value is 1"),
    ("minutes = 5", "minutes = 5\nline_cost = nan", "line_cost is nan", "ordinary number"),
    ("minutes = 5", "minutes = 5\nuntil = 0", "until is 0", "more than 0"),
    ("minutes = 5", "minutes = 5\nnetwork = 61.0", "network is 61", "largest value is 60"),
    ('tasks = ["work"]', 'tasks = ["wrok"]', "no listing has", "Did you mean 'work'?"),
    ('id = "thread"', 'id = "Thread"', "variants[0].id", "small letters"),
    ('file = "thread_app.py"', 'file = "app.txt"', "'app.txt'", ".py file"),
    ('file = "thread_app.py"', 'file = "../thread_app.py"', "'../thread_app.py'", ".py file"),
    ('file = "thread_app.py"', 'file = "other_app.py"', "no file other_app.py", "Add it"),
    ('file = "thread_app.py"', 'file = "celery.py"', "hide the library", "celery_app.py"),
    ('file = "thread_app.py"', 'file = "queue.py"', "hide the library", "queue_app.py"),
    (
        'file = "thread_app.py"',
        'file = "thread_app.py"\nserver = { workers = 0 }',
        "workers is 0",
        "smallest value is 1",
    ),
    (
        'file = "thread_app.py"',
        'file = "thread_app.py"\nserver = { kind = "green" }',
        "green",
        "threaded",
    ),
    (
        'file = "thread_app.py"',
        'file = "thread_app.py"\nrequests = []',
        "Nobody visits",
        "[[requests]]",
    ),
    ('constant = "TASK_SECONDS"', 'constant = "TASK_SECOND"', "no listing", "TASK_SECONDS"),
    ('constant = "TASK_SECONDS"', 'constant = "task"', "parameters.task_seconds", "capital"),
    ('constant = "TASK_SECONDS"', "", "what it changes", "constant"),
    ("default = 5", "default = 4", "says 5 in line 7", "Make them equal"),
    ("max = 10", "max = 4", "not allowed itself", "from 0.5 to 4"),
    ("min = 0.5", "min = 20", "min is 20", "smaller"),
    ("min = 0.5\n", "", "no bounds", "min and max"),
    ("step = 0.5", "step = 0", "step is 0", "more than 0"),
    ("min = 0.5", 'min = "half"', "parameters.task_seconds.min", "number"),
    ('path = "users.count"', 'path = "users.number"', "no place 'users.number'", "users.count"),
    ("[users]\ncount = 1", "[users]\ncount = 0", "count is 0", "smallest value is 1"),
    ("[users]\ncount = 1", "[users]\nseconds = 0", "seconds is 0", "more than 0"),
    ('path = "/"', 'path = "start"', "The path is 'start'", "begins with /"),
    ('path = "/"', 'path = "/"\nmethod = "FETCH"', "method is 'FETCH'", "GET"),
    ('path = "/"', 'path = "/"\nat = -1', "at is -1", "smallest value is 0"),
    ('path = "/"', 'path = "/"\nevery = 1.0', "every and until", "names the key"),
    ('path = "/"', 'path = "/"\nform = { a = "b" }\njson = 1', "form and json", "Keep one"),
    ('path = "/"', 'path = "/"\nform = { a = 1 }', "requests[0].form.a", "a text"),
    ('"request sent" =', '"request send" =', "no moment 'request send'", "'request sent'"),
    ("{user} sends", "{name} sends", "names {name}", "{user}"),
    ("{user} sends", "{user sends", "left open", "{name}"),
    ('next = "work"', 'next = "wrk"', "no node 'wrk'", "Did you mean 'work'?"),
    ('next = "work"', 'yes = "work"', "one answer", "yes and no"),
    ('id = "work"\ntext', 'id = "arrive"\ntext', "two flow", "Rename"),
    ('"in work"]', '"in wrok"]', "no moment 'in wrok'", "in work"),
    ('"in work"]', '"request sent"]', "lights two nodes", "variants = "),
    ('next = "work"', 'next = "work"\nvariants = ["tread"]', "no variant 'tread'", "'thread'"),
    (
        'variant = "thread", where = "task started"',
        'variant = "thread", where = "task stated"',
        "no moment 'task stated'",
        "task started",
    ),
    (
        'variant = "thread", where = "task started"',
        'variant = "inline", where = "task started"',
        "no variant 'inline'",
        "thread",
    ),
    ('where = "response sent" }\ntext', 'where = "response" }\ntext', "no moment", "response"),
]


@pytest.mark.parametrize(("old", "new", "message", "remedy"), LESSON_BREACHES)
def test_a_breach_of_lesson_toml_names_line_and_remedy(
    tmp_path: Path, old: str, new: str, message: str, remedy: str
) -> None:
    text = LESSON.replace(old, new, 1)
    assert text != LESSON
    folder = write(tmp_path, lesson=text)
    errors = errors_of(folder)
    found = [error for error in errors if message.lower() in error.message.lower()]
    assert found, [str(error) for error in errors]
    error = found[0]
    assert error.file == str(folder / "lesson.toml")
    assert remedy in error.remedy
    changed = LESSON[: LESSON.index(old)].count("\n") + 1
    # The line that was changed, or the head of the table in which something is missing.
    assert changed - 10 <= error.line <= changed + new.count("\n") + 5
    assert str(error) == f"{error.file}:{error.line}: {error.message} {error.remedy}"


QUIZ_BREACHES = [
    ('kind = "step"', 'kind = "guess"', "not known", "choice"),
    ('hint = "Look."', "", "'hint' of questions[0] is missing", "hint = "),
    ('variant = "thread"', 'variant = "inline"', "no variant 'inline'", "thread"),
    ('id = "status"', 'id = "answered"', "two questions", "Rename"),
    ('query = "requests[0].status"', "", "has to have one answer", "query"),
    ('query = "requests[0].status"', 'query = "requests[0"', "no JMESPath", "Correct"),
    ('query = "requests[0].status"', 'answer = "500"', "not among the choices", "Copy"),
    ('choices = ["200", "404"]', 'choices = ["200"]', "no choice", "two choices"),
    ('choices = ["200", "404"]', 'choices = ["200", "200"]', "same", "Change"),
    ('choices = ["200", "404"]', 'choices = ["200", "404", "500"]', "why", "to wrong"),
    ('"404" = "The page', '"405" = "The page', "Nobody can answer '405'", "404"),
    ('"task started" = "That', '"task stared" = "That', "Nobody can answer", "task started"),
    ('where = "response sent" }\nwrong', 'where = "response" }\nwrong', "no moment", "response"),
    ('{ where = "response sent" }\nwrong', "{}\nwrong", "proof names one step", "where"),
    ("At step {steps[", "At step {steps[[", "query in this text", "Correct"),
    ('"It is {requests[0].status}."', '"It is {requests[0].status."', "query in this", "Correct"),
    ('hint = "Look."', 'hint = "Look at {duration}."', "before any run", "without a figure"),
]


@pytest.mark.parametrize(("old", "new", "message", "remedy"), QUIZ_BREACHES)
def test_a_breach_of_quiz_toml_names_line_and_remedy(
    tmp_path: Path, old: str, new: str, message: str, remedy: str
) -> None:
    text = QUIZ.replace(old, new, 1)
    assert text != QUIZ
    folder = write(tmp_path, quiz=text)
    errors = errors_of(folder)
    found = [error for error in errors if message in error.message]
    assert found, [str(error) for error in errors]
    assert found[0].file == str(folder / "quiz.toml")
    assert remedy in found[0].remedy
    changed = QUIZ[: QUIZ.index(old)].count("\n") + 1
    assert changed - 9 <= found[0].line <= changed + 9


APP_BREACHES = [
    ("return TASK_SECONDS  #:", "return TASK_SECONDS +  #:", 13, "Python cannot read"),
    ("app = Flask(__name__)", "flask = Flask(__name__)", 1, "no application"),
    ("#: it starts", "#:", 18, "empty"),
    ("{TASK_SECONDS} s", "{TASK_SECONDS s", 13, "left open"),
    ("{TASK_SECONDS} s", "{TASK SECONDS} s", 13, "not a name"),
]


@pytest.mark.parametrize(("old", "new", "line", "message"), APP_BREACHES)
def test_a_breach_of_a_listing_names_its_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    folder = write(tmp_path, app=APP.replace(old, new, 1))
    error = next(error for error in errors_of(folder) if error.file.endswith("thread_app.py"))
    assert error.line == line
    assert message in error.message
    assert error.remedy


def test_all_breaches_are_found_at_once(tmp_path: Path) -> None:
    lesson = LESSON.replace("minutes = 5", "minutes = 0").replace('level = "foundation"', "")
    folder = write(tmp_path, lesson=lesson, quiz="[[questions", md=" \n")
    files = [Path(error.file).name for error in errors_of(folder)]
    assert files == ["lesson.toml", "lesson.toml", "lesson.md", "quiz.toml"]


@pytest.mark.parametrize(
    ("text", "line"), [("a = \nb = 2\n", 1), ("a = 1\nb = [\n", 3), ("a = 1\na = 2\n", 2)]
)
def test_bad_toml_names_its_line(tmp_path: Path, text: str, line: int) -> None:
    errors = errors_of(write(tmp_path, lesson=text))
    assert (errors[0].line, errors[0].message[:16]) == (line, "This is not TOML")


@pytest.mark.parametrize("name", ["lesson.toml", "lesson.md", "quiz.toml", "thread_app.py"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path)
    (folder / name).unlink()
    assert any(name in str(error) for error in errors_of(folder))


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "lesson.md").write_bytes(b"one\ntwo\n\xff\n")
    error = errors_of(folder)[0]
    assert (error.line, error.remedy) == (3, "Save the file as UTF-8.")


def test_a_folder_of_a_wrong_name_is_told_so(tmp_path: Path) -> None:
    assert "small letters" in errors_of(write(tmp_path, name="My Lesson"))[0].remedy


def test_the_introduction_lets_no_html_and_no_picture_through(tmp_path: Path) -> None:
    text = "Fine.\n\nA <b>b</b>\nand ![p](https://a.com/p.png)\nand [l](javascript:x).\n\n<p>\n"
    errors = errors_of(write(tmp_path, md=text))
    assert [error.line for error in errors] == [3, 4, 5, 7]
    assert "no HTML" in errors[0].message
    assert "no pictures" in errors[1].message
    assert "javascript" in errors[2].message


def test_requests_are_read_alone(tmp_path: Path) -> None:
    file = tmp_path / "visit.toml"
    file.write_text('[[requests]]\nuser = "Ana"\npath = "/start"\nsave = ["id"]\n')
    request = read_requests(file)[0]
    assert (request.user, request.path, request.save) == ("Ana", "/start", ["id"])


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "'requests' is missing"),
        ("requests = []\n", 1, "requests is empty"),
        ('[[requests]]\npath = "/"\nmetod = "GET"\n', 3, "metod is not known"),
        ('[[requests]]\npath = "/"\nuser = 0\n', 3, "user is 0"),
        ('[[requests]]\npath = "/"\nuser = true\n', 3, "user is true"),
    ],
)
def test_bad_requests_name_their_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    file = tmp_path / "visit.toml"
    file.write_text(text)
    with pytest.raises(BrokenLesson) as caught:
        read_requests(file)
    assert caught.value.errors[0].line == line
    assert message in caught.value.errors[0].message
