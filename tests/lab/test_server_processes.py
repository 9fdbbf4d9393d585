"""The workers of the web server: each a process with its own memory and interpreter lock."""

from __future__ import annotations

import pytest

from tests.lab.jobs import job, view
from tests.support.sweeps import some
from visualizer.lab import Job, Lab, LabError, Server, Users

TWO = Server(workers=2)


def test_a_global_set_in_one_worker_is_not_seen_in_another(lab: Lab) -> None:
    counting = view(
        "global count\ncount += 1\ntime.sleep(1)\nreturn f'{count} {os.getpid()}'",
        "count = 0",
        users=Users(count=2),
    )
    counting.server = Server(threads=2)
    assert [each.body for each in lab.run(counting).requests] == ["2 1000", "2 1000"]
    counting.server = TWO
    trace = lab.run(counting)
    assert [each.body for each in trace.requests] == ["1 1000", "1 1001"]
    counts = [each for each in trace.variables if each.name == "count"]
    assert [each.lane for each in counts] == ["web-1-server-1", "web-2-server-1"]
    assert [each.values[-1][1] for each in counts] == ["1", "1"]


def test_workers_compute_at_the_same_time(lab: Lab) -> None:
    before = "from visualizer import work"
    both = view("work.cpu(1)\nreturn 'ok'", before, users=Users(count=2), line_cost=0.0)
    both.server = TWO
    assert [each.done for each in lab.run(both).requests] == [1.0, 1.0]


def test_lanes_of_all_processes_are_counted(lab: Lab) -> None:
    def names(server: Server) -> list[str]:
        trace = lab.run(view("return 'ok'", server=server))
        return [lane.name for lane in trace.lanes if lane.kind == "server"]

    assert names(Server()) == ["main"]
    assert names(Server(threads=2)) == ["server thread 1", "server thread 2"]
    assert names(TWO) == ["server thread 1", "server thread 2"]
    assert names(Server(workers=2, threads=2)) == [f"server thread {n}" for n in (1, 2, 3, 4)]


def test_users_stand_in_one_line_for_all_workers(lab: Lab) -> None:
    slow = view("time.sleep(2)\nreturn 'ok'", users=Users(count=5), line_cost=0.0, server=TWO)
    trace = lab.run(slow)
    assert [each.done for each in trace.requests] == [2, 2, 4, 4, 6]
    assert {span.state for span in trace.spans if span.lane == "user-5"} == {"queued", "waiting"}


def test_chance_is_another_in_each_worker(lab: Lab) -> None:
    drawing = view("time.sleep(1)\nreturn str(random.random())", users=Users(count=2), server=TWO)
    assert len({each.body for each in lab.run(drawing).requests}) == 2


PLAY = """
@app.get("/")
def view():
    time.sleep(random.random())
    threading.Thread(target=time.sleep, args=(random.random(),)).start()
    return str(random.random())
"""


@pytest.mark.parametrize("seed", some([0, 3], 3))
def test_the_same_bytes_whatever_the_hash_seed(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    def play() -> Job:
        users = Users(count=20, arrival="poisson", seconds=0.1)
        return job(PLAY, users=users, seed=seed, server=Server(workers=3, threads=2))

    bodies = set()
    for hash_seed in ("0", "12345", "random"):
        monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
        with Lab(cache_dir=None) as lab:
            bodies.add(lab.run_json(play()))
    assert len(bodies) == 1


def test_a_request_that_waits_for_ever_is_told(lab: Lab) -> None:
    body = "lock = threading.Lock()\nlock.acquire()\nlock.acquire()\nreturn 'never'"
    trace = lab.run(view(body, server=TWO))
    assert trace.truncated is not None
    assert (
        trace.truncated.reason == "deadlock: server thread 1 waits for a lock that it holds itself"
    )


def test_without_fork_there_are_no_processes(lab: Lab) -> None:
    with Lab(cache_dir=None, fork=False) as spawning, pytest.raises(LabError, match="can fork"):
        spawning.run(view("return 'ok'", server=TWO))
