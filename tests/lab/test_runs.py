"""What a run of a real Flask program looks like from outside: users, server, output, variables."""

from __future__ import annotations

import os

import pytest

from tests.lab.jobs import job, view
from tests.support.sweeps import some
from visualizer.lab import Job, Lab, Server, UserRequest, Users
from visualizer.trace import Trace, encode


def waits(trace: Trace) -> list[float]:
    return [round(each.done - each.sent, 3) for each in trace.requests if each.done is not None]


def test_a_server_that_has_answered_is_idle(lab: Lab) -> None:
    requests = [UserRequest(), UserRequest(at=1.0)]
    trace = lab.run(view("return 'ok'", requests=requests, line_cost=0.01))
    assert [(span.start, span.end) for span in trace.spans if span.lane == "server-1"] == [
        (0.0, 0.01),
        (1.0, 1.01),
    ]


def test_one_worker_makes_users_queue(lab: Lab) -> None:
    slow = view("time.sleep(2)\nreturn 'done'", users=Users(count=4), line_cost=0.0)
    assert waits(lab.run(slow)) == [2, 4, 6, 8]
    slow.server = Server(workers=4)
    assert waits(lab.run(slow)) == [2, 2, 2, 2]
    slow.server = Server(workers=1, threads=2)
    assert waits(lab.run(slow)) == [2, 2, 4, 4]


def test_lines_and_network_cost_what_the_model_says(lab: Lab) -> None:
    trace = lab.run(view("x = 1\nreturn 'done'", network=0.02, line_cost=0.001))
    (request,) = trace.requests
    assert (request.sent, request.received, request.done) == (0.0, 0.02, 0.042)
    assert [line.t for line in trace.lines] == [0.02, 0.021]


def test_computing_in_a_thread_slows_the_others_down(lab: Lab) -> None:
    before = "from visualizer import work"
    both = view("work.cpu(1)\nreturn 'done'", before, users=Users(count=2), line_cost=0.0)
    both.server = Server(threads=2)
    first, second = waits(lab.run(both))
    assert 1.9 < first <= second == 2.0


def test_users_arrive_as_told(lab: Lab) -> None:
    def sent(**users: object) -> list[float]:
        trace = lab.run(view("return 'done'", users=Users(**users), line_cost=0.0))
        return [each.sent for each in trace.requests]

    assert sent(count=3) == [0, 0, 0]
    assert sent(count=3, arrival="every", seconds=0.5) == [0, 0.5, 1]
    assert sent(count=4, arrival="burst", seconds=3, size=2) == [0, 0, 3, 3]
    poisson = sent(count=5, arrival="poisson", seconds=0.1)
    assert poisson == sorted(set(poisson))
    assert poisson == sent(count=5, arrival="poisson", seconds=0.1)


def test_a_user_saves_polls_and_moves_on(lab: Lab) -> None:
    program = """
    polls = 0
    @app.post("/jobs")
    def start():
        return {"id": 7, "name": request.form["name"]}
    @app.get("/jobs/<int:number>")
    def status(number):
        global polls
        polls += 1
        return {"number": number, "done": polls == 3}
    @app.post("/bye/<name>")
    def bye(name):
        return {"name": name, "body": request.json}
    """
    script = [
        UserRequest(method="post", path="/jobs", form={"name": "report"}, save=["id", "name"]),
        UserRequest(path="/jobs/{id}", every=1.0, until="done"),
        UserRequest(method="POST", path="/bye/{name}", at=9.0, json={"id": "{id}"}),
    ]
    trace = lab.run(job(program, requests=script, line_cost=0.0))
    assert [(each.path, each.sent) for each in trace.requests] == [
        ("/jobs", 0),
        ("/jobs/7", 0),
        ("/jobs/7", 1),
        ("/jobs/7", 2),
        ("/bye/report", 9),
    ]
    assert trace.requests[-1].body == '{"body":{"id":"7"},"name":"report"}\n'
    assert trace.truncated is None


