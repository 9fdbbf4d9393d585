"""The broker alone: who gets which message, when, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from visualizer.lab.broker import Broker
from visualizer.trace.events import Depth, Event


class StillWorld:
    """A time that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0
        self.woken: list[tuple[str, str]] = []
        self.timers: list[tuple[int, Callable[[], None]]] = []
        self.told: list[Event] = []

    def wake(self, process: str, key: str) -> None:
        self.woken.append((process, key))

    def at(self, when: int, call: Callable[[], None]) -> None:
        self.timers.append((when, call))

    def tell(self, make: Callable[[int], Event]) -> None:
        self.told.append(make(self.now))

    def pass_time(self, seconds: float) -> None:
        self.now += int(seconds * 10**9)
        due = [timer for timer in self.timers if timer[0] <= self.now]
        self.timers = [timer for timer in self.timers if timer[0] > self.now]
        for _, call in due:
            call()


class Bench:
    """A broker with a queue "q" and a publisher; consumers are added by name."""

    def __init__(
        self, kind: str = "amqp", levels: int = 0, visibility: float | None = None
    ) -> None:
        self.world = StillWorld()
        self.broker = Broker(self.world)
        self.kind = kind
        self.visibility = visibility
        self.connections: dict[str, int] = {}
        self.line("web")
        self.broker.queue("web", "q", True, levels)

    def line(self, process: str) -> int:
        number = self.broker.connect(process, self.kind, self.visibility)
        self.connections[process] = number
        self.broker.channel(process, number, 1)
        return number

    def consumer(self, process: str, prefetch: int = 0, no_ack: bool = False) -> None:
        number = self.line(process)
        self.broker.qos(process, number, 1, prefetch)
        self.broker.consume(process, number, 1, "q", f"{process} reads", no_ack)

    def publish(self, *texts: str, priority: int = 0) -> None:
        for text in texts:
            self.broker.publish("web", self.connections["web"], "", "q", text, priority)

    def got(self, process: str) -> list[str]:
        return [text for _, _, _, text, *_ in self.broker.drain(process, self.connections[process])]

    def take(self, process: str) -> list[Any]:
        return self.broker.drain(process, self.connections[process])

    def acknowledge(self, process: str, *tags: int) -> None:
        self.broker.acknowledge(process, self.connections[process], 1, list(tags))


def test_messages_go_out_in_turn() -> None:
    bench = Bench()
    bench.consumer("one")
    bench.consumer("two")
    bench.publish("a", "b", "c", "d")
    assert (bench.got("one"), bench.got("two")) == (["a", "c"], ["b", "d"])
    assert bench.got("one") == []


def test_no_more_than_the_prefetch_until_one_is_acknowledged() -> None:
    bench = Bench()
    bench.consumer("one", prefetch=2)
    bench.publish("a", "b", "c", "d")
    assert bench.got("one") == ["a", "b"]
    bench.world.woken.clear()
    bench.acknowledge("one", 1)
    assert bench.world.woken == [("one", "broker 2")]
    assert bench.got("one") == ["c"]
    assert not bench.world.timers


def test_without_acknowledgements_there_is_no_prefetch() -> None:
    bench = Bench()
    bench.consumer("one", prefetch=1, no_ack=True)
    bench.publish("a", "b")
    assert bench.got("one") == ["a", "b"]


def test_a_higher_prefetch_lets_more_come() -> None:
    bench = Bench()
    bench.consumer("one", prefetch=1)
    bench.publish("a", "b")
    assert bench.got("one") == ["a"]
    bench.broker.qos("one", bench.connections["one"], 1, 2)
    assert bench.got("one") == ["b"]


def test_what_a_dead_process_had_comes_back_in_order_and_marked() -> None:
    bench = Bench()
    bench.consumer("one", prefetch=2)
    bench.publish("a", "b", "c")
    bench.broker.died("one")
    bench.consumer("two")
    assert [(text, again) for _, _, _, text, _, _, again in bench.take("two")] == [
        ("a", True),
        ("b", True),
        ("c", False),
    ]


