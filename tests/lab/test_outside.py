"""The outside world: real client libraries against stand-ins, on the virtual clock."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from tests.lab.jobs import job, view
from tests.lab.queues import printed, queue_job
from visualizer.lab import Lab, LabError, Queue
from visualizer.lab.job import Fault, Server, Service, Users
from visualizer.trace import Trace


def smtp(**settings: Any) -> Service:
    return Service(name="smtp", **settings)


def api(**settings: Any) -> Service:
    return Service(name="api", url="https://api.example.com", **settings)


def web(**settings: Any) -> Service:
    """The same without TLS, whose certificates take real time to load for each connection."""
    return Service(name="api", url="http://api.example.com", **settings)


def body(trace: Trace) -> str:
    assert trace.truncated is None, trace.truncated
    text = trace.requests[0].body
    assert text is not None
    return text


MAIL = """
import smtplib
from email.message import EmailMessage
mail = EmailMessage()
mail["From"], mail["To"], mail["Subject"] = "app@example.org", "ana@example.org", "Welcome"
mail.set_content("Hello\\n.\\nAna")
begin = time.monotonic()
try:
    with smtplib.{cls}("mail.example.org", {port}, timeout=30) as server:
        {before}
        server.send_message(mail)
    outcome = "sent"
except Exception as error:
    outcome = f"{{type(error).__name__}} {{error}}"
return f"{{outcome}} after {{time.monotonic() - begin:.1f}}"
"""


@pytest.mark.parametrize(
    ("cls", "port", "before"),
    [
        ("SMTP", 25, "pass"),
        ("SMTP", 587, "server.starttls(); server.login('a', 'b')"),
        ("SMTP_SSL", 465, "server.login('a', 'b')"),
    ],
)
def test_a_mail_is_taken(lab: Lab, cls: str, port: int, before: str) -> None:
    program = MAIL.format(cls=cls, port=port, before=before)
    trace = lab.run(view(program, services=[smtp(latency=2.0)], line_cost=0.0))
    assert body(trace) == "sent after 2.0"


GET = """
import importlib, json
begin = time.monotonic()
try:
{call}
except Exception as error:
    outcome = f"{{type(error).__module__}}.{{type(error).__name__}}"
return f"{{outcome}} after {{time.monotonic() - begin:.2f}}"
"""

CALLS = {
    "requests": """
    import requests
    answer = requests.get("{url}/users?page=2", timeout={timeout})
    outcome = f"{{answer.status_code}} {{answer.text}}"
""",
    "session": """
    import requests
    with requests.Session() as session:
        session.get("{url}/users", timeout={timeout})
        answer = session.post("{url}/users", json={{"name": "Ana"}}, timeout={timeout})
    outcome = f"{{answer.status_code}} {{answer.text}}"
""",
    "httpx": """
    import httpx
    answer = httpx.get("{url}/users", timeout={timeout})
    outcome = f"{{answer.status_code}} {{answer.text}}"
""",
    "httpx async": """
    import asyncio, httpx
    async def main():
        async with httpx.AsyncClient(timeout={timeout}) as client:
            return await client.get("{url}/users")
    answer = asyncio.run(main())
    outcome = f"{{answer.status_code}} {{answer.text}}"
""",
    "urllib": """
    import urllib.request
    with urllib.request.urlopen("{url}/users", timeout={timeout}) as answer:
        outcome = f"{{answer.status}} {{answer.read().decode()}}"
""",
    "http.client": """
    import http.client
    name = "HTTPSConnection" if "{url}".startswith("https") else "HTTPConnection"
    connection = getattr(http.client, name)("api.example.com", timeout={timeout})
    chunked = {{"Transfer-Encoding": "chunked"}}
    connection.request("POST", "/", iter([b"one", b"two"]), chunked, encode_chunked=True)
    answer = connection.getresponse()
    outcome = f"{{answer.status}} {{answer.read().decode()}}"