def test_users_have_names_and_scripts_of_their_own(lab: Lab) -> None:
    script = [
        UserRequest(path="/", user="Zoe"),
        UserRequest(path="/", user=2),
        UserRequest(path="/"),
    ]
    trace = lab.run(view("return 'done'", requests=script, users=Users(count=2)))
    names = {lane.id: lane.name for lane in trace.lanes}
    assert sorted(names[each.user] for each in trace.requests) == [
        "Ana", "Ben", "Ben", "Zoe", "Zoe",
    ]  # fmt: skip


def test_browsers_keep_cookies_and_follow_redirects(lab: Lab) -> None:
    program = """
    app.secret_key = "secret"
    @app.get("/in")
    def sign_in():
        session["user"] = "ana"
        return redirect("/me?from=in")
    @app.get("/me")
    def me():
        return {"user": session.get("user"), "from": request.args["from"]}
    """
    trace = lab.run(job(program, "/in"))
    assert [each.status for each in trace.requests] == [302, 200]
    assert trace.requests[1].body == '{"from":"in","user":"ana"}\n'


def test_a_streamed_response_has_its_first_byte_early(lab: Lab) -> None:
    body = """
    def parts():
        for part in "abc":
            time.sleep(1)
            yield part
    return parts()
    """
    (request,) = lab.run(view(body, line_cost=0.0)).requests
    assert (request.first_byte, request.done, request.body) == (1.0, 3.0, "abc")


def test_an_error_in_a_view_reaches_user_and_output(lab: Lab) -> None:
    trace = lab.run(view("secret = {}\nreturn secret['key']"))
    assert trace.requests[0].status == 500
    (problem,) = trace.problems
    assert (problem.line, problem.error) == (9, "KeyError: 'key'")
    (text,) = [each.text for each in trace.output]
    assert 'File "test_app.py", line 9, in view' in text
    assert "return secret['key']" in text
    assert os.sep + "site-packages" not in text


def test_an_error_in_a_thread_fails_its_task(lab: Lab) -> None:
    before = "def work():\n    time.sleep(1)\n    raise ValueError('no mail today')"
    trace = lab.run(view("threading.Thread(target=work).start()\nreturn 'done'", before))
    assert "    raise ValueError('no mail today')" in trace.output[-1].text
    (task,) = trace.tasks
    assert (task.name, task.state, task.error) == ("work", "failed", "ValueError: no mail today")
    assert trace.requests[0].status == 200


def test_variables_are_followed_and_shown_without_addresses(lab: Lab) -> None:
    before = """
    class Mail:
        def __init__(self, to):
            self.to = to
        def __repr__(self):
            while True: pass
    outbox = []
    """
    body = """
    mail = Mail("ana")
    mail.to = "ben"
    outbox.append(mail.to)
    lock = threading.Lock()
    del mail
    return "done"
    """
    trace = lab.run(view(body, before))
    changes = [
        (each["scope"], each["name"], each["value"])
        for line in trace.lines
        for each in line.changed
        if each["scope"] != "__init__"
    ]
    assert changes == [
        ("global", "outbox", "[]"),
        ("view", "mail", "Mail(to='ana')"),
        ("view", "mail", "Mail(to='ben')"),
        ("global", "outbox", "['ben']"),
        ("view", "lock", "Lock"),
        ("view", "mail", None),
    ]


def test_variables_that_hold_the_same_object_name_each_other(lab: Lab) -> None:
    before = """
    jobs = []
    class Mail:
        def __init__(self, to):
            self.to = to
    def work(found, mail, text):
        found.append(text)
        time.sleep(1)
        mine = list(found)
    """
    body = """
    results = []
    same = results
    mail = Mail("ana")
    queue = jobs
    text = "shared by nobody, for it cannot change"
    threading.Thread(target=work, args=(results, mail, text), name="mailer").start()
    return "done"
    """
    trace = lab.run(view(body, before))
    lanes = {lane.id: lane.name for lane in trace.lanes}
    shared = {
        (each.scope, each.name): {
            (other.scope, other.name, lanes.get(other.lane or "")) for other in each.shared
        }
        for each in trace.variables
        if each.shared
    }
    assert shared == {
        ("view", "results"): {("work", "found", "mailer")},
        ("view", "mail"): {("work", "mail", "mailer"), ("__init__", "self", "main")},
        ("view", "queue"): {("global", "jobs", None)},
        ("global", "jobs"): {("view", "queue", "main")},
        ("work", "found"): {("view", "results", "main")},
        ("work", "mail"): {("__init__", "self", "main"), ("view", "mail", "main")},
        ("__init__", "self"): {("view", "mail", "main"), ("work", "mail", "mailer")},
    }


