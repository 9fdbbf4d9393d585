"""Following: what the driver does reaches the others in order, and only one drives."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.support.server import Server

from .classes import CURSOR, SCENE, Class, Member


@pytest.fixture
def lesson(class_server: Server) -> Iterator[Class]:
    with Class(class_server.url, scene=SCENE) as lesson:
        yield lesson


def cursor(step: int) -> dict[str, object]:
    return {**CURSOR, "step": step}


def scene(speed: float) -> dict[str, object]:
    return {**SCENE, "speed": speed}


def test_a_flood_of_cursors_is_thinned_and_the_last_one_arrives(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student()
    token = host.snapshot["token"]
    began = time.monotonic()
    numbers = [
        host.client.send("drive", {"token": token, "cursor": cursor(step)}) for step in range(150)
    ]
    answers = [host.client.answer(number)["seq"] for number in numbers]
    took = time.monotonic() - began
    assert answers == sorted(set(answers))
    seen = []
    while not seen or seen[-1]["cursor"]["step"] != 149:
        seen.append(ana.event("moved"))
    assert [moved["seq"] for moved in seen] == sorted(moved["seq"] for moved in seen)
    assert seen[-1]["seq"] == answers[-1]
    # At most 20 a second; one may be under way at either end.
    assert len(seen) <= took * 20 + 2


def test_no_scene_is_dropped_however_fast_they_come(lesson: Class) -> None:
    host, ana = lesson.host(), lesson.student()
    token = host.snapshot["token"]
    numbers = []
    for n in range(40):
        numbers.append(host.client.send("drive", {"token": token, "cursor": cursor(n)}))
        numbers.append(host.client.send("drive", {"token": token, "scene": scene(n + 1)}))
    last = [host.client.answer(number)["seq"] for number in numbers][-1]
    seen = [ana.event("moved")]
    while seen[-1]["seq"] != last:
        seen.append(ana.event("moved"))
    assert [moved["scene"]["speed"] for moved in seen if "scene" in moved] == list(range(1, 41))
    assert [moved["seq"] for moved in seen] == sorted(moved["seq"] for moved in seen)
    late = lesson.student()
    assert late.snapshot["scene"]["speed"] == 40
    assert late.snapshot["seq"] >= last


def test_the_sender_is_not_told_but_the_host_s_other_screen_is(lesson: Class) -> None:
    stage, remote, ana = lesson.host(), lesson.host("present"), lesson.student()
    token = remote.snapshot["token"]
    assert token == stage.snapshot["token"]
    seq = remote.ask("drive", {"token": token, "cursor": CURSOR, "scene": SCENE})["seq"]
    told = {"seq": seq, "by": "host", "scene": SCENE, "cursor": CURSOR}
    assert stage.event("moved") == ana.event("moved") == told
    assert remote.nothing("moved")


def test_one_drives_at_a_time(lesson: Class) -> None:
    host, ana, bo = lesson.host(), lesson.student("Ana"), lesson.student("Bo")
    old = host.snapshot["token"]
    assert host.ask("wheel", {"to": ana.seat}) == {}
    assert bo.event("wheel") == {"driver": ana.seat, "name": "Ana"}
    assert host.event("wheel") == {"driver": ana.seat, "name": "Ana"}
    assert ana.event("wheel") == {"driver": ana.seat, "name": "Ana"}
    token = ana.event("wheel")["token"]
    assert token != old
    for member, key in ((host, old), (host, token), (bo, token), (ana, old)):
        drive = {"token": key, "cursor": cursor(9)}
        answer = member.ask("drive", drive)
        assert answer["error"]["code"] == "not_driving"
        assert answer["error"].keys() == {"code", "message", "field"}
    assert ana.ask("drive", {"token": token, "cursor": CURSOR})["seq"]
    assert bo.event("moved")["by"] == ana.seat
    assert bo.nothing("wheel", "moved")

    assert ana.ask("wheel", {"to": None}) == {}
    assert bo.event("wheel") == {"driver": "host", "name": ""}
    host.event("wheel")
    back = host.event("wheel")["token"]
    assert ana.refused("drive", {"token": token, "cursor": CURSOR}) == "not_driving"
    assert ana.refused("wheel", {"to": None}) == "not_allowed"
    assert host.ask("drive", {"token": back, "cursor": CURSOR})["seq"]


def test_a_cohost_takes_the_wheel_and_nothing_else(lesson: Class) -> None:
    host, ana, bo = lesson.host(), lesson.student("Ana"), lesson.student("Bo")
    assert host.ask("manage", {"do": "cohost", "seat": ana.seat, "on": True}) == {}
    assert ana.event("you")["cohost"] is True
    assert ana.refused("wheel", {"to": bo.seat}) == "not_allowed"
    assert ana.refused("manage", {"do": "lock"}) == "not_allowed"
    assert ana.ask("wheel", {"to": ana.seat}) == {}
    assert bo.event("wheel")["driver"] == ana.seat
    ana.event("wheel")
    token = ana.event("wheel")["token"]
    again = ana.connect()
    assert (again["driver"], again["token"]) == (ana.seat, token)
    assert lesson.host().snapshot["token"] is None
    assert host.ask("wheel", {"to": None}) == {}
    assert ana.refused("drive", {"token": token, "cursor": CURSOR}) == "not_driving"
    assert host.ask("manage", {"do": "cohost", "seat": ana.seat, "on": False}) == {}
    assert ana.refused("wheel", {"to": ana.seat}) == "not_allowed"


def test_the_wheel_of_a_removed_driver_returns(lesson: Class) -> None:
    host, ana, bo = lesson.host(), lesson.student("Ana"), lesson.student("Bo")
    host.ask("wheel", {"to": ana.seat})
    bo.event("wheel")
    host.ask("manage", {"do": "remove", "seat": ana.seat})
    assert bo.event("wheel") == {"driver": "host", "name": ""}
    assert lesson.host().snapshot["token"] is not None


def test_a_driver_s_new_name_is_told(lesson: Class) -> None:
    host, ana, bo = lesson.host(), lesson.student("Ana"), lesson.student("Bo")
    host.ask("wheel", {"to": ana.seat})
    bo.event("wheel")
    host.ask("manage", {"do": "rename", "seat": ana.seat, "name": "Ann"})
    assert bo.event("wheel") == {"driver": ana.seat, "name": "Ann"}


def roster(host: Member, seat: int, **fields: object) -> None:
    """Wait until the host has been told this of a student."""
    while True:
        for line in host.event("roster")["changed"]:
            if line["seat"] == seat and fields.items() <= line.items():
                return


def test_the_host_sees_who_follows_and_who_is_lost(lesson: Class) -> None:
    host, remote = lesson.host(), lesson.host("present")
    ana = lesson.student("Ana")
    second = Member(lesson, ana.secret, "student")
    roster(host, ana.seat, name="Ana", here=True, following=True, lost=False)
    assert ana.ask("following", {"on": False}) == {}
    roster(host, ana.seat, following=False)
    assert ana.ask("lost", {"on": True}) == {}
    assert ana.ask("lost", {"on": True}) == {}
    roster(remote, ana.seat, lost=True)
    assert second.connect()["you"]["lost"] is True
    assert host.ask("manage", {"do": "clear_lost"}) == {}
    assert second.event("you")["lost"] is False
    roster(host, ana.seat, lost=False)
    second.drop()
    ana.drop()
    roster(host, ana.seat, here=False)
    assert host.until("people", here=0)["seats"] == 1
    (line,) = lesson.host().snapshot["roster"]
    assert (line["here"], line["following"]) == (False, False)
    assert "roster" not in lesson.student().snapshot


def test_who_floods_a_class_waits_alone(lesson: Class) -> None:
    """Ana sends without pause; Bo and the host are served all the while."""
    host, ana, bo = lesson.host(), lesson.student("Ana"), lesson.student("Bo")
    for n in range(300):
        ana.client.send("lost", {"on": n % 2 == 0})
        ana.client.send("wheel", {"to": None})
    token = host.snapshot["token"]
    slowest = 0.0
    for step in range(20):
        began = time.monotonic()
        seq = host.ask("drive", {"token": token, "cursor": cursor(step)})["seq"]
        while bo.event("moved")["seq"] != seq:
            pass
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 2.0
    assert sum(name == "roster" for name, _, _ in host.client.events) <= 60
