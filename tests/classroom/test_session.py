"""One class, on every database: who is in it, who drives, and what outlives the server."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.classroom.making import SCENE, Clock, answer, capital, join, key, new_id
from visualizer.classroom import Refused, Register, Session
from visualizer.classroom.shapes import MAX_SEATS, Cursor, Place, Pointer, Scene, Slot

CURSOR = Cursor(step=4, s=0.5, t=1.25, pointer=Pointer(at="line 3", x=0.1, y=0.9))


def refused(code: str, work: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        work()
    assert caught.value.code == code
    return caught.value


class Again:
    """The same database in a server that was started anew."""

    def __init__(self, url: str, clock: Clock, code: str) -> None:
        self.register = Register(url, now=clock)
        self.register.open()
        self.session = self.register.session(code)

    def __enter__(self) -> Session:
        return self.session

    def __exit__(self, *_: object) -> None:
        self.register.close()


# In and out ---------------------------------------------------------------------------------


def test_the_same_key_has_the_same_seat(session: Session) -> None:
    ana = session.admit(key(1), "Ana")
    assert session.admit(key(1), "Somebody else") == ana == session.seat_of(key(1))
    other = session.admit(key(2), "ana")
    assert (other.seat, other.name) == (2, "ana 2")
    assert session.seats == [ana, other]
    assert key(1) not in repr(session.snapshot())


def test_without_a_name_there_is_a_pseudonym(session: Session) -> None:
    made_up = {session.admit(key(n), None).name for n in range(40)}
    assert len(made_up) == 40
    assert all(len(name.split()) >= 2 for name in made_up)


def test_a_locked_class_takes_nobody_new(session: Session) -> None:
    ana = session.admit(key(1), "Ana")
    session.lock()
    assert refused("locked", lambda: session.admit(key(2), "Ben")).status == 403
    assert session.admit(key(1), None) == ana
    session.unlock()
    session.admit(key(2), "Ben")


def test_who_was_removed_stays_out(session: Session) -> None:
    ana, ben = join(session, 2)
    session.ask(capital())
    answer(session, ana, "Rome")
    answer(session, ben, "Milan")
    assert session.remove(ana) is None
    refused("removed", lambda: session.admit(key(0), "Ana again"))
    refused("removed", lambda: session.seat_of(key(0)))
    refused("no_seat", lambda: answer(session, ana, "Rome"))
    refused("no_seat", lambda: session.remove(ana))
    votes = session.votes()
    assert votes is not None
    assert (votes["answered"], votes["of"]) == (1, 1)
    assert session.answered == {ben}


def test_of_who_is_forgotten_nothing_stays(url: str, clock: Clock, session: Session) -> None:
    ana, ben = join(session, 2)
    session.ask(capital())
    answer(session, ana, "Rome")
    answer(session, ben, "Milan")
    session.lost(ana, True)
    session.forget(ana)
    refused("not_yours", lambda: session.seat_of(key(0)))
    refused("no_seat", lambda: session.forget(ana))
    assert session.admit(key(0), "Student 0").seat == 3
    with Again(url, clock, session.code) as after:
        assert after.snapshot() == session.snapshot()
        assert after.answered == {ben}


def test_a_student_can_go_without_a_trace_even_after_the_class(
    url: str, register: Register, session: Session
) -> None:
    ana, ben = join(session, 2)
    session.ask(capital())
    answer(session, ana, "Rome")
    session.end()
    register.expire()
    refused("not_yours", lambda: register.forget(session.code, key(7)))
    refused("key", lambda: register.forget(session.code, "no key"))
    refused("no_class", lambda: register.forget("ZZZZZZ", key(0)))
    register.forget(session.code.lower(), key(0))
    refused("not_yours", lambda: register.forget(session.code, key(0)))
    plain = register.export(session.code).plain()
    assert [student["seat"] for student in plain["students"]] == [ben]
    assert plain["questions"][0]["rounds"][0]["answered"] == 0


def test_renaming_keeps_names_apart(session: Session) -> None:
    ana, ben = join(session, 2)
    assert session.rename(ben, " Student 0").name == "Student 0 2"
    assert session.rename(ben, "STUDENT 1").name == "STUDENT 1"
    refused("name", lambda: session.rename(ben, "\u200b"))
    refused("no_seat", lambda: session.rename(9, "X"))
    assert session.seat(ana).name == "Student 0"


def test_a_class_is_full_some_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_SEATS == 2_000
    monkeypatch.setattr("visualizer.classroom.machine.MAX_SEATS", 3)
    join(session, 3)
    assert refused("full", lambda: session.admit(key(9), "Zoe")).status == 403
    assert session.admit(key(1), None).seat == 2


# The code ------------------------------------------------------------------------------------


def test_wrong_ended_and_expired_codes_get_the_same_words(register: Register, clock: Clock) -> None:
    ended = register.start("", SCENE)
    register.session(ended.code).end()
    expired = register.start("", SCENE)
    held = register.session(expired.code)
    clock.pass_by(8 * 3600)
    told = {
        str(refused("no_class", lambda code=code: register.session(code)).answer())
        for code in ("ZZZZZZ", "no code", None, ended.code, expired.code)
    }
    assert len(told) == 1
    assert held.ended
    refused("no_class", lambda: held.admit(key(1), "Ana"))
    refused("no_class", lambda: held.drive("host", held.token, cursor=CURSOR))
    refused("no_class", lambda: held.drive("host", held.token, scene=SCENE))
    assert held.settle() is False


def test_a_code_is_typed_in_any_way(register: Register) -> None:
    code = register.start("", SCENE).code
    assert register.session(f" {code[:3].lower()}-{code[3:]} ") is register.session(code)


def test_the_hosts_secret(register: Register) -> None:
    started = register.start("", SCENE)
    session = register.session(started.code)
    assert session.is_host(started.secret)
    for wrong in ("", started.code, key(1), None, 5):
        assert not session.is_host(wrong)
    assert started.secret not in repr(session.snapshot())


@pytest.mark.parametrize(
    "scene",
    [
        Scene(lesson="x\ud800", slots=[Slot(variant="thread")]),
        Scene(lesson="x", slots=[Slot(variant="thread")], speed=float("nan")),
        Scene(lesson="x", slots=[Slot(variant="thread", parameters={"n": float("inf")})]),
        Scene(lesson="x", slots=[Slot(variant="thread", parameters={"n": "y" * 600_000})]),
    ],
)
def test_a_scene_that_would_not_come_back_is_refused(
    register: Register, session: Session, scene: Scene
) -> None:
    refused("invalid", lambda: register.start("", scene))
    refused("invalid", lambda: session.drive("host", session.token, scene=scene))
    assert session.scene == SCENE


def test_a_title_of_any_length_is_no_title(register: Register) -> None:
    refused("title", lambda: register.start("x" * 10_000, SCENE))


# The wheel -----------------------------------------------------------------------------------


def test_movements_are_numbered(session: Session) -> None:
    one = session.drive("host", session.token, cursor=CURSOR)
    two = session.drive("host", session.token, scene=SCENE, cursor=CURSOR)
    three = session.drive("host", session.token, scene=SCENE)
    assert one.seq < two.seq < three.seq == session.seq
    assert session.cursor is None


def test_an_old_token_is_worth_nothing(session: Session) -> None:
    ana, ben = join(session, 2)
    hosts = session.token
    wheel = session.hand("host", ana)
    assert (wheel.driver, wheel.name, session.driver_name) == (ana, "Student 0", "Student 0")
    for by, token in (("host", hosts), (ana, hosts), ("host", wheel.token), (ben, wheel.token)):
        refused("not_driving", lambda by=by, token=token: session.drive(by, token, cursor=CURSOR))
        refused("not_driving", lambda by=by, token=token: session.drive(by, token, scene=SCENE))
    session.drive(ana, wheel.token, cursor=CURSOR)
    back = session.hand("host", None)
    refused("not_driving", lambda: session.drive(ana, wheel.token, scene=SCENE))
    session.drive("host", back.token, scene=SCENE)


def test_who_may_hand_the_wheel_on(session: Session) -> None:
    ana, ben = join(session, 2)
    for by, to in ((ana, ana), (ana, None), (ana, ben), (ben, None)):
        refused("not_allowed", lambda by=by, to=to: session.hand(by, to))
    refused("no_seat", lambda: session.hand("host", 7))
    session.hand("host", ana)
    refused("not_allowed", lambda: session.hand(ana, ben))
    assert session.hand(ana, None).driver == "host"
    session.set_cohost(ben, True)
    refused("not_allowed", lambda: session.hand(ben, ana))
    assert session.hand(ben, ben).driver == ben
    session.set_cohost(ben, False)
    assert session.driver == ben


@pytest.mark.parametrize("how", ["remove", "forget"])
def test_without_its_driver_the_wheel_is_the_hosts(session: Session, how: str) -> None:
    (ana,) = join(session, 1)
    token = session.hand("host", ana).token
    wheel = getattr(session, how)(ana)
    assert wheel is not None
    assert wheel.driver == session.driver == "host"
    assert wheel.token > token


# After the server was killed or stopped --------------------------------------------------------


def test_everything_goes_on_after_a_restart(url: str, clock: Clock, session: Session) -> None:
    ana, ben, zoe = join(session, 3)
    session.set_cohost(ben, True)
    session.remove(zoe)
    session.lock()
    session.ask(capital(seconds=60, points=10))
    answer(session, ana, "Milan")
    answer(session, ana, "Rome")
    token = session.hand("host", ana).token
    scene = Scene(lesson="greet", slots=[Slot(variant="late")], speed=0.5)
    session.drive(ana, token, scene=scene, cursor=CURSOR)
    with Again(url, clock, session.code) as after:
        assert after.snapshot() == session.snapshot()
        assert after.cursor == CURSOR
        assert after.seq > session.seq
        assert after.public_question() == session.public_question()
        assert after.mine(ana) == session.mine(ana)
        after.drive(ana, token, cursor=CURSOR)
        refused("locked", lambda: after.admit(key(7), "New"))


def test_the_cursor_is_stored_at_the_close_at_the_latest(
    url: str, clock: Clock, register: Register, session: Session
) -> None:
    for step in range(1, 30):
        session.drive("host", session.token, cursor=Cursor(step=step))
    register.close()
    with Again(url, clock, session.code) as after:
        assert after.cursor == Cursor(step=29)
        assert after.seq > session.seq


def test_a_restart_right_after_a_restart_gives_no_number_twice(
    url: str, clock: Clock, session: Session
) -> None:
    seen = [session.drive("host", session.token, cursor=CURSOR).seq]
    for _ in range(3):
        with Again(url, clock, session.code) as after:
            seen.append(after.drive("host", after.token, cursor=CURSOR).seq)
    assert sorted(set(seen)) == seen


def test_what_another_program_deletes_is_gone_here(
    url: str, register: Register, session: Session
) -> None:
    ana, ben = join(session, 2)
    session.hand("host", ana)
    other = Register(url)
    other.open(reading=True)
    other.delete_seat(session.code, ana)
    session.lock()  # any change takes notice
    assert [seat.seat for seat in session.seats] == [ben]
    assert session.driver == "host"
    with pytest.raises(Refused):
        other.delete_seat(session.code, ana)
    other.delete(session.code)
    refused("no_class", session.unlock)
    refused("no_class", lambda: session.answer(ben, new_id(), 1, 1, "Rome"))
    refused("no_class", lambda: register.session(session.code))
    other.close()


def test_classes_go_when_their_time_is_over(url: str, clock: Clock, register: Register) -> None:
    register.expire()
    short = Register(url, now=clock, hours=1, keep_days=2)
    short.open()
    gone, stays = short.start("gone", SCENE), register.start("stays", SCENE)
    join(short.session(gone.code), 2)
    clock.pass_by(3600 + 2 * 86_400 - 1)
    assert register.expire() == 0
    clock.pass_by(1)
    assert register.expire() == 1
    codes = [line.code for line in register.overview()]
    assert stays.code in codes
    assert gone.code not in codes
    with pytest.raises(Refused):
        register.export(gone.code)
    short.close()


def test_the_overview(register: Register, session: Session) -> None:
    join(session, 2)
    session.ask(capital())
    answer(session, 1, "Rome")
    line = next(line for line in register.overview() if line.code == session.code)
    assert (line.title, line.lesson, line.state) == ("Threads", "long_task", "open")
    assert (line.seats, line.questions, line.answers) == (2, 1, 1)
    session.end()
    line = next(line for line in register.overview() if line.code == session.code)
    assert line.state == "ended"
    assert line.ended is not None
    assert line.deleted_at == line.ended + 180 * 86_400_000


def test_where_people_get_lost_is_kept(register: Register, session: Session) -> None:
    ana, ben = join(session, 2)
    session.drive("host", session.token, scene=SCENE, cursor=CURSOR)
    session.lost(ana, True)
    session.lost(ben, True)
    session.lost(ben, False)
    session.lost(ben, True, Place(lesson="greet\x00", variant="late\ud800", step=2))
    refused("no_seat", lambda: session.lost(9, True))
    assert register.export(session.code).plain()["lost"] == [
        {"lesson": "long_task", "variant": "thread", "step": 4, "seats": 2},
        {"lesson": "greet", "variant": "late", "step": 2, "seats": 1},
    ]
