"""What is told of the votes: to everybody, to the host, to one student. Pure functions.

The line that matters: right answers, reasons and explanations are told to students only once they
are revealed, and how the class voted only once that is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from visualizer.lessons import show
from visualizer.lessons.quiz import unit_of_one

from .machine import settled, unknown_question
from .quiz import Answer, Key, is_right, reason_for
from .refused import Refused
from .state import Put, State, Vote

#: Shares of right answers: below the first a hint helps, up to the second discussing does
#: (Crouch and Mazur 2001; Vickrey and others 2015).
HINT_BELOW = 0.35
DISCUSS_UP_TO = 0.70
#: More different numbers than this are told as ranges.
_MOST_NUMBERS = 12
_RANGES = 8


def public_question(state: State, now: int) -> dict[str, Any] | None:
    """The present question as everybody may know it at this moment (PublicQuestion)."""
    put = state.question
    if put is None:
        return None
    put = settled(put, now)
    asked = put.asked
    revealed = put.stage == "revealed"
    votes = counted(state, put)
    return {
        "asked": put.n,
        "n": put.n,
        "lesson": asked.lesson,
        "question": asked.question,
        "kind": asked.kind,
        "text": asked.text,
        "choices": list(asked.key.choices),
        "unit": asked.unit,
        "hint": asked.hint if put.hint else None,
        "variant": asked.variant,
        "parameters": asked.parameters,
        "seed": asked.seed,
        "stage": put.stage,
        "round": put.round,
        "closes_at": put.closes,
        "points": asked.points,
        "here_answered": None if put.stage == "voting" else len(votes[-1]),
        "distribution": (
            [distribution(put, round) for round in votes]
            if put.stage in ("shown", "revealed")
            else None
        ),
        "answered_by_round": (
            [len(round) for round in votes] if put.stage in ("shown", "revealed") else None
        ),
        "reveal": _reveal(put) if revealed else None,
    }


def _reveal(put: Put) -> dict[str, Any]:
    key = put.asked.key
    return {
        "answers": right_answers(put),
        "explanation": key.explanation,
        "step": None if key.proof is None else msgspec.to_builtins(key.proof),
        "reasons": dict(key.reasons),
    }


def host_votes(state: State, now: int) -> dict[str, Any] | None:
    """How the present vote stands, for the host's eyes."""
    put = state.question
    if put is None:
        return None
    put = settled(put, now)
    votes = counted(state, put)
    share = right_share(votes[-1])
    return {
        "asked": put.n,
        "stage": put.stage,
        "round": put.round,
        "answered": len(votes[-1]),
        "of": len(state.active()),
        "distribution": [distribution(put, round, right=True) for round in votes],
        "answered_by_round": [len(round) for round in votes],
        "right_share": share,
        "advice": advice(share) if put.stage in ("closed", "shown") else None,
        "right": right_answers(put),
        "hint": put.asked.hint or None,
        "explanation": put.asked.key.explanation,
    }


def mine(state: State, seat: int) -> dict[str, Any] | None:
    """The student's newest answer to the present question."""
    put = state.question
    found = None if put is None else put.last(seat)
    if put is None or found is None:
        return None
    round, vote = found
    return {"asked": put.n, "round": round, "answer": vote.answer, "id": vote.id}


def verdict(state: State, seat: int, asked: int) -> dict[str, Any]:
    """How a student did, once the answer is out. Raises ``Refused`` not_yet, unknown_question."""
    if not 1 <= asked <= len(state.questions):
        raise unknown_question()
    put = state.questions[asked - 1]
    if put.stage != "revealed":
        raise Refused("not_yet", "The answer is not out yet.", "asked", 409)
    key = put.asked.key
    found = put.last(seat)
    vote = None if found is None else found[1]
    reason = reason_for(key, vote.answer) if vote is not None and vote.correct is False else ""
    return {
        "answered": vote is not None,
        "correct": None if vote is None else vote.correct,
        "explanation": " ".join(text for text in (reason, key.explanation) if text),
        "step": None if key.proof is None else msgspec.to_builtins(key.proof),
        "points": points(put, vote),
    }


def missed(state: State, seat: int) -> list[dict[str, Any]]:
    """The questions before the present one."""
    return [
        {
            "n": put.n,
            "text": put.asked.text,
            "stage": put.stage,
            "answered": put.last(seat) is not None,
        }
        for put in state.questions
        if put.n != state.present
    ]


