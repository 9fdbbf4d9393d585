"""Many students at once, on the real server: everybody gets everything, and in order.

A whole school comes in the stage ``long``; how fast it goes is measured by ``python -m benchmarks
broadcast``.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.broadcast import SCENE, Teacher, allow_sockets, longest_behind
from benchmarks.students import Crowd, Student, request
from tests.support.server import running
from tests.support.sweeps import some

CLASS = 60
SCHOOL = 1000
SCENES = 20
CURSORS = 60


@pytest.fixture(scope="module", params=some([CLASS, SCHOOL], CLASS))
def room(request: pytest.FixtureRequest) -> Iterator[tuple[Teacher, Crowd]]:
    """A class with all its students, and a teacher."""
    allow_sockets(request.param + 200)
    with running() as server:
        teacher, crowd = Teacher(server.url), Crowd()
        crowd.join(server.url, teacher.code, request.param)
        yield teacher, crowd
        crowd.close()
        teacher.socket.close()


def scene(number: int) -> dict[str, Any]:
    return {**SCENE, "highlights": [f"step:{number}"]}


def has_seen(student: Student, text: bytes) -> bool:
    return any(text in moved for moved in student.told)


def test_everybody_gets_each_scene_and_the_last_cursor_in_order(
    room: tuple[Teacher, Crowd],
) -> None:
    teacher, crowd = room
    stalled = crowd.students[0]
    crowd.leave_unread(stalled)
    for number in range(SCENES):
        teacher.emit("drive", {"token": teacher.token, "scene": scene(number)})
        for place in range(CURSORS // SCENES):
            teacher.point(number + place / 10)
    teacher.point(99.5)
    others = crowd.students[1:]
    assert crowd.read_until(lambda: all(has_seen(s, b'"t":99.5') for s in others), 30)
    for student in others:
        numbers = [seq for seq, _ in student.moved]
        assert numbers == sorted(set(numbers))
        seen = [text for text in student.told if b'"scene"' in text]
        assert [b'"step:%d"' % n in text for n, text in enumerate(seen)] == [True] * SCENES
    # Who did not read meanwhile finds it all there.
    crowd.read_again(stalled)
    assert crowd.read_until(lambda: has_seen(stalled, b'"t":99.5'), 30)
    assert sum(b'"scene"' in text for text in stalled.told) == SCENES


def test_all_votes_are_stored_once(room: tuple[Teacher, Crowd]) -> None:
    teacher, crowd = room
    tea = {"kind": "choice", "text": "Tea?", "choices": ["yes", "no"]}
    teacher.emit("ask", {"adhoc": tea})
    assert crowd.read_until(lambda: all(s.question for s in crowd.students), 30)
    numbers = []
    for place, student in enumerate(crowd.students):
        given = "yes" if place % 3 else "no"
        answer = {"id": f"{place:0>20}", "asked": student.question, "round": 1, "answer": given}
        student.emit("answer", answer)
        numbers.append(student.emit("answer", answer))
    asked = list(zip(numbers, crowd.students, strict=True))
    assert crowd.read_until(lambda: all(n in s.answered for n, s in asked), 30)
    results = request(teacher.url, f"/classes/{teacher.code}/results.json", secret=teacher.secret)
    rows = results["questions"][0]["rounds"][0]["answers"]
    everybody = len(crowd.students)
    no = len(range(0, everybody, 3))
    assert {row["answer"]: row["count"] for row in rows} == {"yes": everybody - no, "no": no}


def test_the_line_of_a_student_who_left_disturbs_nobody(room: tuple[Teacher, Crowd]) -> None:
    teacher, crowd = room
    gone, others = crowd.students[-1], crowd.students[:-1]
    crowd.leave_unread(gone)
    gone.socket.shutdown(socket.SHUT_RDWR)
    teacher.point(77.25)
    assert crowd.read_until(lambda: all(has_seen(s, b'"t":77.25') for s in others), 30)


def test_how_far_behind_a_student_is() -> None:
    sent = [0.0, 0.1, 0.2, 0.3]
    assert longest_behind(sent, [(0, 0.01), (1, 0.12), (2, 0.29), (3, 0.31)]) == 0
    # From the third on it lacks two; it has them all at 0.9.
    assert longest_behind(sent, [(0, 0.01), (3, 0.9)]) == pytest.approx(0.7)
