"""The broker of a run: exchanges, queues, consumers and acknowledgements, in the coordinator.

It pushes: a message goes to a consumer as soon as one has a free place, in turn. Two kinds differ
where the real ones do:

- ``redis`` (as kombu uses it): a low number is a high priority, in steps of 3; a message that is
  not acknowledged comes back after the visibility timeout, whether its worker lives or not.
- ``amqp`` (RabbitMQ): a high number is a high priority, in queues with ``x-max-priority``; what a
  connection has not acknowledged comes back when it ends; a message that expires is dropped.

Messages are texts of JSON here, of which only a task's id is ever read. A message's ``tag`` is its
number in order of publication.
"""

from __future__ import annotations

import json
from bisect import insort
from collections import deque
from dataclasses import dataclass, field

from visualizer.clock import nanoseconds
from visualizer.trace.events import Depth, Incident

from .world import World

LANE = "broker"

VISIBILITY_TIMEOUT = 3600.0
"""Seconds after which Redis hands an unacknowledged message out again, unless the program says."""

_STEPS = (0, 3, 6, 9)


@dataclass(order=True)
class Message:
    """``rank`` is what comes first in a queue: priority, then age."""

    rank: tuple[int, int]
    tag: int = field(compare=False)
    text: str = field(compare=False)
    exchange: str = field(compare=False)
    key: str = field(compare=False)
    queue: Queue = field(compare=False)
    redelivered: bool = field(compare=False, default=False)
    #: How often it was handed out; a timer for an earlier time says nothing.
    handed_out: int = field(compare=False, default=0)
    #: When it is dropped if nobody has taken it (ns), or None.
    until: int | None = field(compare=False, default=None)


@dataclass(eq=False)
class Queue:
    name: str
    #: Whether it holds the program's work, and not a library's own chatter.
    shown: bool
    levels: int
    ready: list[Message] = field(default_factory=list)
    consumers: deque[Consumer] = field(default_factory=deque)
    unacknowledged: int = 0


@dataclass(eq=False)
class Consumer:
    channel: Channel
    tag: str
    queue: Queue
    no_ack: bool


@dataclass(eq=False)
class Channel:
    """``prefetch`` is how many messages may be with it unacknowledged, 0 any number."""

    connection: Connection
    number: int
    prefetch: int = 0
    unacknowledged: dict[int, Message] = field(default_factory=dict)
    consumers: dict[str, Consumer] = field(default_factory=dict)

    @property
    def free(self) -> bool:
        return not self.prefetch or len(self.unacknowledged) < self.prefetch


#: Channel number, consumer's tag, message's tag, text, exchange, routing key, redelivered.
Delivery = tuple[int, str, int, str, str, str, bool]


@dataclass(eq=False)
class Connection:
    process: str
    number: int
    kind: str
    visibility: int
    channels: dict[int, Channel] = field(default_factory=dict)
    inbox: list[Delivery] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"broker {self.number}"


