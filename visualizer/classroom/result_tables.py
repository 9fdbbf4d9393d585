"""Results as tables for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from visualizer.trace import to_csv

#: A spreadsheet takes a cell that begins so for a formula, which may run commands.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of(plain: dict[str, Any], table: str) -> str:
    """One of the tables of plain results: answers, questions, students, misconceptions."""
    columns, rows = _MAKERS[table](plain)
    return to_csv(columns, [[cell(value) for value in row] for row in rows])


def cell(value: object) -> str:
    """A value as a cell. Text that looks like a formula gets an apostrophe, which disarms it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _answers(plain: dict[str, Any]) -> tuple[list[str], list[list[object]]]:
    columns = ["Question", "Text", "Vote", "Seat", "Name", "Answer", "Right", "Answered (UTC)"]
    texts = {question["n"]: question["text"] for question in plain["questions"]}
    rows: list[list[object]] = [
        [
            int(n),
            texts[int(n)],
            answer["round"],
            student["seat"],
            student["name"],
            answer["answer"],
            answer["right"],
            _moment(answer["at"]),
        ]
        for student in plain["students"]
        for n, given in student["answers"].items()
        for answer in given
    ]
    rows.sort(key=lambda row: (row[0], row[2], row[3]))
    return columns, rows


def _questions(plain: dict[str, Any]) -> tuple[list[str], list[list[object]]]:
    columns = [
        *("Question", "Lesson", "Text", "Kind", "Right answer", "Votes"),
        *("First: answered", "First: right", "First: share right"),
        *("Last: answered", "Last: right", "Last: share right"),
        *("Wrong, then right", "Right, then wrong", "Twice right", "Twice wrong"),
        *("Normalised gain", "Points"),
    ]
    rows: list[list[object]] = []
    for question in plain["questions"]:
        rounds = question["rounds"]
        last = rounds[-1] if len(rounds) > 1 else dict.fromkeys(rounds[0])
        changed = question["changed"] or {}
        rows.append(
            [
                question["n"],
                question["lesson"],
                question["text"],
                question["kind"],
                " / ".join(question["right"]),
                len(rounds),
                *(rounds[0][name] for name in ("answered", "right", "right_share")),
                *(last[name] for name in ("answered", "right", "right_share")),
                *(
                    changed.get(name)
                    for name in ("wrong_right", "right_wrong", "right_right", "wrong_wrong")
                ),
                question["gain"],
                question["points"],
            ]
        )
    return columns, rows


def _students(plain: dict[str, Any]) -> tuple[list[str], list[list[object]]]:
    numbers = [question["n"] for question in plain["questions"]]
    columns = [
        *("Seat", "Name", "Joined (UTC)", "Removed", "Answered"),
        *("Right in the first vote", "Right in the last vote", "Points"),
        *(f"Answer {n}" for n in numbers),
    ]
    rows: list[list[object]] = [
        [
            student["seat"],
            student["name"],
            _moment(student["joined"]),
            student["removed"],
            *(student[name] for name in ("answered", "right_first", "right_last", "points")),
            *(_last(student["answers"].get(str(n))) for n in numbers),
        ]
        for student in plain["students"]
    ]
    return columns, rows


def _misconceptions(plain: dict[str, Any]) -> tuple[list[str], list[list[object]]]:
    columns = ["Question", "Text", "Wrong answer", "What it means", "First vote", "Last vote"]
    names = ("question", "text", "answer", "meaning", "first", "last")
    return columns, [[line[name] for name in names] for line in plain["misconceptions"]]


_MAKERS = {
    "answers": _answers,
    "questions": _questions,
    "students": _students,
    "misconceptions": _misconceptions,
}


def _last(given: Sequence[dict[str, Any]] | None) -> str:
    return str(given[-1]["answer"]) if given else ""


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
