"""One class while it is open. What it tells is in memory; every change is stored before the method
that makes it returns (but for the cursor, which is stored within half a second).

Methods raise ``Refused``. Those that change anything raise ``no_class`` once the class is over,
and ``unavailable`` (503) while the database cannot be written. Those marked D wait for the disk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec.structs import replace

from . import codes, machine, records, telling
from .asking import Asked
from .motion import Motion
from .names import clean
from .refused import Refused, no_class
from .shapes import By, Cursor, Do, Moved, Place, Scene, Seat, Stored, Wheel
from .state import Loaded, Moment, State
from .writer import Transaction, Writer

T = TypeVar("T")
#: From a state and the time in ms to the next state and what to answer.
Step = Callable[[State, int], tuple[State, T]]


class Session:
    """Made by ``Register.session``. Safe to use from any thread.

    ``_state`` is what is stored and what readers see. ``_working`` belongs to the database thread
    and is ahead of it by what has not been committed yet.
    """

    def __init__(self, writer: Writer, loaded: Loaded, now: Callable[[], int]) -> None:
        self._writer = writer
        self._now = now
        self._state = self._working = loaded.state
        self._motion = Motion(loaded.cursor, loaded.seq)
        self._gone = False

    # What is -----------------------------------------------------------------------------

    @property
    def code(self) -> str:
        return self._state.code

    @property
    def title(self) -> str:
        return self._state.title

    @property
    def started(self) -> int:
        """ms since 1970"""
        return self._state.started

    @property
    def expires(self) -> int:
        """When the code stops working, in ms since 1970."""
        return self._state.expires

    @property
    def locked(self) -> bool:
        """Whether nobody new can join."""
        return self._state.locked

    @property
    def ended(self) -> bool:
        """Whether the class is over: ended by the host, past its hours, or deleted."""
        state = self._state
        return self._gone or state.ended is not None or self._now() >= state.expires

    @property
    def seq(self) -> int:
        """The number of the last movement."""
        return self._motion.seq

    @property
    def scene(self) -> Scene:
        return self._state.scene

    @property
    def cursor(self) -> Cursor | None:
        return self._motion.cursor

    @property
    def driver(self) -> By:
        return self._state.driver

    @property
    def driver_name(self) -> str:
        """The driving student's name; empty for the host."""
        return self.wheel().name

    @property
    def token(self) -> int:
        """For the driver only."""
        return self._state.token

    @property
    def due(self) -> int | None:
        """When ``settle`` will have something to do, in ms since 1970."""
        put = self._state.question
        return None if put is None else machine.due(put)

    @property
    def seats(self) -> list[Seat]:
        """The students, without removed ones, in the order of joining."""
        return self._state.active()

    @property
    def answered(self) -> frozenset[int]:
        """The seats that have answered in the present round."""
        put = self._state.question
        return frozenset() if put is None else frozenset(telling.counted(self._state, put)[-1])

    def wheel(self) -> Wheel:
        """Who drives, with the token."""
        state = self._state
        seat = state.seats.get(state.driver) if state.driver != "host" else None
        return Wheel(state.driver, seat.name if seat else "", state.token, self._motion.seq)

    def is_host(self, secret: object) -> bool:
        """Whether this is the host's secret (also after the end)."""
        return codes.is_secret(secret, self._state.secret)

    def seat(self, seat: int) -> Seat:
        """The seat of this number. Raises no_seat."""
        return machine.seat_of(self._state, seat)

    def seat_of(self, key: object) -> Seat:
        """The seat of this key. Raises not_yours, removed."""
        if isinstance(key, str):
            digest = codes.digest(key)
            for seat in self._state.seats.values():
                if seat.key == digest:
                    return machine.present(seat)
        raise Refused(
            "not_yours", "This browser has no seat in the class; join it first.", "secret", 403
        )

    def public_question(self) -> dict[str, Any] | None:
        """PublicQuestion: what everybody may know of the present question now."""
        return telling.public_question(self._state, self._now())

    def votes(self) -> dict[str, Any] | None:
        """The present question for the host: ``{asked, stage, round, answered, of, distribution,
        answered_by_round, right_share, advice, right, hint, explanation}``. Never for students."""
        return telling.host_votes(self._state, self._now())

    def mine(self, seat: int) -> dict[str, Any] | None:
        """``{asked, round, answer, id}``: this student's newest answer to the present question."""
        return telling.mine(self._state, seat)

    def verdict(self, seat: int, asked: int) -> dict[str, Any]:
        """``{answered, correct, explanation, step, points}`` after the reveal. Raises not_yet,
        unknown_question."""
        return telling.verdict(self._state, seat, asked)

    def missed(self, seat: int) -> list[dict[str, Any]]:
        """Earlier questions: ``[{n, text, stage, answered}]``, without the present one."""
        return telling.missed(self._state, seat)

    # What students do --------------------------------------------------------------------

    def admit(self, key: object, name: str | None) -> Seat:
        """D. The seat of this key: the one it has, or a new one under this name (None: a made-up
        one). Raises key, name, locked, removed, full."""
        digest = codes.digest_of_key(key)
        return self._change(lambda state, now: machine.admit(state, digest, name, now))

    def answer(self, seat: int, id: object, asked: int, round: int, answer: object) -> Stored:
        """D, with all that arrive meanwhile in one commit. Store a student's answer; an id that is
        stored already changes nothing. Raises id, answer, closed, unknown_question, no_seat."""
        checked = codes.check_id(id)

        def work(transaction: Transaction) -> Stored:
            state = self._begin(transaction)
            known = records.stored_answer(transaction.connection, state.id, seat, checked)
            if known is not None:
                return known
            now = self._now()
            machine.check_open(state, now)
            after, vote = machine.answer(state, seat, checked, asked, round, answer, now)
            records.add_answer(transaction.connection, state.id, seat, asked, round, vote)
            self._save(transaction, after)
            return Stored(checked, asked, round, False)

        return self._writer.do(work)

    def lost(self, seat: int, on: bool, place: Place | None = None) -> None:
        """D. Note that a student is lost (or no longer), and where. Raises no_seat."""

        def work(transaction: Transaction) -> None:
            state, now = self._begin(transaction), self._now()
            machine.check_open(state, now)
            machine.seat_of(state, seat)
            at = place or machine.place(state, self._motion.cursor)
            moment = Moment(seat, now, on, clean(at.lesson), clean(at.variant), at.step)
            records.add_moment(transaction.connection, state.id, moment)

        self._writer.do(work)

    # Who drives --------------------------------------------------------------------------

    def drive(
        self, by: By, token: int, scene: Scene | None = None, cursor: Cursor | None = None
    ) -> Moved:
        """D where there is a scene, which is stored then; a cursor is stored a little later.

        A new scene without a cursor has none. Raises not_driving (another driver, or an old
        token), invalid.
        """
        if scene is not None:
            records.check_storable(scene, "scene")
        if cursor is not None:
            records.check_storable(cursor, "cursor")
        if scene is None and cursor is not None:
            state = self._state
            self._check_open(state)
            machine.check_driver(state, by, token)
            seq = self._motion.at_once(cursor)
            if seq is not None:
                self._note_cursor()
                return Moved(seq, by, None, cursor)
        self._motion.scene_begins()
        try:
            return self._writer.do(
                lambda transaction: self._drive(transaction, by, token, scene, cursor)
            )
        finally:
            self._motion.scene_ends()

    def hand(self, by: By, to: int | None) -> Wheel:
        """D. Give the wheel to a seat, or (None) to the host. The new driver has a new token; the
        old one is worth nothing any more. Raises not_allowed, no_seat."""
        self._change(lambda state, now: (machine.hand(state, by, to), None))
        return self._turned()

    # What the host does ------------------------------------------------------------------

    def ask(self, asked: Asked) -> int:
        """D. Put a question to the class; its number. Raises open_question, too_many."""

        records.check_storable(asked, "question")

        def step(state: State, now: int) -> tuple[State, int]:
            after = machine.ask(state, asked, now)
            return after, len(after.questions)

        return self._change(step)

    def vote(self, asked: int, do: Do) -> None:
        """D. The host leads the vote on. Raises stage, unknown_question."""
        self._change(lambda state, now: (machine.vote(state, asked, do, now), None))

    def settle(self) -> bool:
        """D where there is something to do: close a timed vote that is over. Whether it did."""
        due = self.due
        if due is None or self._now() < due or self.ended:
            return False

        def step(state: State, now: int) -> tuple[State, bool]:
            after = machine.settle(state, now)
            return after, after is not state

        return self._change(step)

    def rename(self, seat: int, name: str) -> Seat:
        """D. Raises name, no_seat."""
        return self._change(lambda state, now: machine.rename(state, seat, name))

    def set_cohost(self, seat: int, on: bool) -> Seat:
        """D. Whether a student may take the wheel. Raises no_seat."""
        return self._change(lambda state, now: machine.set_cohost(state, seat, on))

    def remove(self, seat: int) -> Wheel | None:
        """D. Send a student away for good; the wheel, if it came back to the host by that.

        What the student answered stays stored but counts no more. Raises no_seat."""
        return self._without(seat, lambda state, now: machine.remove(state, seat, now))

    def forget(self, seat: int) -> Wheel | None:
        """D. Delete all that is stored of a student; the wheel as above. Raises no_seat."""
        return self._without(seat, lambda state, now: machine.forget(state, seat))

    def lock(self) -> None:
        """D. Nobody new can join."""
        self._change(lambda state, now: (replace(state, locked=True), None))

    def unlock(self) -> None:
        """D. Who has the code can join again."""
        self._change(lambda state, now: (replace(state, locked=False), None))

    def end(self) -> None:
        """D. The class is over; its results stay."""
        self._change(lambda state, now: (machine.finish(state, now), None))

    # How it is done ----------------------------------------------------------------------

    def snapshot(self) -> State:
        """All that is stored, at one moment (for results)."""
        return self._state

    def close(self) -> None:
        """The class was deleted, or is over and let go."""
        self._gone = True

    def _change(self, step: Step[T]) -> T:
        def work(transaction: Transaction) -> T:
            state, now = self._begin(transaction), self._now()
            machine.check_open(state, now)
            after, result = step(state, now)
            self._save(transaction, after)
            return result

        return self._writer.do(work)

    def _begin(self, transaction: Transaction) -> State:
        """The state to go on from; read anew if somebody else changed it in the database."""
        if self not in transaction.known:
            transaction.known.add(self)
            found = records.revision(transaction.connection, self._working.id)
            if found is None:
                self._gone = True
            elif found != self._working.revision:
                loaded = records.load(transaction.connection, self.code)
                if loaded is not None:
                    self._set(transaction, loaded.state)
        if self._gone:
            raise no_class()
        return self._working

    def _save(self, transaction: Transaction, after: State) -> None:
        before = self._working
        if after is not before:
            records.save(transaction.connection, before, after)
            self._set(transaction, after)

    def _set(self, transaction: Transaction, after: State) -> None:
        before, self._working = self._working, after

        def publish() -> None:
            self._state = after

        def undo() -> None:
            self._working = before

        transaction.after(publish, undo)

    def _check_open(self, state: State) -> None:
        if self._gone:
            raise no_class()
        machine.check_open(state, self._now())

    def _drive(
        self,
        transaction: Transaction,
        by: By,
        token: int,
        scene: Scene | None,
        cursor: Cursor | None,
    ) -> Moved:
        state = self._begin(transaction)
        self._check_open(state)
        machine.check_driver(state, by, token)
        seq = self._motion.next(cursor, reset=scene is not None)
        if scene is not None:
            self._save(transaction, replace(state, scene=scene))
        self._store_motion(transaction)
        return Moved(seq, by, scene, cursor)

    def _note_cursor(self) -> None:
        seconds = self._motion.to_note()
        if seconds is not None:
            self._writer.soon((self, "cursor"), seconds, self._store_motion)

    def _store_motion(self, transaction: Transaction) -> None:
        cursor, seq = self._motion.take()
        records.save_motion(transaction.connection, self._working.id, cursor, seq)

    def _turned(self) -> Wheel:
        self._motion.next()
        return self.wheel()

    def _without(self, seat: int, step: Callable[[State, int], State]) -> Wheel | None:
        def work(transaction: Transaction) -> bool:
            state, now = self._begin(transaction), self._now()
            machine.check_open(state, now)
            after = step(state, now)
            self._save(transaction, after)
            transaction.tidy = transaction.tidy or seat not in after.seats
            return after.token != state.token

        return self._turned() if self._writer.do(work) else None