class Broker:
    """Methods without an underscore can be called by processes; the first argument is who calls."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._connections: dict[int, Connection] = {}
        self._opened = 0
        self._exchanges: dict[str, str] = {}
        self._queues: dict[str, Queue] = {}
        self._bindings: list[tuple[str, str, str]] = []
        self._published = 0
        #: Of the tasks that will be published, those to lose, counted from now.
        self._lost: list[int] = []
        #: How many messages were lost of which it is still to be told.
        self._untold = 0

    # -- connections and channels -----------------------------------------------------------

    def connect(self, process: str, kind: str, visibility: float | None) -> int:
        self._opened += 1
        seconds = VISIBILITY_TIMEOUT if visibility is None else visibility
        connection = Connection(process, self._opened, kind, nanoseconds(seconds))
        self._connections[self._opened] = connection
        return self._opened

    def disconnect(self, process: str, number: int) -> None:
        connection = self._connections.pop(number, None)
        for channel in list(connection.channels.values()) if connection else ():
            self._close(channel)

    def died(self, process: str) -> None:
        """A process has ended, and with it its connections."""
        for connection in list(self._connections.values()):
            if connection.process == process:
                self.disconnect(process, connection.number)

    def channel(self, process: str, connection: int, number: int) -> None:
        owner = self._connections[connection]
        owner.channels[number] = Channel(owner, number)

    def close(self, process: str, connection: int, number: int) -> None:
        channel = self._channel(connection, number)
        if channel is not None:
            del channel.connection.channels[number]
            self._close(channel)

    def qos(self, process: str, connection: int, number: int, prefetch: int) -> None:
        channel = self._connections[connection].channels[number]
        channel.prefetch = prefetch
        self._fill(channel)

    def _channel(self, connection: int, number: int) -> Channel | None:
        owner = self._connections.get(connection)
        return owner.channels.get(number) if owner else None

    def _close(self, channel: Channel) -> None:
        for tag in list(channel.consumers):
            self._cancel(channel, tag)
        if channel.connection.kind != "redis":
            self._give_back(channel, list(channel.unacknowledged))
        # Redis knows no connections: the visibility timeout brings the messages back.

    # -- exchanges and queues -----------------------------------------------------------------

    def exchange(self, process: str, name: str, kind: str) -> None:
        self._exchanges.setdefault(name, kind)

    def queue(self, process: str, name: str, shown: bool, levels: int) -> list[int]:
        queue = self._queues.setdefault(name, Queue(name, shown, levels))
        return [len(queue.ready), len(queue.consumers)]

    def exists(self, process: str, name: str) -> bool:
        return name in self._queues

    def bind(self, process: str, queue: str, exchange: str, key: str) -> None:
        binding = (exchange, key, queue)
        if binding not in self._bindings:
            self._bindings.append(binding)

    def unbind(self, process: str, queue: str, exchange: str, key: str) -> None:
        if (exchange, key, queue) in self._bindings:
            self._bindings.remove((exchange, key, queue))

    def purge(self, process: str, name: str) -> int:
        queue = self._queues.get(name)
        if queue is None:
            return 0
        count = len(queue.ready)
        queue.ready.clear()
        self._show(queue)
        return count

    def delete(self, process: str, name: str) -> int:
        count = self.purge(process, name)
        self._queues.pop(name, None)
        self._bindings = [binding for binding in self._bindings if binding[2] != name]
        return count

    # -- messages -----------------------------------------------------------------------------

    def publish(
        self,
        process: str,
        connection: int,
        exchange: str,
        key: str,
        text: str,
        priority: int,
        expiration: float | None = None,
    ) -> None:
        kind = self._connections[connection].kind
        expires = kind == "amqp" and expiration is not None
        until = self._world.now + nanoseconds(expiration or 0.0) if expires else None
        for name in self._route(exchange, key):
            queue = self._queues[name]
            if queue.shown and self._is_lost(text):
                continue
            self._published += 1
            rank = (_rank(kind, queue, priority), self._published)
            message = Message(rank, self._published, text, exchange, key, queue, until=until)
            insort(queue.ready, message)
            self._show(queue)
            self._hand_out(queue)

    def drop(self, number: int) -> None:
        """Lose the message of the first, second, … task that is published from now on."""
        self._lost.append(number)

    def _is_lost(self, text: str) -> bool:
        """Whether this message of a task is one of those to lose. Counts it."""
        self._lost = [number - 1 for number in self._lost]
        if 0 not in self._lost:
            return False
        self._lost.remove(0)
        task = _task_of(text)
        world = self._world
        self._untold += 1

        def tell() -> None:
            self._untold -= 1
            world.tell(lambda t: Incident(t, LANE, "dropped", task=task))

        world.at(world.now, tell)  # when its sender has told that it was sent, which is to come now
        return True

    def _route(self, exchange: str, key: str) -> list[str]:
        if not exchange:
            return [key] if key in self._queues else []
        kind = self._exchanges.get(exchange, "direct")
        names: dict[str, None] = {}
        for owner, pattern, queue in self._bindings:
            if owner == exchange and queue in self._queues and _matches(kind, pattern, key):
                names[queue] = None
        return list(names)

    def consume(
        self, process: str, connection: int, number: int, name: str, tag: str, no_ack: bool
    ) -> None:
        channel = self._connections[connection].channels[number]
        queue = self._queues[name]
        consumer = channel.consumers[tag] = Consumer(channel, tag, queue, no_ack)
        queue.consumers.append(consumer)
        self._hand_out(queue)

    def cancel(self, process: str, connection: int, number: int, tag: str) -> None:
        channel = self._channel(connection, number)
        if channel is not None:
            self._cancel(channel, tag)

    def _cancel(self, channel: Channel, tag: str) -> None:
        consumer = channel.consumers.pop(tag, None)
        if consumer is not None and consumer in consumer.queue.consumers:
            consumer.queue.consumers.remove(consumer)

    def get(
        self, process: str, connection: int, number: int, name: str, no_ack: bool
    ) -> Delivery | None:
        """One message, without a consumer; None if there is none."""
        queue, channel = self._queues.get(name), self._connections[connection].channels[number]
        if queue is None or not (self._drop_expired(queue) and queue.ready):
            return None
        return self._take(Consumer(channel, "", queue, no_ack))

    def drain(self, process: str, connection: int) -> list[Delivery]:
        """What has been handed out to this connection since the last time."""
        owner = self._connections[connection]
        deliveries, owner.inbox = owner.inbox, []
        return deliveries

    def acknowledge(self, process: str, connection: int, number: int, tags: list[int]) -> None:
        channel = self._channel(connection, number)
        if channel is None:
            return
        for tag in tags:
            message = channel.unacknowledged.pop(tag, None)
            if message is not None:
                message.queue.unacknowledged -= 1
                message.handed_out += 1
                self._show(message.queue)
        self._fill(channel)

    def requeue(self, process: str, connection: int, number: int, tags: list[int]) -> None:
        """These messages have not been worked on: somebody else may have them."""
        channel = self._channel(connection, number)
        if channel is not None:
            self._give_back(channel, tags)
            self._fill(channel)

    def _give_back(self, channel: Channel, tags: list[int]) -> None:
        for tag in tags:
            message = channel.unacknowledged.pop(tag, None)
            if message is None:
                continue
            queue = message.queue
            queue.unacknowledged -= 1
            message.redelivered = True
            message.handed_out += 1
            insort(queue.ready, message)
            self._show(queue)
            self._hand_out(queue)

    def _fill(self, channel: Channel) -> None:
        """The channel may have a free place."""
        for consumer in list(channel.consumers.values()):
            self._hand_out(consumer.queue)

    def _hand_out(self, queue: Queue) -> None:
        """Give what is ready to those who want it, each in turn."""
        while self._drop_expired(queue) and queue.ready:
            consumer = next((each for each in queue.consumers if _wants(each)), None)
            if consumer is None:
                return
            queue.consumers.remove(consumer)
            queue.consumers.append(consumer)
            connection = consumer.channel.connection
            connection.inbox.append(self._take(consumer))
            self._world.wake(connection.process, connection.key)

    def _drop_expired(self, queue: Queue) -> bool:
        """RabbitMQ throws a message away that expires before somebody takes it. Always true."""
        now = self._world.now
        expired = [each for each in queue.ready if each.until is not None and each.until <= now]
        if expired:
            queue.ready = [each for each in queue.ready if each not in expired]
            self._show(queue)
        return True

    def _take(self, consumer: Consumer) -> Delivery:
        queue, channel = consumer.queue, consumer.channel
        message = queue.ready.pop(0)
        message.handed_out += 1
        if not consumer.no_ack:
            channel.unacknowledged[message.tag] = message
            queue.unacknowledged += 1
            if channel.connection.kind == "redis":
                self._bring_back_later(channel, message)
        self._show(queue)
        place = (message.tag, message.text, message.exchange, message.key, message.redelivered)
        return (channel.number, consumer.tag, *place)

    def _bring_back_later(self, channel: Channel, message: Message) -> None:
        time = message.handed_out

        def bring_back() -> None:
            if message.handed_out == time:
                self._give_back(channel, [message.tag])

        self._world.at(self._world.now + channel.connection.visibility, bring_back)

    # -- how it stands ------------------------------------------------------------------------

    def has_work(self) -> bool:
        """Whether a message of the program waits for somebody who may yet come for it."""
        return self._untold > 0 or any(
            queue.shown and (queue.unacknowledged or (queue.ready and queue.consumers))
            for queue in self._queues.values()
        )

    def _show(self, queue: Queue) -> None:
        if queue.shown:
            ready, unacknowledged = len(queue.ready), queue.unacknowledged
            self._world.tell(lambda t: Depth(t, LANE, queue.name, ready, unacknowledged))


def _wants(consumer: Consumer) -> bool:
    return consumer.no_ack or consumer.channel.free


def _rank(kind: str, queue: Queue, priority: int) -> int:
    if kind == "redis":
        return max((step for step in _STEPS if step <= priority), default=0)
    return -min(priority, queue.levels)


def _matches(kind: str, pattern: str, key: str) -> bool:
    if kind == "fanout":
        return True
    return _fits(pattern.split("."), key.split(".")) if kind == "topic" else pattern == key


def _fits(pattern: list[str], words: list[str]) -> bool:
    """``*`` stands for one word, ``#`` for any number of them."""
    if not pattern:
        return not words
    if pattern[0] == "#":
        return any(_fits(pattern[1:], words[start:]) for start in range(len(words) + 1))
    return bool(words) and pattern[0] in ("*", words[0]) and _fits(pattern[1:], words[1:])


def _task_of(text: str) -> str | None:
    """The id of the task whose message this is."""
    task = json.loads(text).get("headers", {}).get("id")
    return task if isinstance(task, str) else None
