"""What may happen in a class: pure functions from one ``State`` to the next.

Each raises ``Refused`` where it may not happen; then nothing has changed. Times are ms.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from . import names
from .asking import Asked
from .quiz import AnswerError, accept, is_right
from .refused import Refused, no_class
from .shapes import MAX_QUESTIONS, MAX_ROUNDS, MAX_SEATS, By, Cursor, Do, Place, Seat
from .state import Put, State, Vote

#: How long after its end an answer to a timed vote is still taken: it was under way, in ms.
GRACE = 700


def check_open(state: State, now: int) -> None:
    """Raises ``Refused`` no_class once the class is over."""
    if state.ended is not None or now >= state.expires:
        raise no_class()


def finish(state: State, now: int) -> State:
    """The class is over; a vote under way is closed."""
    put = state.question
    if put is not None and put.stage == "voting":
        state = _with_question(state, replace(put, stage="closed", closes=None))
    return replace(state, ended=now)


def place(state: State, cursor: Cursor | None) -> Place:
    """Where the class is with its cursor."""
    slots = state.scene.slots
    variant = slots[min(cursor.slot if cursor else 0, len(slots) - 1)].variant
    step = cursor.step if cursor else 0
    return Place(lesson=state.scene.lesson, variant=variant, step=step)


# Students ---------------------------------------------------------------------------------


def admit(state: State, key: str, name: str | None, now: int) -> tuple[State, Seat]:
    """Give the key (a digest) its seat; a new one under this name if it has none."""
    for seat in state.seats.values():
        if seat.key == key:
            return state, present(seat)
    if state.locked:
        raise Refused(
            "locked",
            "The class takes nobody new just now. Ask your teacher to unlock it.",
            status=403,
        )
    if len(state.seats) >= MAX_SEATS:
        raise Refused("full", f"The class is full: it has {MAX_SEATS:,} students.", status=403)
    seat = Seat(state.next_seat, _free(state, name), key, now)
    seats = {**state.seats, seat.seat: seat}
    return replace(state, seats=seats, next_seat=state.next_seat + 1), seat


def present(seat: Seat) -> Seat:
    """The seat, if its student may be here. Raises ``Refused`` removed."""
    if seat.removed is not None:
        raise Refused(
            "removed", "You were taken out of this class. Speak to your teacher.", status=403
        )
    return seat


def seat_of(state: State, n: int) -> Seat:
    """The seat of this number, if its student is there. Raises ``Refused`` no_seat."""
    seat = state.seats.get(n)
    if seat is None or seat.removed is not None:
        raise Refused("no_seat", "This student is not in the class (any more).", "seat", 404)
    return seat


def rename(state: State, n: int, name: str) -> tuple[State, Seat]:
    seat = seat_of(state, n)
    renamed = replace(seat, name=_free(state, name, but=n))
    return _with_seat(state, renamed), renamed


def set_cohost(state: State, n: int, on: bool) -> tuple[State, Seat]:
    changed = replace(seat_of(state, n), cohost=on)
    return _with_seat(state, changed), changed


def remove(state: State, n: int, now: int) -> State:
    """Send a student away; what was answered stays stored but counts no more."""
    seat = seat_of(state, n)
    state = _with_seat(state, replace(seat, removed=now, cohost=False))
    return _without_driver(state, n)


def forget(state: State, n: int) -> State:
    """Leave nothing of a student, not even of one that was removed."""
    if n not in state.seats:
        seat_of(state, n)
    seats = {number: seat for number, seat in state.seats.items() if number != n}
    questions = tuple(
        replace(put, votes=tuple(_without(votes, n) for votes in put.votes))
        for put in state.questions
    )
    return _without_driver(replace(state, seats=seats, questions=questions), n)


def _free(state: State, name: str | None, but: int | None = None) -> str:
    taken = {names.fold(seat.name) for seat in state.seats.values() if seat.seat != but}
    if name is not None:
        return names.distinct(names.clean_name(name), taken)
    for _ in range(20):
        made_up = names.pseudonym()
        if names.fold(made_up) not in taken:
            return made_up
    return names.distinct(made_up, taken)


def _with_seat(state: State, seat: Seat) -> State:
    return replace(state, seats={**state.seats, seat.seat: seat})


def _without(votes: Mapping[int, Vote], n: int) -> Mapping[int, Vote]:
    return {seat: vote for seat, vote in votes.items() if seat != n} if n in votes else votes


# The wheel --------------------------------------------------------------------------------


def check_driver(state: State, by: By, token: int) -> None:
    """Raises ``Refused`` not_driving."""
    if by != state.driver or token != state.token:
        raise Refused("not_driving", "Somebody else has the wheel now.", status=403)


def hand(state: State, by: By, to: int | None) -> State:
    """Give the wheel to a seat or to the host. The host may, whoever drives; a student may give it
    back; a cohost may take it."""
    driver: By = "host" if to is None else seat_of(state, to).seat
    if by != "host":
        seat = seat_of(state, by)
        gives_back = to is None and state.driver == by
        takes = to == by and seat.cohost
        if not (gives_back or takes):
            raise Refused("not_allowed", "Only the teacher hands the wheel on.", status=403)
    return replace(state, driver=driver, token=state.token + 1)


def _without_driver(state: State, n: int) -> State:
    if state.driver != n:
        return state
    return replace(state, driver="host", token=state.token + 1)


# Votes ------------------------------------------------------------------------------------


def ask(state: State, asked: Asked, now: int) -> State:
    if state.question is not None:
        raise Refused("open_question", "Put the present question away first.", status=409)
    if len(state.questions) >= MAX_QUESTIONS:
        raise Refused(
            "too_many", f"A class has at most {MAX_QUESTIONS} questions; start a new one."
        )
    n = len(state.questions) + 1
    put = Put(n=n, asked=asked, at=now, closes=_closes(asked, now))
    return replace(state, questions=(*state.questions, put), present=n)


def vote(state: State, n: int, do: Do, now: int) -> State:
    """Lead the vote on."""
    put = state.question
    if put is None or put.n != n:
        raise unknown_question()
    put = settled(put, now)
    if do == "dismiss":
        if put.stage == "voting":
            put = replace(put, stage="closed", closes=None)
        return replace(_with_question(state, put), present=None)
    return _with_question(state, _STEPS[do](put, now))


def settle(state: State, now: int) -> State:
    """Close a timed vote that is over; the same state if there is none."""
    put = state.question
    if put is None:
        return state
    after = settled(put, now)
    return state if after is put else _with_question(state, after)


def answer(
    state: State, n: int, id: str, asked: int, round: int, given: object, now: int
) -> tuple[State, Vote]:
    """Take a student's answer; it replaces the one before in the same round."""
    seat = present(seat_of(state, n))
    put = state.question
    if put is None or put.n != asked:
        if 1 <= asked <= len(state.questions):
            raise _closed()
        raise unknown_question()
    put = settled(put, now)
    if put.stage != "voting" or round != put.round:
        raise _closed()
    try:
        accepted = accept(put.asked.key, given)
    except AnswerError as error:
        raise Refused("answer", error.message, "answer") from error
    counted = Vote(id, accepted, is_right(put.asked.key, accepted), now)
    votes = {**put.votes[-1], seat.seat: counted}
    put = replace(put, votes=(*put.votes[:-1], votes))
    return _with_question(state, put), counted


