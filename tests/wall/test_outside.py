"""Stand-ins for the outside world on the wall clock: real clients, real sockets, real time."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from msgspec.structs import replace

from tests.lab.jobs import job, view
from tests.lab.test_outside import CALLS, GET, MAIL, green
from visualizer.lab import Lab, Queue, UserRequest
from visualizer.lab.job import Fault, Job, Server, Service, Users
from visualizer.lab.wall.scale import scaled
from visualizer.lessons import Catalogue
from visualizer.trace import Trace
from visualizer.trace.agreement import compare

API = Service(name="api", url="http://api.example.com", latency=0.2, status=201, text="Ana")


def real(lab: Lab, job: Job) -> Trace:
    trace = lab.run(replace(job, clock="wall"))
    assert trace.truncated is None, trace.truncated
    return trace


def bodies(trace: Trace) -> list[str]:
    return [str(request.body).strip() for request in trace.requests]


def views(*texts: str, **settings: Any) -> Job:
    """A program with a view for each text, and a request for each view, one after another."""
    program = "".join(
        f'@app.get("/{n}")\ndef view_{n}():\n{textwrap.indent(text, "    ")}\n'
        for n, text in enumerate(texts)
    )
    return job(program, *(f"/{n}" for n in range(len(texts))), **settings)


def without_times(text: str) -> str:
    return text.partition(" after ")[0]


@pytest.mark.parametrize("url", ["http://api.example.com", "https://api.example.com"])
def test_requests_of_every_library_are_answered(lab: Lab, url: str) -> None:
    texts = [GET.format(call=call.format(url=url, timeout=30)) for call in CALLS.values()]
    trace = real(lab, views(*texts, services=[replace(API, url=url)]))
    said = dict(zip(CALLS, map(without_times, bodies(trace)), strict=True))
    assert said == dict.fromkeys(CALLS, "201 Ana")
    took = [(each.done or 0.0) - each.sent for each in trace.requests]
    assert min(took) >= 0.2


def test_green_sockets_lead_to_stand_ins(lab: Lab) -> None:
    url = "https://api.example.com"
    program = GET.format(call=CALLS["requests"].format(url=url, timeout=30))
    trace = real(lab, green(program, [replace(API, url=url)]))
    assert without_times(bodies(trace)[0]) == "201 Ana"
    assert "waits for api" in [span.label for span in trace.spans]


def test_a_mail_is_taken_with_and_without_tls(lab: Lab) -> None:
    ways = [
        ("SMTP", 25, "pass"),
        ("SMTP", 587, "server.starttls(); server.login('a', 'b')"),
        ("SMTP_SSL", 465, "server.login('a', 'b')"),
    ]
    texts = [MAIL.format(cls=cls, port=port, before=before) for cls, port, before in ways]
    trace = real(lab, views(*texts, services=[Service(name="smtp", latency=0.2)]))
    assert [without_times(body) for body in bodies(trace)] == ["sent"] * 3


def test_a_service_has_a_lane_and_knows_for_whom_it_works(lab: Lab) -> None:
    program = MAIL.format(cls="SMTP", port=25, before="pass")
    trace = real(lab, view(program, services=[Service(name="smtp", latency=0.3)]))
    lane = next(lane for lane in trace.lanes if lane.kind == "service")
    assert (lane.id, lane.name) == ("service-1", "smtp")
    (work,) = (span for span in trace.spans if span.lane == lane.id)
    assert (work.state, work.label) == ("running", "a mail to ana@example.org (Welcome)")
    assert work.request == "r1" and (work.end or 0.0) - work.start >= 0.29
    waits = [span for span in trace.spans if span.label == "waits for smtp"]
    assert {(span.lane, span.state, span.request) for span in waits} == {
        ("server-1", "blocked", "r1")
    }
    ways = [(arrow.kind, arrow.from_, arrow.to) for arrow in trace.arrows]
    assert ways[1:3] == [("request", "server-1", lane.id), ("response", lane.id, "server-1")]


SAYS = """
import requests
said = []
for wait in {waits}:
    time.sleep(wait)
    try:
        answer = requests.get("http://api.example.com/", timeout={timeout})
        said.append(f"{{answer.status_code}} {{answer.headers.get('Retry-After', '')}}".strip())
    except Exception as error:
        said.append(type(error).__name__)
