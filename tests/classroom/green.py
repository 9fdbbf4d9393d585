"""Ten students answer among green threads while others go on. ``python -m tests.classroom.green
MODE URL`` with the mode eventlet, gevent or threading; prints what came of it as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any


def main(mode: str, url: str) -> None:
    from visualizer.web.launch import patch

    patch(mode)  # type: ignore[arg-type]  # it is one of the three
    import ctypes
    import threading
    import time

    from tests.classroom.making import SCENE, capital, join, new_id
    from visualizer.classroom import Register

    def wait(ticket: Any) -> None:
        while not ticket.done:
            time.sleep(0.001)

    register = Register(url, wait=wait)
    register.open()
    session = register.session(register.start("", SCENE).code)
    seats = join(session, 10)
    n = session.ask(capital())
    beats = [0]

    def beat() -> None:
        while True:
            time.sleep(0.001)
            beats[0] += 1

    threading.Thread(target=beat, daemon=True).start()
    told: list[str] = []

    def answer(seat: int) -> None:
        ticket_beats.append(beats[0])
        told.append(session.answer(seat, new_id(), n, 1, "Rome").id)

    ticket_beats: list[int] = []
    # A disk that takes its time: the C library sleeps, in the thread that does the work.
    slow = register._the_writer().begin(lambda _: ctypes.CDLL(None).usleep(200_000))
    threads = [threading.Thread(target=answer, args=(seat,)) for seat in seats]
    for thread in threads:
        thread.start()
    wait(slow)
    during = beats[0]
    for thread in threads:
        thread.join()
    votes = session.votes()
    assert votes is not None
    register.close()
    print(json.dumps({"beats": during, "told": len(told), "counted": votes["answered"]}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
