"""Lines travel in short, and arrive whole."""

from __future__ import annotations

from visualizer.lab import frames
from visualizer.lab.sights import Message, Place, Stretch, Unfolder
from visualizer.trace.events import End, Line

MESSAGES: list[Message] = [
    Place("a.py", 3, "view", None),
    Place("a.py", 4, "view", "it answers"),
    Stretch("server-1", 0, 10, [(10, 0, None, None), (20, 1, "n", 7), (30, 0, "n", "'text'")]),
    Line(25, "server-2", "a.py", 9, "other", [("global", "g", "1")], None, 1),
    Stretch("server-1", 2, 10, [(40, 1, "n", None)]),
    End(30),
]

EVENTS = [
    Line(0, "server-1", "a.py", 3, "view"),
    Line(10, "server-1", "a.py", 4, "view", [("view", "n", "7")], "it answers"),
    Line(20, "server-1", "a.py", 3, "view", [("view", "n", "'text'")]),
    Line(25, "server-2", "a.py", 9, "other", [("global", "g", "1")], None, 1),
    Line(30, "server-1", "a.py", 4, "view", [("view", "n", None)], "it answers", 2),
    End(30),
]


def test_messages_become_events() -> None:
    assert Unfolder().unfold(MESSAGES) == EVENTS


def test_places_are_remembered_from_batch_to_batch() -> None:
    unfolder = Unfolder()
    assert unfolder.unfold(MESSAGES[:3]) + unfolder.unfold(MESSAGES[3:]) == EVENTS


def test_messages_pass_through_a_pipe_unchanged() -> None:
    reader = frames.Reader()
    ((kind, body),) = reader.feed(frames.messages_frame(MESSAGES))
    assert kind == "E"
    assert frames.read_messages(body) == MESSAGES