def test_redis_gives_back_after_the_visibility_timeout_only() -> None:
    bench = Bench("redis", visibility=10)
    bench.consumer("one")
    bench.publish("a", "b")
    bench.acknowledge("one", 2)
    bench.broker.died("one")
    bench.consumer("two")
    assert bench.got("two") == []
    assert bench.broker.has_work()
    bench.world.pass_time(9.9)
    assert bench.got("two") == []
    bench.world.pass_time(0.1)
    assert bench.got("two") == ["a"]


def test_redis_gives_out_twice_what_takes_too_long() -> None:
    bench = Bench("redis", visibility=10)
    bench.consumer("one")
    bench.publish("a")
    bench.world.pass_time(10)
    assert bench.got("one") == ["a", "a"]


@pytest.mark.parametrize(
    ("kind", "levels", "order"),
    [
        ("redis", 0, ["0", "1", "5", "3", "9"]),  # 5 counts as 3, and came before it
        ("amqp", 10, ["9", "5", "3", "1", "0"]),
        ("amqp", 0, ["5", "0", "9", "3", "1"]),
    ],
)
def test_priorities(kind: str, levels: int, order: list[str]) -> None:
    bench = Bench(kind, levels)
    for priority in (5, 0, 9, 3, 1):
        bench.publish(str(priority), priority=priority)
    bench.consumer("one")
    assert bench.got("one") == order


@pytest.mark.parametrize(("kind", "left"), [("amqp", ["b"]), ("redis", ["a", "b"])])
def test_rabbitmq_drops_what_has_expired(kind: str, left: list[str]) -> None:
    bench = Bench(kind)
    bench.broker.publish("web", bench.connections["web"], "", "q", "a", 0, 1.0)
    bench.broker.publish("web", bench.connections["web"], "", "q", "b", 0, 3.0)
    bench.world.pass_time(2)
    bench.consumer("one")
    assert bench.got("one") == left


def test_a_requeued_message_keeps_its_place() -> None:
    bench = Bench()
    bench.consumer("one", prefetch=1)
    bench.publish("a", "b")
    bench.broker.requeue("one", bench.connections["one"], 1, [1])
    assert bench.got("one") == ["a", "a"]


@pytest.mark.parametrize(
    ("kind", "pattern", "key", "fits"),
    [
        ("direct", "mail.fast", "mail.fast", True),
        ("direct", "mail.*", "mail.fast", False),
        ("topic", "mail.*", "mail.fast", True),
        ("topic", "mail.*", "mail", False),
        ("topic", "mail.*", "mail.fast.now", False),
        ("topic", "mail.#", "mail", True),
        ("topic", "#.now", "mail.fast.now", True),
        ("topic", "#.now", "now", True),
        ("topic", "#", "anything.at.all", True),
        ("fanout", "", "whatever", True),
    ],
)
def test_exchanges(kind: str, pattern: str, key: str, fits: bool) -> None:
    bench = Bench()
    bench.consumer("one")
    bench.broker.exchange("web", "x", kind)
    bench.broker.bind("web", "q", "x", pattern)
    bench.broker.publish("web", bench.connections["web"], "x", key, "hello", 0)
    assert bench.got("one") == (["hello"] if fits else [])


def test_how_full_a_queue_is_is_told() -> None:
    bench = Bench()
    bench.publish("a", "b")
    bench.consumer("one", prefetch=1)
    bench.acknowledge("one", 1)
    bench.acknowledge("one", 2)
    told = [(each.ready, each.unacknowledged) for each in bench.world.told if type(each) is Depth]
    assert told == [(1, 0), (2, 0), (1, 1), (1, 0), (0, 1), (0, 0)]
    assert not bench.broker.has_work()


def test_a_queue_that_nobody_reads_is_no_work() -> None:
    bench = Bench()
    bench.publish("a")
    assert not bench.broker.has_work()
