"""Being watched changes nothing: what the program does is what it does without the lab."""

from __future__ import annotations

import pytest

from tests.lab.jobs import job, view
from visualizer.lab import Lab, Server, UserRequest, Users
from visualizer.trace import Trace


def texts(trace: Trace) -> list[str]:
    return [each.text for each in trace.output]


def test_variables_that_closures_share_keep_what_others_wrote(lab: Lab) -> None:
    body = """
    total, lock = 0, threading.Lock()
    def add():
        nonlocal total
        for _ in range(20):
            with lock:
                seen = total
                total = seen + 1
    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return str(total)
    """
    for seed in (0, 5):
        assert lab.run(view(body, seed=seed)).requests[0].body == "80"


def test_values_die_with_their_function(lab: Lab) -> None:
    body = """
    class Box:
        def __del__(self):
            print("gone")
    def use():
        box = Box()
        return 1
    use()
    print("after")
    return "done"
    """
    assert texts(lab.run(view(body))) == ["gone\n", "after\n"]
    large = view("data = bytearray(10_000_000)\nreturn 'done'", users=Users(count=80))
    assert lab.run(large).truncated is None


@pytest.mark.parametrize(
    ("before", "call"),
    [
        ("class A:\n    def __getattr__(self, name): return getattr(self, name + 'x')", "A().y"),
        ("class A:\n    def __eq__(self, other): return self == other", "A() == A()"),
        ("def key(x): return sorted([x], key=key)", "key(1)"),
        ("def deep(): deep()", "deep()"),
    ],
)
def test_endless_recursion_is_an_error_and_no_crash(lab: Lab, before: str, call: str) -> None:
    body = f"try:\n    {call}\nexcept RecursionError:\n    return 'too deep'"
    again = [UserRequest(), UserRequest()]
    trace = lab.run(view(body, before, requests=again))
    assert trace.truncated is None
    assert [each.body for each in trace.requests] == ["too deep", "too deep"]
    second = trace.requests[1]
    assert second.received is not None
    assert any(line.t >= second.received for line in trace.lines)  # it is still watched


def test_a_user_does_not_wait_for_what_happens_on_close(lab: Lab) -> None:
    body = """
    response = app.response_class("done")
    @response.call_on_close
    def later():
        time.sleep(5)
        print("closed")
    return response
    """
    trace = lab.run(view(body, line_cost=0.0))
    assert trace.requests[0].done == 0.0
    assert [(each.t, each.text) for each in trace.output] == [(5.0, "closed\n")]


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "GeneratorExit", "SystemExit(3)"])
def test_a_server_survives_whatever_a_view_raises(lab: Lab, error: str) -> None:
    trace = lab.run(view(f"raise {error}", users=Users(count=2)))
    assert [each.status for each in trace.requests] == [500, 500]


def test_an_application_that_yields_no_bytes_is_an_error(lab: Lab) -> None:
    plain = """
    def app(environ, start_response):
        start_response("200 OK", [])
        return [b"", "text"]
    """
    trace = lab.run(job(plain))
    assert [each.status for each in trace.requests] == [500]
    assert "can't concat str" in texts(trace)[0]


def test_the_first_byte_is_that_of_the_first_part_that_is_not_empty(lab: Lab) -> None:
    body = """
    def parts():
        yield ""
        time.sleep(1)
        yield "a"
        time.sleep(1)
        yield "b"
    return parts()
    """
    (request,) = lab.run(view(body, line_cost=0.0)).requests
    assert (request.first_byte, request.done, request.body) == (1.0, 2.0, "ab")


def test_a_factory_with_defaults_is_called(lab: Lab) -> None:
    factory = "del app\ndef create_app(config=None):\n    return Flask('made')\n"
    assert lab.run(job(factory)).requests[0].status == 404