def due(put: Put) -> int | None:
    """When there is something to settle, in ms."""
    return put.closes + GRACE if put.stage == "voting" and put.closes is not None else None


def unknown_question() -> Refused:
    return Refused("unknown_question", "This question is not on the screen.", "asked", 404)


def settled(put: Put, now: int) -> Put:
    """The question as it stands now: closed, once the time of its vote is up."""
    over = due(put)
    return put if over is None or now < over else replace(put, stage="closed", closes=None)


def _close(put: Put, now: int) -> Put:
    if put.stage != "voting":
        raise _not_now("The vote is closed already.")
    return replace(put, stage="closed", closes=None)


def _show(put: Put, now: int) -> Put:
    if put.stage not in ("voting", "closed"):
        raise _not_now("The distribution is shown already.")
    return replace(put, stage="shown", closes=None)


def _hint(put: Put, now: int) -> Put:
    if put.stage == "revealed":
        raise _not_now("The answer is out already.")
    if not put.asked.hint:
        raise _not_now("This question has no hint.")
    return replace(put, hint=True)


def _again(put: Put, now: int) -> Put:
    if put.stage not in ("closed", "shown"):
        raise _not_now("Close the vote first, and vote again before the answer is out.")
    if put.round >= MAX_ROUNDS:
        raise _not_now(f"There were {MAX_ROUNDS} votes; reveal the answer now.")
    return replace(
        put,
        stage="voting",
        round=put.round + 1,
        votes=(*put.votes, {}),
        closes=_closes(put.asked, now),
    )


def _reveal(put: Put, now: int) -> Put:
    if put.stage == "revealed":
        raise _not_now("The answer is out already.")
    return replace(put, stage="revealed", closes=None)


_STEPS = {"close": _close, "show": _show, "hint": _hint, "again": _again, "reveal": _reveal}


def _closes(asked: Asked, now: int) -> int | None:
    return None if asked.seconds is None else now + asked.seconds * 1000


def _closed() -> Refused:
    return Refused("closed", "This vote is closed.", "round", 409)


def _not_now(message: str) -> Refused:
    return Refused("stage", message, "do", 409)


def _with_question(state: State, put: Put) -> State:
    questions = (*state.questions[: put.n - 1], put, *state.questions[put.n :])
    return replace(state, questions=questions)