""",
    "aiohttp": """
    import aiohttp, asyncio
    async def main():
        limit = aiohttp.ClientTimeout(total={timeout})
        async with aiohttp.ClientSession(timeout=limit) as session:
            async with session.get("{url}/users") as answer:
                return answer.status, await answer.text()
    outcome = " ".join(map(str, asyncio.run(main())))
""",
}


def get(lab: Lab, library: str, service: Service, timeout: float = 30) -> str:
    url = service.url or "http://api.example.com"
    program = GET.format(call=CALLS[library].format(url=url, timeout=timeout))
    return body(lab.run(view(program, services=[service], line_cost=0.0)))


@pytest.mark.parametrize("url", ["https://api.example.com", "http://api.example.com"])
@pytest.mark.parametrize("library", CALLS)
def test_a_request_is_answered(lab: Lab, library: str, url: str) -> None:
    service = Service(name="api", url=url, latency=0.3, status=201, json={"name": "Ana"})
    seconds = 0.6 if library == "session" else 0.3
    assert get(lab, library, service) == f'201 {{"name": "Ana"}} after {seconds:.2f}'


@pytest.mark.parametrize(
    ("library", "error"),
    [
        ("requests", "requests.exceptions.ReadTimeout"),
        ("httpx", "httpx.ReadTimeout"),
        ("httpx async", "httpx.ReadTimeout"),
        ("urllib", "builtins.TimeoutError"),
        ("http.client", "builtins.TimeoutError"),
        ("aiohttp", "builtins.TimeoutError"),
    ],
)
def test_a_slow_service_meets_the_clients_time_out(lab: Lab, library: str, error: str) -> None:
    assert get(lab, library, api(latency=3.0), timeout=1) == f"{error} after 1.00"


def green(program: str, services: list[Service], requests: int = 1) -> Any:
    head = "import eventlet\neventlet.monkey_patch()\nimport time\nfrom flask import Flask\n"
    head += "app = Flask(__name__)\n"
    return job(
        f'@app.get("/")\ndef view():\n{textwrap.indent(program, "    ")}',
        *["/"] * requests,
        head=head,
        services=services,
        line_cost=0.0,
        server=Server(kind="cooperative"),
    )


@pytest.mark.parametrize("library", ["requests", "httpx", "urllib", "http.client"])
def test_green_sockets_lead_to_stand_ins(lab: Lab, library: str) -> None:
    url = "https://api.example.com"
    program = GET.format(call=CALLS[library].format(url=url, timeout=30))
    service = api(latency=0.3, text="Ana")
    assert body(lab.run(green(program, [service]))) == "200 Ana after 0.30"


def test_a_green_client_gives_up_in_time(lab: Lab) -> None:
    url = "https://api.example.com"
    program = GET.format(call=CALLS["requests"].format(url=url, timeout=1))
    answer = body(lab.run(green(program, [api(latency=3.0)])))
    assert answer == "requests.exceptions.ReadTimeout after 1.00"


# -- what goes wrong ---------------------------------------------------------------------------


def test_an_address_without_a_stand_in_is_refused_with_the_remedy(lab: Lab) -> None:
    for call, remedy in (
        (
            "urllib.request.urlopen('https://api.example.com/x')",
            "--stand-in https://api.example.com=300ms",
        ),
        (
            "urllib.request.urlopen('http://127.0.0.1:9000')",
            "--stand-in http://localhost:9000=300ms",
        ),
        ("smtplib.SMTP('mail.example.org')", "--stand-in smtp=300ms"),
    ):
        trace = lab.run(view(f"import smtplib, urllib.request\n{call}"))
        assert trace.requests[0].status == 500
        assert remedy in trace.problems[0].error, trace.problems[0].error
        assert "[[services]]" in trace.problems[0].error


TIMES = """
import requests
said = []
for wait in {waits}:
    time.sleep(wait)
    begin = time.monotonic()
    try:
        answer = requests.get("http://api.example.com/", timeout=2)
        said.append(f"{{answer.status_code}} {{answer.headers.get('Retry-After', '')}}".strip())
    except Exception as error:
        said.append(type(error).__name__)
    said[-1] += f" {{time.monotonic() - begin:g}}"
