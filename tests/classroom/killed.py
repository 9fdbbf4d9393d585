"""A server in small, to be killed: takes answers until then, and says which are on disk.

``python -m tests.classroom.killed URL CODE ASKED``. Each line on stdout is the id of an answer that
was acknowledged.
"""

from __future__ import annotations

import itertools
import os
import sys
import threading

from visualizer.classroom import Register
from visualizer.classroom.shapes import Cursor


def main(url: str, code: str, asked: int) -> None:
    register = Register(url)
    register.open()
    session = register.session(code)
    numbers = itertools.count()

    def answers(seat: int) -> None:
        for n in numbers:
            id = f"{seat:0>8}{n:0>8}"
            session.answer(seat, id, asked, 1, ["Rome", "Milan", "Turin"][n % 3])
            session.drive("host", session.token, cursor=Cursor(step=n))
            os.write(1, f"{id}\n".encode())

    for seat in session.seats:
        threading.Thread(target=answers, args=(seat.seat,), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