return "; ".join(said)
"""


@pytest.mark.parametrize(
    ("service", "waits", "timeout", "kinds"),
    [
        # The second has begun at 0.5 and is cut off at 2; then it is refused until 5.
        ({"latency": 0.4, "down": [2.0, 5.0]}, [0, 1.2, 0.5, 4], 30, {"200", "ConnectionError"}),
        ({"latency": 9.0}, [0], 0.3, {"ReadTimeout"}),
        ({"down": [0.0, 60.0], "when_down": "hang"}, [0.5], 0.3, {"ConnectTimeout"}),
        ({"rate_limit": 2, "rate_seconds": 60.0}, [0, 0, 0], 30, {"200", "429 60"}),
        ({"fail": 0.5}, [0] * 8, 30, {"200", "503"}),
    ],
    ids=["down", "slow", "hangs", "limited", "fails"],
)
def test_the_client_sees_the_same_on_both_clocks(
    lab: Lab, service: dict[str, Any], waits: list[float], timeout: float, kinds: set[str]
) -> None:
    program = view(
        SAYS.format(waits=waits, timeout=timeout),
        services=[Service(name="api", url="http://api.example.com", **service)],
        seed=1,
    )
    model, found = lab.run(program), real(lab, program)
    assert bodies(found) == bodies(model)
    assert set(bodies(found)[0].split("; ")) == kinds
    assert compare(model, found, ["times"]).differences == []


def test_a_fault_takes_a_service_away(lab: Lab) -> None:
    program = view(
        SAYS.format(waits=[0, 2.5], timeout=30),
        services=[Service(name="api", url="http://api.example.com")],
        faults=[Fault(at=1.5, down="api", lasts=60.0)],
    )
    trace = real(lab, program)
    assert bodies(trace) == ["200; ConnectionError"]
    assert "is down: refuses connections" in [span.label for span in trace.spans]


def test_a_limit_is_one_for_all_processes(lab: Lab) -> None:
    made = view(
        SAYS.format(waits=[0], timeout=30),
        services=[
            Service(name="api", url="http://api.example.com", rate_limit=3, rate_seconds=60.0)
        ],
        server=Server(workers=2),
        users=Users(count=5),
    )
    assert sorted(body[:3] for body in bodies(real(lab, made))) == ["200"] * 3 + ["429"] * 2


def test_tasks_of_a_loop_are_told_for_which_service_they_wait(lab: Lab) -> None:
    program = """
    async def main():
        async with httpx.AsyncClient() as client:
            await asyncio.gather(*(client.get("http://api.example.com/") for _ in range(3)))
    asyncio.run(main())
    return "done"
    """
    program = textwrap.dedent(program)
    made = view(f"import asyncio, httpx\n{program}", services=[replace(API, latency=0.5)])
    model, found = lab.run(made), real(lab, made)
    assert compare(model, found, ["times"]).differences == []
    tasks = {span.lane for span in found.spans if span.label == "waits for api"}
    assert len(tasks) == 3, "each has its own"
    busy = [span.label for span in found.spans if span.lane == "service-1"]
    assert "works on 3 at a time" in busy


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            "urllib.request.urlopen('https://api.example.com/x')",
            "https://api.example.com=300ms",
        ),
        ("urllib.request.urlopen('http://127.0.0.1:9000')", "http://localhost:9000=300ms"),
        ("smtplib.SMTP('mail.example.org')", "--stand-in smtp=300ms"),
        ("socket.create_connection(('198.51.100.77', 443))", "https://198.51.100.77=300ms"),
        ("socket.socket(socket.AF_UNIX).connect('/run/some.socket')", "only TCP has stand-ins"),
        ("socket.socket().bind(('127.0.0.1', 0))", "opens a network port"),
        (
            "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))",
            "sends a datagram",
        ),
        ("import psycopg2._psycopg", "reaches its database below Python"),
    ],
)
def test_what_has_no_stand_in_is_refused_as_on_the_virtual_clock(
    lab: Lab, call: str, says: str
) -> None:
    made = view(f"import smtplib, socket, urllib.request\n{call}\nreturn ''")
    model, found = lab.run(made), real(lab, made)
    assert found.requests[0].status == model.requests[0].status == 500
    assert says in found.problems[0].error
    assert found.problems[0].error == model.problems[0].error


CELERY = """
from celery import Celery
from flask import Flask
import requests

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost", backend="redis://localhost")