return "; ".join(said)
"""


def test_while_it_is_down_connections_are_refused(lab: Lab) -> None:
    service = web(latency=0.5, down=[1.0, 3.0])
    trace = lab.run(view(TIMES.format(waits=[0, 0.3, 0, 2]), services=[service], line_cost=0.0))
    # The second has begun at 0.8 and is cut off at 1.
    assert body(trace) == "200 0.5; ConnectionError 0.2; ConnectionError 0; 200 0.5"
    down = next(span for span in trace.spans if span.label == "is down: refuses connections")
    assert (down.lane, down.start, down.end) == ("service-1", 1.0, 3.0)


def test_while_it_hangs_nobody_answers(lab: Lab) -> None:
    service = web(latency=0.5, down=[1.0, 5.0], when_down="hang")
    trace = lab.run(view(TIMES.format(waits=[0.8, 0, 0]), services=[service], line_cost=0.0))
    # The first goes on when the service is back, too late for the client. The third, begun at 4.8,
    # finds nobody, and the system tries again after 1 s.
    assert body(trace) == "ReadTimeout 2; ConnectTimeout 2; 200 1.5"


def test_more_than_the_rate_limit_is_turned_away(lab: Lab) -> None:
    service = web(latency=0.1, rate_limit=2, rate_seconds=10.0)
    trace = lab.run(view(TIMES.format(waits=[0, 0, 1, 10]), services=[service], line_cost=0.0))
    assert body(trace) == "200 0.1; 200 0.1; 429 9 0; 200 0.1"


def test_a_share_of_the_work_fails_by_the_seed(lab: Lab) -> None:
    program = TIMES.format(waits=[0] * 20)
    said = {
        seed: body(lab.run(view(program, services=[web(fail=0.3)], seed=seed, line_cost=0.0)))
        for seed in (0, 1)
    }
    for text in said.values():
        assert 1 <= text.count("503") <= 15
    assert said[0] != said[1]
    assert said[0] == body(
        lab.run(view(program, services=[web(fail=0.3, latency=1.0)], line_cost=0))
    ).replace(" 1", " 0")


def test_a_mail_server_fails_with_its_own_codes(lab: Lab) -> None:
    program = MAIL.format(cls="SMTP", port=25, before="pass")
    for service, outcome in (
        (smtp(fail=1.0), "SMTPDataError (451, b'4.3.0 Temporary failure, try again later')"),
        (smtp(rate_limit=0), "SMTPDataError (450, b'4.7.1 Too many mails, try again later')"),
        (smtp(down=[0.0, 9.0]), "ConnectionRefusedError [Errno 111] Connection refused"),
    ):
        trace = lab.run(view(program, services=[service], line_cost=0.0))
        assert body(trace) == f"{outcome} after 0.0"


# -- the picture ---------------------------------------------------------------------------------


def test_a_service_has_a_lane_and_its_caller_says_for_whom_it_waits(lab: Lab) -> None:
    program = MAIL.format(cls="SMTP", port=25, before="pass")
    trace = lab.run(view(program, services=[smtp(latency=2.0)], line_cost=0.0))
    lane = next(lane for lane in trace.lanes if lane.kind == "service")
    assert (lane.name, lane.id) == ("smtp", "service-1")
    (span,) = (span for span in trace.spans if span.lane == lane.id)
    assert (span.label, span.state, span.request) == (
        "a mail to ana@example.org (Welcome)",
        "running",
        "r1",
    )
    (wait,) = (span for span in trace.spans if span.lane == "server-1")
    assert (wait.label, wait.state, wait.start, wait.end) == ("waits for smtp", "blocked", 0.0, 2.0)
    ways = [(a.kind, a.from_, a.to, a.sent) for a in trace.arrows if lane.id in (a.from_, a.to)]
    assert ways == [("request", "server-1", lane.id, 0.0), ("response", lane.id, "server-1", 2.0)]


def test_a_task_of_a_loop_says_for_which_service_it_waits(lab: Lab) -> None:
    program = """
    async def main():
        async with httpx.AsyncClient() as client:
            await asyncio.gather(*(client.get("https://api.example.com/") for _ in range(3)))
    asyncio.run(main())
    return "done"
    """
    job = view(program, "import asyncio, httpx", services=[api(latency=1.0)], line_cost=0.0)
    trace = lab.run(job)
    waits = [s for s in trace.spans if s.label == "waits for api" and s.lane.startswith("task")]
    assert [(span.start, span.end) for span in waits] == [(0.0, 1.0)] * 3
    at_work = [span for span in trace.spans if span.lane == "service-1"]
    assert [(span.label, span.end) for span in at_work] == [("works on 3 at a time", 1.0)]


def test_who_finds_no_place_waits_in_line(lab: Lab) -> None:
    program = (
        "import urllib.request\nreturn urllib.request.urlopen('https://api.example.com/').read()"
    )
    service = api(latency=1.0, capacity=1)
    many = job(
        f'@app.get("/")\ndef view():\n{textwrap.indent(program, "    ")}',
        services=[service],
        line_cost=0.0,
        server=Server(threads=3),
        users=Users(count=3),
    )
    trace = lab.run(many)
    assert [request.done for request in trace.requests] == [1.0, 2.0, 3.0]
    labels = [span.label for span in trace.spans if span.lane == "service-1"]
    assert labels == ["GET /, 2 wait", "GET /, 1 waits", "GET /"]


def test_a_background_thread_is_waited_for_while_a_service_works_for_it(lab: Lab) -> None:
    program = "threading.Thread(target=send).start()\nreturn 'queued'"
    before = """
