"""Programs as people write them, of several files and in differing styles, run as they are.

Each folder here is one; its ``requests.toml`` says who asks for what. A test tells its story.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.sweeps import some
from visualizer.lab import Queue
from visualizer.lab.job import Server, Service
from visualizer.trace import Trace, encode

from .conftest import HERE, Strangers

TWO = Server(threads=2)
MAIL = [Service(name="smtp", latency=2.0)]
SHOPS = [
    Service(name=name, kind="http", url=f"http://{name}.example.com", latency=latency, text=name)
    for name, latency in {"north": 1.0, "south": 2.0, "west": 0.5}.items()
]

CARRIER = Service(
    name="carrier",
    url="https://carrier.example.com",
    latency=0.5,
    json={"tracking": "NO-7"},
    fail=0.5,
)

PROGRAMS: dict[str, tuple[str, dict[str, Any]]] = {
    "progress": ("reports:create_app()", {}),
    "guestbook": ("app.py", {}),
    "shop": ("shop", {"server": TWO}),
    "weather": ("weather", {}),
    "ticker": ("app.py:app", {"server": TWO}),
    "thumbs": ("thumbs.site:make_app()", {"queue": Queue(workers=2)}),
    "reminders": ("wsgi.py", {}),
    "members": ("members", {}),
    "gallery": ("gallery.py", {}),
    "signup": ('signup:create_app("background")', {"services": MAIL}),
    "prices": ("main.py", {"services": SHOPS}),
    "parcels": ("parcels", {"services": [CARRIER, Service(name="smtp", latency=1.0)]}),
    "books": ("wsgi.py", {"queue": Queue(workers=2)}),
    "chat": ("run_chat.py", {"server": Server(threads=4)}),
    "newsletter": ("server.py", {}),
}


def run(strangers: Strangers, folder: str) -> Trace:
    target, settings = PROGRAMS[folder]
    return strangers.trace(folder, target, **settings)


def statuses(trace: Trace) -> list[int | None]:
    return [request.status for request in trace.requests]


def bodies(trace: Trace) -> list[Any]:
    """The answers, those in JSON as data."""
    found = []
    for request in trace.requests:
        try:
            found.append(json.loads(request.body or ""))
        except ValueError:
            found.append(request.body)
    return found


def waited(trace: Trace) -> list[float]:
    """How long each user waited, in seconds, without the way there and back and single lines."""
    return [round((each.done or 0) - each.sent - 0.04, 1) for each in trace.requests]


def files(folder: str) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (HERE / folder).rglob("*") if path.is_file()}


@pytest.mark.parametrize("folder", PROGRAMS)
def test_all_is_recorded_and_nothing_left_in_the_folder(strangers: Strangers, folder: str) -> None:
    before = files(folder)
    trace = run(strangers, folder)
    assert files(folder) == before
    assert trace.truncated is None
    # Every file of the program that was imported is there to read.
    assert len(trace.listing) > 1
    assert {line.file for line in trace.lines} <= {listing.file for listing in trace.listing}


@pytest.mark.parametrize("folder", some(PROGRAMS, "shop", "books", "chat"))
def test_the_same_bytes_twice(strangers: Strangers, folder: str) -> None:
    target, settings = PROGRAMS[folder]
    assert strangers.json(folder, target, **settings) == encode(run(strangers, folder))


def test_a_factory_with_blueprints_shared_tasks_and_progress(strangers: Strangers) -> None:
    trace = run(strangers, "progress")
    page, started, *polls = bodies(trace)
    assert "<h1>Yearly reports</h1>" in page  # the template, filled in
    assert 'action="/reports/"' in page
    assert [poll["state"] for poll in polls] == ["PROGRESS"] * 3 + ["SUCCESS"]
    assert [poll.get("done") for poll in polls] == [0, 1, 2, None]
    assert polls[-1]["text"] == "Yearly reports, 2025"
    assert started["id"]
    task = trace.tasks[0]
    assert (task.name, task.state, task.lane) == ("build_report", "finished", "worker-1")
    assert {listing.file for listing in trace.listing} == {
        "reports/__init__.py",
        "reports/config.py",
        "reports/tasks.py",
        "reports/views.py",
    }


def test_a_single_view_with_threads_and_a_file_for_its_data(strangers: Strangers) -> None:
    trace = run(strangers, "guestbook")
    assert bodies(trace) == [{"number": 1}, [], ["Ana"]]
    assert waited(trace)[0] == 0  # nobody waits for the check
    assert [(task.name, task.state) for task in trace.tasks] == [("check", "finished")]


def test_two_customers_buy_the_last_tea_pot_of_a_shop_on_sqlite(strangers: Strangers) -> None:
    trace = run(strangers, "shop")
    assert statuses(trace) == [200, 200, 200]
    assert bodies(trace)[-1] == {
        "name": "tea pot",
        "stock": 0,
        "sold": 2,
        "shop": "Tea for two",  # from the instance folder
    }


def test_one_customer_after_the_other_gets_no_second_tea_pot(strangers: Strangers) -> None:
    trace = strangers.trace("shop", "shop", server=Server(threads=1))
    assert statuses(trace) == [200, 409, 200]
    assert bodies(trace)[-1]["sold"] == 1


def test_a_cached_view_in_a_src_layout_with_settings_in_dotenv(strangers: Strangers) -> None:
    trace = run(strangers, "weather")
    assert waited(trace) == [1.5, 0, 1.5]  # measured, from the cache, measured anew
    first, second, third = bodies(trace)
    assert first == second != third
    assert first["unit"] == "Celsius"


def test_events_are_streamed_while_another_user_is_served(strangers: Strangers) -> None:
    trace = run(strangers, "ticker")
    stream, health = trace.requests
    assert stream.body is not None and stream.body.count("data: ") == 4
    assert stream.first_byte is not None and stream.done is not None
    assert stream.done - stream.first_byte == pytest.approx(1.5, abs=0.1)
    assert health.done is not None and stream.first_byte < health.done < stream.done


def test_a_chord_of_thumbnails_over_two_workers(strangers: Strangers) -> None:
    trace = run(strangers, "thumbs")
    names = [task.name for task in trace.tasks]
    assert sorted(names) == ["publish", "thumbnail", "thumbnail", "thumbnail"]
    assert {task.lane for task in trace.tasks} == {"worker-1", "worker-2"}
    assert bodies(trace)[-1] == {"ready": True, "count": 3}
    assert "published cat-100.jpg, cat-200.jpg, cat-400.jpg\n" in [
        output.text for output in trace.output
    ]
    assert {each.address for each in trace.redirected} >= {"amqp://guest:**@localhost:5672//"}


def test_a_scheduler_thread_fires_when_the_time_has_come(strangers: Strangers) -> None:
    trace = run(strangers, "reminders")
    assert statuses(trace) == [204, 204, 200, 200]
    early, late = bodies(trace)[2:]
    assert early == ["09:01:01 Ben: bus"]
    assert late == ["09:01:01 Ben: bus", "09:02:00 Ana: tea"]


def test_a_login_with_sessions_redirects_and_a_token(strangers: Strangers) -> None:
    trace = run(strangers, "members")
    ana = [
        (request.method, request.path.partition("?")[0], request.status)
        for request in trace.requests
        if request.user == "user-1"
    ]
    assert ana == [
        ("GET", "/", 302),
        ("GET", "/profile", 302),
        ("GET", "/login", 200),
        ("POST", "/login", 200),
        ("POST", "/login", 302),
        ("GET", "/profile", 200),
        ("GET", "/profile", 200),
        ("GET", "/logout", 302),
        ("GET", "/login", 200),
    ]
    texts = bodies(trace)
    assert any("Wrong name or password" in str(text) for text in texts)
    assert "Hello ana, visit 1" in texts and "Hello ana, visit 2" in texts
    ben = [request for request in trace.requests if request.user == "user-2"]
    assert ben[-1].path.startswith("/login")


def test_uploads_are_saved_shrunk_in_a_pool_and_bounded(strangers: Strangers) -> None:
    trace = run(strangers, "gallery")
    assert statuses(trace) == [201, 401, 200, 413, 200]
    assert bodies(trace)[0] == {"name": "cat.png", "bytes": 40_000}
    assert bodies(trace)[2] == "40000 bytes of image/png"
    assert bodies(trace)[-1] == ["cat.png", "cat.png.small"]
    assert [(task.name, task.state) for task in trace.tasks] == [("shrink", "finished")]


def test_flask_mail_sends_a_welcome_within_the_request(strangers: Strangers) -> None:
    trace = strangers.trace("signup", "signup", services=MAIL)
    assert statuses(trace) == [201, 200, 200, 409]  # the address is unique, and known by then
    assert waited(trace)[0] == 2.0
    assert [answer.get("welcomed") for answer in bodies(trace)] == [None, True, True, None]
    assert any("a mail to ana@example.org (Welcome)" in step.action for step in trace.steps)


def test_the_same_by_a_factory_with_an_argument_and_a_thread(strangers: Strangers) -> None:
    trace = run(strangers, "signup")
    assert statuses(trace) == [201, 200, 200, 409]
    assert waited(trace)[0] == 0.0
    assert [answer.get("welcomed") for answer in bodies(trace)] == [None, False, True, None]
    assert [(task.name, task.state) for task in trace.tasks] == [("work", "finished")]


def test_async_views_ask_three_shops_at_once(strangers: Strangers) -> None:
    trace = run(strangers, "prices")
    together, in_turn = bodies(trace)
    assert together == in_turn == {"north": 5, "south": 5, "west": 4}
    first, second = waited(trace)
    assert first == pytest.approx(2.1, abs=0.2)
    assert second == pytest.approx(3.6, abs=0.2)


def test_a_carrier_that_fails_now_and_then_is_asked_again_and_a_letter_is_written(
    strangers: Strangers,
) -> None:
    trace = run(strangers, "parcels")
    booked, shown = bodies(trace)
    assert booked == {"number": 1, "tracking": "NO-7"}
    assert shown == {"to": "ben@example.org", "tracking": "NO-7", "written": True}
    failed = sum(step.moment == "service failed" for step in trace.steps)
    assert failed == 1, "by the seed"
    assert any("a mail to ben@example.org (Parcel NO-7)" in step.action for step in trace.steps)


def test_an_rq_queue_on_the_application_prints_books_and_tries_again(strangers: Strangers) -> None:
    trace = run(strangers, "books")
    first, second = trace.tasks
    assert (first.name, first.state, first.retries) == ("print_book", "finished", 1)
    assert (second.state, second.retries, second.lane) == ("finished", 0, "worker-2")
    ana = [
        answer
        for request, answer in zip(trace.requests, bodies(trace), strict=True)
        if request.user == "user-1" and request.method == "GET"
    ]
    assert [answer["progress"] for answer in ana] == [0, 33, 33, 33, 0, 67, 67]
    assert ana[-1] == {"progress": 67, "done": True, "result": "150 pages"}
    assert {"error": "no such order"} in bodies(trace)
    assert any("<p>Visit " in str(answer) for answer in bodies(trace))
    assert "books/printing.py" in {listing.file for listing in trace.listing}


def test_a_chat_pushes_progress_from_a_background_task(strangers: Strangers) -> None:
    trace = run(strangers, "chat")
    assert [push.name for push in trace.pushes] == ["status", "progress", "progress", "ready"]
    assert {push.user for push in trace.pushes} == {"user-1"}
    assert [(task.name, task.state) for task in trace.tasks] == [("build", "finished")]


def test_a_worker_writes_to_the_sqlite_file_that_the_server_reads(strangers: Strangers) -> None:
    trace = run(strangers, "newsletter")
    sent = [answer["sent"] for answer in bodies(trace)[1:]]
    assert sent == sorted(sent) and sent[0] == 0 and sent[-1] == 3
    (task,) = trace.tasks
    assert (task.name, task.state, task.retries, task.lane) == ("send", "finished", 1, "worker-1")