@celery.task
def pack(number):
    return requests.get(f"http://api.example.com/{number}", timeout=30).text

@app.get("/")
def order():
    tasks = [pack.delay(number) for number in range(3)]
    return {"said": [task.get(timeout=30) for task in tasks]}
"""


def test_tasks_of_workers_reach_services_and_are_their_callers(lab: Lab) -> None:
    made = job("", head=CELERY, services=[API], queue=Queue(workers=2))
    trace = real(lab, made)
    assert bodies(trace) == ['{"said":["Ana","Ana","Ana"]}']
    called = [step for step in trace.steps if step.moment == "service called"]
    assert sorted(step.task or "" for step in called) == ["t1", "t2", "t3"]
    assert {step.request for step in called} == {"r1"}
    assert {step.lane for step in called} == {"worker-1", "worker-2"}


@pytest.mark.parametrize(
    ("lesson", "variant", "by"),
    [
        ("flaky_service", "never", 1),
        ("flaky_service", "dead_letter", 1),
        ("worker_count", "four", 4),
    ],
)
def test_lessons_with_services_do_the_same_on_both_clocks(
    lab: Lab, lessons: Catalogue, lesson: str, variant: str, by: float
) -> None:
    """How long all takes is for ``check --wall``, which knows of busy machines."""
    made = scaled(lessons.lesson(lesson).job(variant), by)
    found = compare(lab.run(made), real(lab, made), ["times"])
    assert found.differences == []
    assert found.tasks >= 1


def test_everything_about_a_service_is_scaled() -> None:
    service = Service(name="smtp", latency=2.0, down=[1.0, 3.0], rate_limit=2, rate_seconds=10.0)
    faults = [Fault(at=5.0, slow="smtp", latency=8.0, lasts=10.0)]
    made = scaled(view("return ''", services=[service], faults=faults), 10)
    assert made.services == [replace(service, latency=0.2, down=[0.1, 0.3], rate_seconds=1.0)]
    assert made.faults == [Fault(at=0.5, slow="smtp", latency=0.8, lasts=1.0, grace=3.0)]


def test_the_users_requests_take_no_way_out(lab: Lab) -> None:
    """A server that is its own client: its users come through, its own call has no stand-in."""
    program = """
    import urllib.request
    @app.get("/")
    def view():
        return urllib.request.urlopen(request.host_url).read()
    """
    made = job(program, requests=[UserRequest(path="/")], server=Server(threads=2))
    trace = real(lab, made)
    assert trace.requests[0].status == 500
    assert "can reach nothing outside itself but stand-ins" in trace.problems[0].error


def test_a_run_goes_on_while_a_service_works_for_a_task(lab: Lab) -> None:
    """The program grants it any time, and so does not say for how long it waits."""
    head = CELERY.replace(", timeout=30).text", ").text").replace("task.get(timeout=30)", "task.id")
    made = job("", head=head, services=[replace(API, latency=1.0)], queue=Queue(workers=3))
    assert [task.state for task in real(lab, made).tasks] == ["finished"] * 3


LOSES = """
from celery import Celery
from flask import Flask

app = Flask(__name__)
celery = Celery("shop", broker="redis://localhost")

@celery.task
def more():
    print("more")

@celery.task
def pack(number):
    print(number)
    more.delay()

@app.get("/")
def order():
    for number in range(3):
        pack.delay(number)
    return "ok"
"""


def test_messages_are_lost_as_on_the_virtual_clock_whoever_sends_them(lab: Lab) -> None:
    made = job("", head=LOSES, faults=[Fault(drop=2), Fault(drop=5)], queue=Queue())
    model, found = lab.run(made), real(lab, made)
    assert compare(model, found, ["times"]).differences == []
    states = [(task.name, task.state) for task in found.tasks]
    assert states.count(("pack", "lost")) == 1 and states.count(("more", "lost")) == 1
    assert found.metrics.tasks_lost == 2
    assert sorted(output.text for output in found.output) == ["0\n", "2\n", "more\n"]