def points(put: Put, vote: Vote | None) -> int:
    """What a student's last answer is worth."""
    return put.asked.points if vote is not None and vote.correct else 0


def counted(state: State, put: Put) -> list[dict[int, Vote]]:
    """The votes that count, round by round: those of students that were not removed."""
    return [
        {n: vote for n, vote in votes.items() if n in state.seats and not state.seats[n].removed}
        for votes in put.votes
    ]


def right_share(votes: Mapping[int, Vote]) -> float | None:
    """The share of right answers among those that can be right; None where there are none."""
    judged = [vote.correct for vote in votes.values() if vote.correct is not None]
    return sum(judged) / len(judged) if judged else None


def advice(share: float | None) -> str | None:
    """What helps a class with such a share of right answers."""
    if share is None:
        return None
    if share < HINT_BELOW:
        return "hint"
    return "discuss" if share <= DISCUSS_UP_TO else "move_on"


def right_answers(put: Put) -> list[str]:
    """The right answers in words; several for ticked choices, and for steps that are equal."""
    right = put.asked.key.right
    if right is None:
        return []
    if isinstance(right, list) and put.asked.kind in ("step", "choices"):
        return [in_words(put, item) for item in right]
    return [in_words(put, right)]


def in_words(put: Put, answer: Answer) -> str:
    """An answer as a person reads it."""
    key = put.asked.key
    if isinstance(answer, list):
        between = " → " if key.kind == "order" else "; "
        return between.join(str(item) for item in answer) or "none of them"
    if key.kind == "step":
        n = int(answer)
        return f"Step {n}: {key.steps[n - 1]}" if 1 <= n <= len(key.steps) else f"Step {n}"
    if key.kind == "number":
        number = show(answer) if abs(float(answer)) >= 0.001 or not answer else f"{answer:g}"
        own = put.asked.question is None  # a teacher's unit may be in any language
        unit = put.asked.unit if own or answer != 1 else unit_of_one(put.asked.unit)
        return f"{number} {unit}".rstrip()
    return str(answer)


def distribution(
    put: Put, votes: Mapping[int, Vote], *, right: bool = False
) -> list[dict[str, Any]]:
    """How often each answer was given: ``[{answer, count}]``, with ``right`` only if asked for.

    Every choice is there, also if nobody took it; of several ticked choices each one counts.
    """
    key = put.asked.key
    given = [vote.answer for vote in votes.values()]
    bars: list[tuple[str, int, bool | None]]
    if key.kind in ("choice", "choices"):
        ticked = Counter(
            item for answer in given for item in (answer if isinstance(answer, list) else [answer])
        )
        bars = [(choice, ticked[choice], _is_among(key, choice)) for choice in key.choices]
    elif key.kind == "number":
        bars = _numbers(put, [float(answer) for answer in given if not isinstance(answer, list)])
    else:
        tally = Counter(msgspec.json.encode(answer) for answer in given)
        found = {msgspec.json.encode(answer): answer for answer in given}
        if key.kind == "step":
            order = sorted(tally, key=lambda text: int(text))
        else:
            order = [text for text, _ in tally.most_common()]
        bars = [
            (in_words(put, found[text]), tally[text], is_right(key, found[text])) for text in order
        ]
    return [
        {"answer": answer, "count": count, **({"right": bool(good)} if right else {})}
        for answer, count, good in bars
    ]


def _is_among(key: Key, choice: str) -> bool:
    return choice in key.right if isinstance(key.right, list) else choice == key.right


def _numbers(put: Put, values: list[float]) -> list[tuple[str, int, bool | None]]:
    """Numbers one by one, or where there are too many different ones in ranges of equal width."""
    key = put.asked.key
    tally = Counter(values)
    if len(tally) <= _MOST_NUMBERS:
        return [
            (in_words(put, value), tally[value], is_right(key, value)) for value in sorted(tally)
        ]
    least, most = min(values), max(values)
    width = (most - least) / _RANGES
    ranges: list[list[float]] = [[] for _ in range(_RANGES)]
    for value in values:
        ranges[min(int((value - least) / width), _RANGES - 1)].append(value)
    return [
        (
            f"{show(least + n * width)} to {in_words(put, least + (n + 1) * width)}",
            len(inside),
            any(is_right(key, value) for value in inside),
        )
        for n, inside in enumerate(ranges)
    ]
