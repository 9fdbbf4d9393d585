"""What is acknowledged is on disk: commits for many, failures, kills, and the thread behind it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.classroom.making import SCENE, Clock, capital, join, key, new_id
from tests.classroom.test_session import Again, refused
from tests.support.server import ROOT
from visualizer.classroom import Refused, Register, Session
from visualizer.classroom.shapes import Cursor
from visualizer.classroom.writer import Ticket, Transaction, Writer


@pytest.fixture
def writer(register: Register) -> Writer:
    return register._the_writer()


@pytest.fixture
def commits(register: Register) -> Iterator[list[str]]:
    """Grows by one with each commit of the database."""
    made: list[str] = []

    def note(_: object) -> None:
        made.append("commit")

    engine = register._engine
    sa.event.listen(engine, "commit", note)
    yield made
    sa.event.remove(engine, "commit", note)


class Held:
    """The database thread, busy until it is let go."""

    def __init__(self, writer: Writer) -> None:
        self._let = threading.Event()
        began = threading.Event()

        def work(_: object) -> None:
            began.set()
            assert self._let.wait(20)

        self._ticket = writer.begin(work)
        assert began.wait(20)

    def let_go(self) -> None:
        self._let.set()
        self._ticket.block()
        self._ticket.result()


def in_threads(works: list[Callable[[], object]]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    return threads


def waiting(writer: Writer, count: int) -> None:
    """Come back when so many pieces of work wait for the database thread."""
    until = time.monotonic() + 20
    while writer._queue.qsize() < count:
        assert time.monotonic() < until
        time.sleep(0.001)


def test_two_hundred_answers_share_a_commit(
    session: Session, writer: Writer, commits: list[str]
) -> None:
    seats = join(session, 200)
    n = session.ask(capital())
    held = Held(writer)
    threads = in_threads(
        [lambda seat=seat: session.answer(seat, new_id(), n, 1, "Rome") for seat in seats]
    )
    waiting(writer, 200)
    del commits[:]
    held.let_go()
    for thread in threads:
        thread.join()
    assert len(commits) == 2  # that of the work which held them, and theirs
    assert session.answered == frozenset(seats)


def test_none_is_acknowledged_before_its_commit(
    url: str, register: Register, session: Session
) -> None:
    (ana,) = join(session, 1)
    n = session.ask(capital())
    told = threading.Event()
    early: list[bool] = []

    def commit(_: object) -> None:
        early.append(told.wait(0.1))

    def vote() -> None:
        session.answer(ana, "first-of-all-answers", n, 1, "Rome")
        told.set()

    sa.event.listen(register._engine, "commit", commit)
    (thread,) = in_threads([vote])
    thread.join()
    sa.event.remove(register._engine, "commit", commit)
    assert early == [False]
    other = sa.create_engine(url)
    with other.connect() as connection:
        found = "SELECT count(*) FROM mw_answers WHERE client_id = 'first-of-all-answers'"
        assert connection.execute(sa.text(found)).scalar_one() == 1
    other.dispose()


def test_a_commit_that_fails_is_told_and_changes_nothing(
    register: Register, session: Session, writer: Writer
) -> None:
    ana, ben = join(session, 2)
    n = session.ask(capital())
    before = session.snapshot()

    def fail(_: object) -> None:
        raise sa.exc.OperationalError("COMMIT", {}, Exception("database or disk is full"))

    sa.event.listen(register._engine, "commit", fail)
    told = [
        refused("unavailable", lambda: session.answer(ana, new_id(), n, 1, "Rome")),
        refused("unavailable", lambda: session.admit(key(9), "Zoe")),
        refused("unavailable", lambda: session.drive("host", session.token, scene=SCENE)),
        refused("unavailable", lambda: session.hand("host", ana)),
    ]
    sa.event.remove(register._engine, "commit", fail)
    assert {refusal.status for refusal in told} == {503}
    assert session.snapshot() == before
    session.answer(ben, new_id(), n, 1, "Milan")
    assert session.answered == {ben}
    assert session.admit(key(9), "Zoe").seat == 3


def test_work_that_fails_takes_nobody_with_it(
    url: str, clock: Clock, session: Session, writer: Writer
) -> None:
    ana, ben = join(session, 2)
    n = session.ask(capital())

    def broken(transaction: Transaction) -> None:
        transaction.connection.execute(sa.text("SELECT nothing FROM nowhere"))

    held = Held(writer)
    threads = in_threads([lambda: session.answer(ana, "a" * 16, n, 1, "Rome")])
    waiting(writer, 1)
    ticket = writer.begin(broken)
    mistake = writer.begin(lambda _: 1 / 0)
    threads += in_threads([lambda: session.answer(ben, "b" * 16, n, 1, "Milan")])
    waiting(writer, 4)
    held.let_go()
    for thread in threads:
        thread.join()
    ticket.block()
    with pytest.raises(Refused):
        ticket.result()
    mistake.block()
    with pytest.raises(ZeroDivisionError):
        mistake.result()
    assert session.answered == {ana, ben}
    with Again(url, clock, session.code) as after:
        assert after.snapshot() == session.snapshot()


def test_who_waits_by_a_callback_is_called_once(writer: Writer) -> None:
    called: list[str] = []
    held = Held(writer)
    ticket: Ticket[int] = writer.begin(lambda _: 7)
    ticket.when_done(lambda: called.append("later"))
    assert not ticket.done
    held.let_go()
    ticket.block()
    assert ticket.result() == 7
    ticket.when_done(lambda: called.append("at once"))
    writer.do(lambda _: None)
    assert called == ["later", "at once"]


def test_the_register_asks_the_caller_how_to_wait(url: str) -> None:
    waited: list[Ticket[object]] = []

    def wait(ticket: Ticket[object]) -> None:
        waited.append(ticket)
        ticket.block()

    register = Register(url, wait=wait)
    register.open()
    register.session(register.start("", SCENE).code).lock()
    register.close()
    register.close()
    assert len(waited) > 3
    assert all(ticket.done for ticket in waited)
    refused("unavailable", lambda: register.start("", SCENE))


def test_a_cursor_that_moves_is_written_now_and_then(
    session: Session, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[float] = []
    soon = writer.soon

    def note(name: object, seconds: float, work: Callable[[Transaction], None]) -> None:
        noted.append(seconds)
        soon(name, seconds, work)

    monkeypatch.setattr(writer, "soon", note)
    began = time.monotonic()
    for step in range(500):
        session.drive("host", session.token, cursor=Cursor(step=step))
    took = time.monotonic() - began
    assert session.cursor == Cursor(step=499)
    assert noted[0] == 0.0  # the first at once
    assert all(0 < seconds <= 0.5 for seconds in noted[1:])
    assert len(noted) <= 2 + took / 0.5


def test_a_cursor_waits_behind_a_scene(session: Session, writer: Writer) -> None:
    order: list[tuple[str, int]] = []
    held = Held(writer)

    def scene() -> None:
        order.append(("scene", session.drive("host", session.token, scene=SCENE).seq))

    def cursor() -> None:
        moved = session.drive("host", session.token, cursor=Cursor(step=3))
        order.append(("cursor", moved.seq))

    threads = in_threads([scene])
    waiting(writer, 1)
    threads += in_threads([cursor])
    waiting(writer, 2)
    held.let_go()
    for thread in threads:
        thread.join()
    numbers = dict(order)
    assert numbers["scene"] < numbers["cursor"]
    assert session.cursor == Cursor(step=3)


def test_two_that_drive_at_once_are_never_both_right(session: Session) -> None:
    ana, ben = join(session, 2)
    for seat in (ana, ben):
        session.set_cohost(seat, True)
    granted: list[tuple[int, int]] = []
    refusals: set[str] = set()

    def fight(seat: int) -> None:
        for step in range(40):
            token = session.hand(seat, seat).token
            try:
                moved = session.drive(seat, token, scene=SCENE, cursor=Cursor(step=step))
            except Refused as refusal:
                refusals.add(refusal.code)
            else:
                granted.append((moved.seq, seat))

    threads = in_threads([lambda: fight(ana), lambda: fight(ben)])
    for thread in threads:
        thread.join()
    assert refusals <= {"not_driving"}
    assert len({seq for seq, _ in granted}) == len(granted)
    assert session.driver in (ana, ben)


def test_many_that_join_at_once_have_seats_of_their_own(session: Session) -> None:
    found: list[int] = []
    threads = in_threads(
        [
            lambda n=n: found.append(session.admit(key(n // 2), "Ana").seat)  # two tabs each
            for n in range(100)
        ]
    )
    for thread in threads:
        thread.join()
    assert sorted(found) == [seat for seat in range(1, 51) for _ in range(2)]
    assert len({seat.name for seat in session.seats}) == 50


def test_killed_in_the_middle_of_a_vote(url: str, register: Register) -> None:
    """No acknowledged answer is lost; sent again, none is stored twice."""
    code = register.start("", SCENE).code
    session = register.session(code)
    seats = join(session, 8)
    n = session.ask(capital())
    register.close()
    command = [sys.executable, "-m", "tests.classroom.killed", url, code, str(n)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=environment) as server:
        assert server.stdout is not None
        told = [server.stdout.readline().strip().decode() for _ in range(100)]
        server.send_signal(signal.SIGKILL)
        told += server.stdout.read().decode().split()
    assert all(len(id) == 16 for id in told)
    after = Register(url)
    after.open()
    session = after.session(code)
    known = {id: session.answer(int(id[:8]), id, n, 1, "Rome") for id in told}
    assert all(stored.repeated for stored in known.values())
    assert session.answered <= set(seats)
    newest = {seat: max(id for id in told if int(id[:8]) == seat) for seat in session.answered}
    for seat, id in newest.items():
        mine = session.mine(seat)
        assert mine is not None
        assert mine["id"] >= id  # that one, or one that was stored but could not be told any more
    line = next(line for line in after.overview() if line.code == code)
    assert len(told) <= line.answers <= len(told) + len(seats)
    after.close()


@pytest.mark.parametrize("mode", ["eventlet", "gevent", "threading"])
def test_the_database_thread_holds_up_no_green_thread(mode: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'classes.sqlite3'}"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.classroom.green", mode, url],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    told = json.loads(done.stdout)
    assert told["beats"] > 5  # they went on while the disk was busy
    assert (told["told"], told["counted"]) == (10, 10)
