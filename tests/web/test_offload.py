"""Waiting for the database holds up nobody else, in each way of running.

Each mode in a process of its own, because it replaces parts of the standard library for good.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from .conftest import MODES

PROGRAM = """
import sys, time
from visualizer.web.launch import patch
mode = sys.argv[1]
patch(mode)
import threading
from visualizer.classroom.writer import Ticket
from visualizer.classroom import real
from visualizer.web.offload import waiter

if mode == "eventlet":
    from eventlet.patcher import original
    sleep = original("time").sleep
elif mode == "gevent":
    from gevent.monkey import get_original
    sleep = get_original("time", "sleep")
else:
    sleep = time.sleep
wait = waiter(mode) or Ticket.block
ticks = 0

def tick():
    global ticks
    while True:
        time.sleep(0.01)
        ticks += 1

threading.Thread(target=tick, daemon=True).start()
tickets = [Ticket(None) for _ in range(3000)]
done = []

def work():  # in a real thread, which sleeps for real
    sleep(0.5)
    for ticket in tickets:
        ticket.succeed(1)

def waiting(ticket):
    wait(ticket)
    assert ticket.done
    done.append(ticket)

threads = [threading.Thread(target=waiting, args=(ticket,)) for ticket in tickets[:200]]
for thread in threads:
    thread.start()
real.start_thread(work)
for thread in threads:
    thread.join()
during = ticks
for ticket in tickets[200:]:  # mostly done already
    waiting(ticket)
assert len(done) == len(tickets), len(done)
assert during > 10, during
print("all told")
"""


@pytest.mark.parametrize("mode", MODES)
def test_others_go_on_while_some_wait(mode: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, mode],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("all told\n", "", 0)
