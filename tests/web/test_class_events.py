"""A class over the sockets: who is told what, in each way of running the server."""

from __future__ import annotations

from tests.support.server import Server

from .classes import CURSOR, SCENE, Class, new_id

RIGHT, WRONG = "completed", "sleeping"


def test_a_class_from_its_start_to_its_end(server: Server) -> None:
    with Class(server.url, title="Threads", scene=SCENE) as lesson:
        host = lesson.host()
        assert (host.snapshot["title"], host.snapshot["role"]) == ("Threads", "host")
        ana, bo = lesson.student("Ana"), lesson.student("Bo")
        assert ana.snapshot["you"]["name"] == "Ana"
        assert ana.snapshot["scene"] == SCENE
        assert ana.snapshot["token"] is None

        drive = {"token": host.snapshot["token"], "cursor": CURSOR}
        seq = host.ask("drive", drive)["seq"]
        for student in (ana, bo):
            assert student.event("moved") == {"seq": seq, "by": "host", "cursor": CURSOR}

        asked = host.ask("ask", {"question": "status_after_completion"})["asked"]
        question = ana.until("question", asked=asked)
        assert (question["stage"], question["round"]) == ("voting", 1)
        assert question["choices"] == ["not started", "sleeping", "completed", "idle"]
        assert question["distribution"] is question["reveal"] is None

        id = new_id()
        assert ana.answer(asked, WRONG, id=id) == {"id": id, "stored": True, "round": 1}
        assert bo.answer(asked, RIGHT)["stored"]
        votes = host.until("votes", answered=2)
        assert (votes["of"], votes["right_share"]) == (2, 0.5)
        assert ana.refused("verdict", {"asked": asked}) == "not_yet"

        host.vote(asked, "show")
        shown = ana.until("question", stage="shown")
        assert {"answer": WRONG, "count": 1} in shown["distribution"][0]
        assert shown["reveal"] is None
        host.vote(asked, "again")
        assert ana.until("question", round=2)["stage"] == "voting"
        assert ana.answer(asked, WRONG, round=1)["error"]["code"] == "closed"
        assert ana.answer(asked, RIGHT, round=2)["round"] == 2
        host.vote(asked, "reveal")
        revealed = ana.until("question", stage="revealed")
        assert revealed["reveal"]["answers"] == [RIGHT]
        verdict = ana.ask("verdict", {"asked": asked})
        assert (verdict["answered"], verdict["correct"]) == (True, True)
        host.vote(asked, "dismiss")
        assert ana.event("question") is None

        assert host.ask("manage", {"do": "end"}) == {}
        for student in (ana, bo):
            assert student.until("state", ended=True)["title"] == "Threads"
            assert student.refused("lost", {"on": True}) == "not_in_class"
            again = {"code": lesson.code, "secret": student.secret, "as": "student"}
            assert student.refused("enter", again) == "no_class"