def test_objects_of_the_same_address_one_after_the_other_are_not_the_same(lab: Lab) -> None:
    before = """
    def first():
        items = [1]
        return len(items)
    def second():
        others = [2]
        return len(others)
    """
    trace = lab.run(view("return str([first() + second() for _ in range(40)])", before))
    assert [each.name for each in trace.variables if each.shared] == []


def test_what_is_printed_while_loading_is_kept(lab: Lab) -> None:
    trace = lab.run(view("print('in', 'view')\nreturn 'done'", "print('loading')\ntime.sleep(3)"))
    assert [(each.t, each.text) for each in trace.output] == [
        (0.0, "loading\n"),
        (0.001, "in view\n"),
    ]
    assert trace.requests[0].sent == 0.0


def test_a_call_of_a_named_task_counts_as_a_task_wherever_it_runs(lab: Lab) -> None:
    before = "def work():\n    time.sleep(5)"
    inline = lab.run(view("work()\nreturn 'done'", before, tasks=["work"], line_cost=0.0))
    apart = view("threading.Thread(target=work).start()\nreturn 'done'", before, tasks=["work"])
    for trace in (inline, lab.run(apart)):
        (task,) = trace.tasks
        assert (task.name, task.state) == ("work", "finished")
    assert inline.tasks[0].lane == "server-1"


def test_factories_and_other_names_are_found(lab: Lab) -> None:
    factory = "del app\ndef create_app():\n    return Flask('made')\n"
    assert lab.run(job(factory)).requests[0].status == 404
    other = job("site = app\ndel app\n")
    other.app = "site"
    assert lab.run(other).requests[0].status == 404


CHANCE = view(
    """
    import secrets, uuid
    boxes = {object(), object(), threading.Thread()}
    def draw(number):
        time.sleep(random.random())
        return number
    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(draw, number) for number in range(6)]
        order = [each.result() for each in as_completed(futures)]
    print(threading.current_thread(), object(), os.getpid())
    return jsonify(order, uuid.uuid4(), uuid.uuid1(), secrets.token_hex(), random.Random().random())
    """,
    "from concurrent.futures import ThreadPoolExecutor, as_completed",
    users=Users(count=12, arrival="poisson", seconds=0.1),
    server=Server(threads=3),
)


@pytest.mark.parametrize("seed", some([0, 3], 3))
def test_the_same_job_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    bodies = set()
    for hash_seed in ("0", "12345", "random"):
        monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
        with Lab(cache_dir=None) as lab:
            lab.run(view("return 'another run before it'"))
            bodies.add(lab.run_json(with_seed(CHANCE, seed)))
    assert len(bodies) == 1


def test_another_seed_gives_another_run(lab: Lab) -> None:
    assert lab.run_json(with_seed(CHANCE, 1)) != lab.run_json(with_seed(CHANCE, 2))


def test_without_fork_the_trace_is_the_same(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    with Lab(cache_dir=None, fork=False) as spawning:
        assert spawning.run_json(CHANCE) == lab.run_json(CHANCE)


def with_seed(job: Job, seed: int) -> Job:
    changed = Job(**{name: getattr(job, name) for name in job.__struct_fields__})
    changed.seed = seed
    return changed


def test_a_trace_says_what_ran(lab: Lab) -> None:
    trace = lab.run(view("return 'done'", constants={}, parameters={"users": 1}))
    assert (trace.scenario, trace.variant, trace.parameters) == ("test", "test", {"users": 1})
    assert trace.listing[0].file == "test_app.py"
    assert encode(trace).startswith(b'{"format":"meanwhile-trace","version":1')
