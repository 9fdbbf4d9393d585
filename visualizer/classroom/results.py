"""What came of a class: per question, per student, per misconception, first vote against last.

Pure functions of a ``State`` and its moments. Students that were removed are listed, but their
answers count in nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from . import telling
from .quiz import INCOMPLETE, mistakes
from .result_tables import csv_of
from .shapes import Seat
from .state import Moment, Put, State, Vote

Table: TypeAlias = Literal["answers", "questions", "students", "misconceptions"]
TABLES: tuple[Table, ...] = ("answers", "questions", "students", "misconceptions")


class Results:
    """The results of one class. Reads nothing and waits for nothing."""

    def __init__(self, state: State, moments: Sequence[Moment]) -> None:
        self._state = state
        self._moments = moments
        self._plain: dict[str, Any] | None = None

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON (docs/classes.md says what it holds)."""
        if self._plain is None:
            state = self._state
            self._plain = {
                "class": _class(state),
                "questions": [_question(state, put) for put in state.questions],
                "students": [_student(state, seat) for seat in state.seats.values()],
                "misconceptions": [
                    line for put in state.questions for line in _misconceptions(state, put)
                ],
                "lost": _lost(state, self._moments),
            }
        return self._plain

    def csv(self, table: Table) -> str:
        """One table as CSV, safe to open in a spreadsheet: no cell is taken for a formula."""
        return csv_of(self.plain(), table)


def gain(before: float, after: float) -> float | None:
    """Of what could be gained between two shares of right answers, how much was (Hake 1998)."""
    return None if before >= 1 else (after - before) / (1 - before)


def _class(state: State) -> dict[str, Any]:
    return {
        "code": state.code,
        "title": state.title,
        "lesson": state.scene.lesson,
        "started": state.started,
        "expires": state.expires,
        "ended": state.ended,
        "deleted_at": (state.ended or state.expires) + state.keep,
        "students": len(state.active()),
        "questions": len(state.questions),
    }


def _question(state: State, put: Put) -> dict[str, Any]:
    votes = telling.counted(state, put)
    first, last = votes[0], votes[-1]
    return {
        "n": put.n,
        "lesson": put.asked.lesson,
        "question": put.asked.question,
        "variant": put.asked.variant,
        "parameters": put.asked.parameters,
        "seed": put.asked.seed,
        "kind": put.asked.kind,
        "text": put.asked.text,
        "unit": put.asked.unit,
        "right": telling.right_answers(put),
        "explanation": put.asked.key.explanation,
        "points": put.asked.points,
        "asked": put.at,
        "stage": put.stage,
        "hint_given": put.hint,
        "rounds": [_round(put, n, each) for n, each in enumerate(votes, 1)],
        **_change(first, last, len(votes)),
    }


def _round(put: Put, n: int, votes: Mapping[int, Vote]) -> dict[str, Any]:
    key = put.asked.key
    judged = key.right is not None
    answers = telling.distribution(put, votes, right=True)
    for line in answers:
        reason = ""
        if judged and not line["right"]:
            reason = key.reasons.get(_reason_key(put, line["answer"]), "")
        line["reason"] = reason
        line["right"] = line["right"] if judged else None
    return {
        "round": n,
        "answers": answers,
        "answered": len(votes),
        "right": sum(vote.correct is True for vote in votes.values()) if judged else None,
        "right_share": telling.right_share(votes),
    }


def _reason_key(put: Put, told: str) -> str:
    """Under which key the reason for an answer stands that is told in these words."""
    if put.asked.kind == "step":
        return told.removeprefix("Step ").partition(":")[0]
    return told


def _change(first: Mapping[int, Vote], last: Mapping[int, Vote], rounds: int) -> dict[str, Any]:
    """How those who answered both the first and the last vote changed, and their gain."""
    both = [
        (bool(first[n].correct), bool(last[n].correct))
        for n in first.keys() & last.keys()
        if first[n].correct is not None
    ]
    if rounds < 2 or not both:
        return {"changed": None, "gain": None}
    pairs = Counter(both)
    before = sum(one for one, _ in both) / len(both)
    after = sum(two for _, two in both) / len(both)
    return {
        "changed": {
            "wrong_right": pairs[False, True],
            "right_wrong": pairs[True, False],
            "right_right": pairs[True, True],
            "wrong_wrong": pairs[False, False],
        },
        "gain": gain(before, after),
    }


def _student(state: State, seat: Seat) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    first = last = earned = 0
    for put in state.questions:
        given = [
            {
                "round": n,
                "answer": telling.in_words(put, vote.answer),
                "right": vote.correct,
                "at": vote.at,
            }
            for n, votes in enumerate(put.votes, 1)
            if (vote := votes.get(seat.seat)) is not None
        ]
        if not given:
            continue
        answers[str(put.n)] = given
        opening, closing = put.first(seat.seat), put.last(seat.seat)
        first += opening is not None and opening.correct is True
        last += closing is not None and closing[1].correct is True
        earned += telling.points(put, closing[1] if closing else None)
    return {
        "seat": seat.seat,
        "name": seat.name,
        "joined": seat.joined,
        "removed": seat.removed is not None,
        "answered": len(answers),
        "right_first": first,
        "right_last": last,
        "points": earned,
        "answers": answers,
    }


def _misconceptions(state: State, put: Put) -> list[dict[str, Any]]:
    """Each wrong answer with what it means, and how many gave it in the first and last vote."""
    votes = telling.counted(state, put)
    first, last = _wrong(put, votes[0]), _wrong(put, votes[-1])
    names = sorted(first.keys() | last.keys(), key=lambda name: (-first[name], -last[name], name))
    return [
        {
            "question": put.n,
            "text": put.asked.text,
            "answer": telling.in_words(put, int(name)) if put.asked.kind == "step" else name,
            "meaning": put.asked.key.reasons.get(name, INCOMPLETE if name == _PART else ""),
            "first": first[name],
            "last": last[name] if len(votes) > 1 else None,
        }
        for name in names
    ]


#: How an answer is named that ticks nothing wrong, but not all that is right.
_PART = "only a part"


def _wrong(put: Put, votes: Mapping[int, Vote]) -> Counter[str]:
    return Counter(
        name
        for vote in votes.values()
        if vote.correct is False
        for name in mistakes(put.asked.key, vote.answer) or [_PART]
    )


def _lost(state: State, moments: Sequence[Moment]) -> list[dict[str, Any]]:
    """Where people got lost, the places of most first."""
    places: dict[tuple[str, str, int], set[int]] = {}
    for moment in moments:
        seat = state.seats.get(moment.seat)
        if moment.lost and seat is not None and seat.removed is None:
            place = (moment.lesson, moment.variant, moment.step)
            places.setdefault(place, set()).add(moment.seat)
    return [
        {"lesson": lesson, "variant": variant, "step": step, "seats": len(seats)}
        for (lesson, variant, step), seats in sorted(
            places.items(), key=lambda item: (-len(item[1]), item[0])
        )
    ]