def test_threads_that_start_while_loading_are_followed_from_time_zero(lab: Lab) -> None:
    before = """
    ticks = 0
    def count():
        global ticks
        for _ in range(10):
            time.sleep(0.5)
            ticks += 1
    threading.Thread(target=count, daemon=True).start()
    time.sleep(2)
    """
    trace = lab.run(view("return str(ticks)", before))
    lanes = {line.lane for line in trace.lines}
    assert lanes == {"server-1", "thread-1"}
    assert trace.truncated is None


def test_listings_import_each_other(lab: Lab) -> None:
    two = job("import helper\n@app.get('/')\ndef view():\n    return helper.greet()\n")
    two.sources["helper.py"] = "def greet():\n    words = 'hello'\n    return words\n"
    trace = lab.run(two)
    assert trace.requests[0].body == "hello"
    assert [(line.file, line.line) for line in trace.lines][-2:] == [
        ("helper.py", 2),
        ("helper.py", 3),
    ]


def test_a_pool_thread_works_for_whoever_gave_it_the_task(lab: Lab) -> None:
    before = """
    from concurrent.futures import ThreadPoolExecutor
    pool = ThreadPoolExecutor(1)
    """
    requests = [UserRequest(user=1), UserRequest(user=2, at=5)]
    slow = view("pool.submit(time.sleep, 1).result()\nreturn 'done'", before, requests=requests)
    spans = [each for each in lab.run(slow).spans if each.lane == "thread-1"]
    assert {each.request for each in spans if each.start < 5} == {"r1"}
    assert {each.request for each in spans if each.start >= 5} == {"r2"}


def test_a_generator_is_no_task(lab: Lab) -> None:
    before = """
    def work():
        try:
            yield 1
            yield 2
        finally:
            print("closed")
    """
    trace = lab.run(view("items = work()\nnext(items)\nitems.close()", before, tasks=["work"]))
    assert (trace.tasks, texts(trace)[0]) == ([], "closed\n")


def test_programs_may_set_signal_handlers_where_python_lets_them(lab: Lab) -> None:
    before = "import signal\nsignal.signal(signal.SIGTERM, print)"
    body = """
    kept = signal.getsignal(signal.SIGTERM) is print
    try:
        signal.signal(signal.SIGTERM, print)
    except ValueError as error:
        return f"{kept}: {error}"
    """
    answer = lab.run(view(body, before)).requests[0].body
    assert answer == "True: signal only works in main thread of the main interpreter"


def test_a_bad_redirect_is_not_followed(lab: Lab) -> None:
    plain = """
    def app(environ, start_response):
        start_response("302 Found", [("Location", "http://[bad")])
        return [b"moved"]
    """
    trace = lab.run(job(plain))
    assert [(each.status, each.body) for each in trace.requests] == [(302, "moved")]


def test_halves_of_characters_travel(lab: Lab) -> None:
    script = [UserRequest(save=["half"]), UserRequest(path="/{half}")]
    half = r"return {'half': '\ud800'}"
    assert [each.status for each in lab.run(view(half, requests=script)).requests] == [200, 404]
    (refused,) = lab.run(view(r"print('\ud800')")).problems
    assert refused.error.startswith("UnicodeEncodeError")
    (failed,) = lab.run(view(r"raise ValueError('\ud800')")).problems
    assert failed.error == r"ValueError: \ud800"


def test_what_is_flushed_is_seen_at_once_and_in_its_lane(lab: Lab) -> None:
    body = """
    def work():
        print("half a line", end="")
    print("loading", end="", flush=True)
    threading.Thread(target=work).start()
    time.sleep(1)
    print(" done")
    sys.stdout.buffer.write(b"bytes\\n")
    sys.stdout.reconfigure(line_buffering=True)
    return "done"
    """
    trace = lab.run(view(body, "import sys", line_cost=0.0, server=Server(threads=2)))
    assert [(each.t, each.lane, each.text) for each in trace.output] == [
        (0.0, "server-1", "loading"),
        (1.0, "server-1", " done\n"),
        (1.0, "server-1", "bytes\n"),
        (1.0, "thread-1", "half a line"),
    ]