import smtplib
def send():
    with smtplib.SMTP("mail.example.org") as server:
        server.sendmail("a@example.org", ["b@example.org"], "Subject: Hello\\n\\nThere")
    print("sent")
"""
    trace = lab.run(view(program, before, services=[smtp(latency=5.0)]))
    assert [line.text for line in trace.output] == ["sent\n"]
    assert trace.tasks[0].state == "finished"


def test_the_same_job_gives_the_same_bytes(lab: Lab) -> None:
    url = "https://api.example.com"
    program = GET.format(call=CALLS["httpx async"].format(url=url, timeout=30))
    same = view(program, services=[api(latency=0.3, fail=0.5)], seed=3)
    assert lab.run_json(same) == lab.run_json(same)


def test_the_table_tells_who_asks_which_service_and_what_fails(lab: Lab) -> None:
    program = """
    import urllib.request
    ask()
    ask()  #: The view asks for the weather again
    return "done"
    """
    before = """
    import urllib.error, urllib.request
    def ask():
        try:
            urllib.request.urlopen("https://api.example.com/weather")
        except urllib.error.HTTPError:
            pass
    """
    trace = lab.run(view(program, before, services=[api(latency=1.0, fail=1.0)]))
    rows = [(step.moment, step.action, step.thread) for step in trace.steps[2:6]]
    assert rows == [
        ("service called", "main asks api: GET /weather", "main"),
        ("service failed", "api answers main: 503 Service Unavailable", "main"),
        ("service called", "The view asks for the weather again", "main"),
        ("service failed", "api answers main: 503 Service Unavailable", "main"),
    ]


# -- several processes ----------------------------------------------------------------------------

MAILER = """
import smtplib, urllib.error, urllib.request

@celery.task
def send(number):
    with smtplib.SMTP("mail.example.org", timeout=30) as server:
        server.sendmail("a@example.org", [f"user{number}@example.org"], "Subject: Hi\\n\\nHi")
    print("sent", number, time.monotonic())

@celery.task
def fetch(number):
    try:
        with urllib.request.urlopen("https://api.example.com/") as answer:
            print(answer.status)
    except urllib.error.HTTPError as error:
        print(error.code)

@app.get("/")
def index():
    for number in range(4):
        send.delay(number)
    for number in range(4):
        fetch.delay(number)
    return "queued"
