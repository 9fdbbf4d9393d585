"""Whatever a class does in whatever order: what is stored is what is in memory, to the last bit,
and what is told to students gives nothing away."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.classroom.making import SCENE, Clock, capital, join, key
from visualizer.classroom import Refused, Register, records
from visualizer.classroom.shapes import Cursor

SEATS = st.integers(1, 5)
DOES = st.sampled_from(["close", "show", "again", "reveal", "dismiss", "hint"])


class AnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.register = Register("sqlite://", now=self.clock)
        self.register.open()
        self.session = self.register.session(self.register.start("", SCENE).code)
        join(self.session, 4)
        self.session.ask(capital())
        self.stored: dict[tuple[int, str], Any] = {}
        self.refused: set[str] = set()
        self.seq = 0
        self.token = self.session.token

    def teardown(self) -> None:
        self.register.close()

    def attempt(self, work: Any, *arguments: Any) -> Any:
        """Do it; what is refused changes nothing."""
        before = self.session.snapshot()
        try:
            return work(*arguments)
        except Refused as refused:
            self.refused.add(refused.code)
        assert self.session.snapshot() is before
        return None

    @rule(n=SEATS, name=st.sampled_from(["Ana", "ana", None, ""]))
    def join(self, n: int, name: str | None) -> None:
        self.attempt(self.session.admit, key(n), name)

    @rule(seat=st.integers(3, 6), how=st.sampled_from(["remove", "forget"]))
    def leave(self, seat: int, how: str) -> None:
        self.attempt(getattr(self.session, how), seat)
        self.turned()  # a driver who leaves has lost the wheel
        if how == "forget":
            self.stored = {k: v for k, v in self.stored.items() if k[0] != seat}

    @rule(how=st.sampled_from(["lock", "unlock"]))
    def lock(self, how: str) -> None:
        self.attempt(getattr(self.session, how))

    @rule(seat=SEATS, on=st.booleans())
    def cohost(self, seat: int, on: bool) -> None:
        self.attempt(self.session.set_cohost, seat, on)

    @rule(by=st.one_of(st.just("host"), SEATS), to=st.one_of(st.none(), SEATS))
    def hand(self, by: Any, to: int | None) -> None:
        self.attempt(self.session.hand, by, to)
        self.turned()

    def turned(self) -> None:
        """The wheel may have gone to somebody else."""
        assert self.session.token >= self.token
        self.token = self.session.token

    @rule(step=st.integers(0, 9), scene=st.booleans())
    def drive(self, step: int, scene: bool) -> None:
        moved = self.session.drive(
            self.session.driver, self.token, SCENE if scene else None, Cursor(step=step)
        )
        assert moved.seq > self.seq
        self.seq = moved.seq

    @rule(seconds=st.sampled_from([None, 10]), answer=st.sampled_from(["Rome", None]))
    def ask(self, seconds: int | None, answer: str | None) -> None:
        self.attempt(self.session.ask, capital(answer, seconds=seconds))

    @rule(do=DOES)
    def vote(self, do: Any) -> None:
        n = len(self.session.snapshot().questions)
        self.attempt(self.session.vote, n, do)

    @rule(
        seat=SEATS,
        id=st.integers(0, 20),
        back=st.sampled_from([0, 0, 0, 1]),
        given=st.sampled_from(["Rome", "Milan", "Turin", "Oslo"]),
    )
    def answer(self, seat: int, id: int, back: int, given: str) -> None:
        put = self.session.snapshot().question
        n, round = (put.n - back, put.round) if put else (1, 1)
        name = f"{id:0>16}"
        found = self.attempt(self.session.answer, seat, name, n, round, given)
        if found is not None:
            known = self.stored.setdefault((seat, name), (found.asked, found.round))
            assert known == (found.asked, found.round)

    @rule(seconds=st.sampled_from([1.0, 11.0]))
    def pass_by(self, seconds: float) -> None:
        self.clock.pass_by(seconds)
        self.session.settle()

    @invariant()
    def stored_is_what_is_told(self) -> None:
        loaded = self.register._the_writer().read(
            lambda connection: records.load(connection, self.session.code)
        )
        assert loaded is not None
        assert loaded.state == self.session.snapshot()

    @invariant()
    def nothing_fails(self) -> None:
        assert "unavailable" not in self.refused

    @invariant()
    def each_answer_is_stored_once(self) -> None:
        (line,) = self.register.overview()
        assert line.answers == len(self.stored)

    @invariant()
    def students_learn_nothing_early(self) -> None:
        told = self.session.public_question()
        if told is not None and told["stage"] != "revealed":
            assert told["reveal"] is None
            assert "right" not in json.dumps(told)
            assert (told["distribution"] is None) == (told["stage"] != "shown")

    @invariant()
    def the_driver_is_there(self) -> None:
        driver = self.session.driver
        assert driver == "host" or driver in {seat.seat for seat in self.session.seats}


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=15, stateful_step_count=40, deadline=None)