"""


def test_workers_share_one_service_with_its_limits(lab: Lab) -> None:
    services = [smtp(latency=1.0, capacity=1), api(rate_limit=3, rate_seconds=60)]
    job = queue_job(MAILER, workers=2, services=services)
    trace = lab.run(job)
    assert trace.truncated is None
    assert sorted(line for line in printed(trace) if line.isdigit()) == ["200"] * 3 + ["429"]
    assert len([line for line in printed(trace) if line.startswith("sent")]) == 4
    spans = [span for span in trace.spans if span.lane == "service-1"]
    assert max(span.end for span in spans) - min(span.start for span in spans) >= 4.0
    assert {span.task for span in spans if "," not in span.label} <= {t.id for t in trace.tasks}
    lanes = {arrow.from_ for arrow in trace.arrows if arrow.to == "service-1"}
    assert lanes == {"worker-1", "worker-2"}
    assert lab.run_json(job) == lab.run_json(job)


def test_a_worker_that_is_killed_hangs_up(lab: Lab) -> None:
    faults = [Fault(at=0.5, kill="worker-1")]
    services = [smtp(latency=2.0), api()]
    trace = lab.run(queue_job(MAILER, scheme="amqp", services=services, faults=faults))
    assert trace.truncated is None
    assert printed(trace) == []


def test_flask_mail_works_as_it_is(lab: Lab) -> None:
    program = """
    from flask_mail import Mail, Message
    app.config.update(MAIL_SERVER="mail.example.org", MAIL_PORT=587, MAIL_USE_TLS=True,
                      MAIL_USERNAME="app", MAIL_PASSWORD="secret",
                      MAIL_DEFAULT_SENDER="app@example.org")
    mail = Mail(app)

    @app.get("/")
    def index():
        mail.send(Message("Welcome", recipients=["ana@example.org"], body="Hello"))
        return "sent"
    """
    trace = lab.run(job(program, services=[smtp(latency=2.0)]))
    assert body(trace) == "sent"
    labels = [span.label for span in trace.spans if span.lane == "service-1"]
    assert labels == ["a mail to ana@example.org (Welcome)"]


def test_a_fault_makes_a_service_slow_or_takes_it_away(lab: Lab) -> None:
    faults = [
        Fault(at=1.0, slow="api", latency=1.5, lasts=0.5),
        Fault(at=5.0, down="api", lasts=1.0),
    ]
    program = TIMES.format(waits=[0, 1, 0, 2])
    trace = lab.run(view(program, services=[web(latency=0.1)], faults=faults, line_cost=0.0))
    # At 0, 1.1 (slow), 2.6 (as ever) and 4.7.
    assert body(trace) == "200 0.1; 200 1.5; 200 0.1; 200 0.1"
    later = TIMES.format(waits=[5.5])
    trace = lab.run(view(later, services=[web()], faults=faults, line_cost=0.0))
    assert body(trace) == "ConnectionError 0"


def test_a_fault_names_a_service_that_is_there(lab: Lab) -> None:
    faults = [Fault(at=1.0, slow="mail", latency=1.5, lasts=0.5)]
    with pytest.raises(LabError, match="no service 'mail'; there are api"):
        lab.run(view("return ''", services=[api()], faults=faults))


RQ = """\
import smtplib
from flask import Flask
from redis import Redis
from rq import Queue

app = Flask(__name__)
queue = Queue(connection=Redis())

def send(number):
    with smtplib.SMTP("mail.example.org", timeout=30) as server:
        server.sendmail("a@example.org", [f"user{number}@example.org"], "Subject: Hi")

@app.get("/")
def index():
    for number in range(3):
        queue.enqueue(send, number)
    return "queued"
"""


def test_workers_of_rq_reach_services_too(lab: Lab) -> None:
    queue = Queue(library="rq", workers=2)
    trace = lab.run(job("", head=RQ, queue=queue, services=[smtp(latency=1.0)]))
    assert trace.truncated is None
    assert [task.state for task in trace.tasks] == ["finished"] * 3
    waits = {span.lane for span in trace.spans if span.label == "waits for smtp"}
    assert waits == {"worker-1", "worker-2"}
