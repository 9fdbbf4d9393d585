"""A kombu transport whose other end is the coordinator's broker.

``drain_events`` is one blocking wait on the virtual clock: nothing polls. The aliases of the real
transports lead here, so a program's own URL stays as it is.
"""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable
from itertools import count
from typing import Any

from amqp.protocol import queue_declare_ok_t
from kombu import transport as aliases
from kombu.exceptions import ChannelError
from kombu.message import Message
from kombu.transport import base
from kombu.utils.json import dumps, loads
from kombu.utils.uuid import uuid

from visualizer.clock import active_clock
from visualizer.lab import link
from visualizer.lab.job import MESSAGE_COST
from visualizer.lab.recorder import Recorder
from visualizer.trace.events import Redirected

_AMQP = ("amqp", "amqps", "pyamqp", "librabbitmq")

_recorder: Recorder | None = None


def redirect(recorder: Recorder) -> None:
    """Let every broker URL lead to the lab's broker, and say so when one is used."""
    global _recorder
    _recorder = recorder
    here = __name__
    for alias in aliases.TRANSPORT_ALIASES:
        kind = "Amqp" if alias in _AMQP else "Redis"
        aliases.TRANSPORT_ALIASES[alias] = f"{here}:{kind}Transport"
    aliases._transport_cache.clear()


def pay() -> None:
    """Let time pass for a message."""
    clock = active_clock()
    if clock is not None and clock.current is not None:
        clock.burn(MESSAGE_COST)


class Line:
    """A connection to the broker, with its channels."""

    def __init__(self, transport: Transport, kind: str) -> None:
        options = transport.client.transport_options
        self.client = transport.client
        self.transport = transport
        self.number: int = self.call("connect", kind, options.get("visibility_timeout"))
        self.channels: dict[int, Channel] = {}
        self.connected = True
        self._channel_numbers = count(1)

    def call(self, method: str, *arguments: Any) -> Any:
        return link.current().call("broker", method, *arguments)

    def post(self, method: str, *arguments: Any) -> None:
        """As ``call``, where there is no answer to wait for."""
        link.current().post("broker", method, *arguments)

    def channel(self) -> Channel:
        number = next(self._channel_numbers)
        self.post("channel", self.number, number)
        self.channels[number] = channel = Channel(self, number)
        return channel

    def close(self) -> None:
        if self.connected:
            self.connected = False
            self.post("disconnect", self.number)

    def drain_events(self, timeout: float | None = None, **_: Any) -> None:
        """Wait for messages and hand them to their consumers. Raises ``socket.timeout``."""
        line, key = link.current(), f"broker {self.number}"
        while True:
            deliveries = self.call("drain", self.number) if line.has_news(key) else None
            if deliveries:
                break
            if timeout == 0 or not line.wait(key, timeout, "messages"):
                raise TimeoutError
        for number, consumer, *message in deliveries:
            channel = self.channels.get(number)
            if channel is not None:
                channel.deliver(consumer, message)


class Channel(base.StdChannel):  # type: ignore[misc]  # kombu comes without types
    """What kombu asks of a channel; the work is the broker's."""

    def __init__(self, connection: Line, number: int) -> None:
        self.connection = connection
        self.number = number
        self.closed = False
        self.no_ack_consumers: set[str] = set()
        self._callbacks: dict[str, Callable[[list[Any]], None]] = {}
        self._open_tags: list[int] = []

    def _call(self, method: str, *arguments: Any) -> Any:
        """A method of the broker on this channel."""
        return self.connection.call(method, self.connection.number, self.number, *arguments)

    def _post(self, method: str, *arguments: Any) -> None:
        self.connection.post(method, self.connection.number, self.number, *arguments)

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.connection.channels.pop(self.number, None)
            self._post("close")

    # -- exchanges and queues ---------------------------------------------------------------

    def exchange_declare(self, exchange: str = "", type: str = "direct", **_: Any) -> None:
        self.connection.post("exchange", exchange, type or "direct")

    def exchange_delete(self, exchange: str, **_: Any) -> None:
        pass

    def queue_declare(
        self,
        queue: str = "",
        passive: bool = False,
        durable: bool = False,
        auto_delete: bool = False,
        exclusive: bool = False,
        arguments: dict[str, Any] | None = None,
        **_: Any,
    ) -> Any:
        name = queue or f"amq.gen-{uuid()}"
        if passive and not self.connection.call("exists", name):
            raise ChannelError(
                f"NOT_FOUND - no queue {name!r}", (50, 10), "Channel.queue_declare", 404
            )
        levels = (arguments or {}).get("x-max-priority", 0)
        shown = durable and not auto_delete and not exclusive
        return queue_declare_ok_t(name, *self.connection.call("queue", name, shown, levels))

    def prepare_queue_arguments(self, arguments: dict[str, Any], **options: Any) -> Any:
        return base.to_rabbitmq_queue_arguments(arguments, **options)

    def queue_bind(self, queue: str, exchange: str = "", routing_key: str = "", **_: Any) -> None:
        self.connection.post("bind", queue, exchange, routing_key)

    def queue_unbind(self, queue: str, exchange: str = "", routing_key: str = "", **_: Any) -> None:
        self.connection.post("unbind", queue, exchange, routing_key)

    def queue_purge(self, queue: str, **_: Any) -> int:
        return int(self.connection.call("purge", queue))

    def queue_delete(self, queue: str, **_: Any) -> int:
        return int(self.connection.call("delete", queue))

    def after_reply_message_received(self, queue: str) -> None:
        self.queue_delete(queue)

    # -- messages ------------------------------------------------------------------------------

    def prepare_message(
        self,
        body: Any,
        priority: int | None = None,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: dict[str, Any] | None = None,
        properties: dict[str, Any] | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        return {
            "body": body,
            "content_type": content_type,
            "content_encoding": content_encoding,
            "headers": headers or {},
            "properties": {**(properties or {}), "priority": priority or 0},
        }

    def basic_publish(
        self, message: dict[str, Any], exchange: str = "", routing_key: str = "", **_: Any
    ) -> None:
        body = message["body"]
        if "task" in message["headers"]:
            pay()
        if isinstance(body, bytes):
            message = {**message, "body": base64.b64encode(body).decode(), "binary": True}
        properties = message["properties"]
        expiration = properties.get("expiration")  # milliseconds, as a text
        seconds = None if expiration is None else float(expiration) / 1000
        number = self.connection.number
        place = (exchange or "", routing_key or "")
        rank = (properties["priority"], seconds)
        self.connection.post("publish", number, *place, dumps(message), *rank)

    def message_to_python(self, raw: list[Any]) -> Any:
        consumer, tag, text, exchange, key, redelivered = raw
        message = loads(text)
        if message.pop("binary", False):
            message["body"] = base64.b64decode(message["body"])
        info = {
            "consumer_tag": consumer,
            "delivery_tag": tag,
            "exchange": exchange,
            "routing_key": key,
            "redelivered": redelivered,
        }
        return Message(channel=self, delivery_tag=tag, delivery_info=info, **message)

    def deliver(self, consumer: str, message: list[Any]) -> None:
        """Hand a message to its consumer, or back where there is none any more."""
        tag = message[0]
        if consumer not in self.no_ack_consumers:
            self._open_tags.append(tag)
            pay()
        callback = self._callbacks.get(consumer)
        if callback is None:
            self._post("requeue", self._settled(tag, multiple=False))
        else:
            callback([consumer, *message])

    def basic_get(self, queue: str, no_ack: bool = False, **_: Any) -> Any:
        found = self._call("get", queue, no_ack)
        if found is None:
            return None
        if not no_ack:
            self._open_tags.append(found[2])
        return self.message_to_python(found[1:])

    def basic_consume(
        self,
        queue: str,
        no_ack: bool = False,
        callback: Callable[[list[Any]], None] | None = None,
        consumer_tag: str | None = None,
        **_: Any,
    ) -> str:
        tag = consumer_tag or uuid()
        assert callback is not None
        self._callbacks[tag] = callback
        if no_ack:
            self.no_ack_consumers.add(tag)
        self._post("consume", queue, tag, no_ack)
        return tag

    def basic_cancel(self, consumer_tag: str, **_: Any) -> None:
        self._callbacks.pop(consumer_tag, None)
        self.no_ack_consumers.discard(consumer_tag)
        self._post("cancel", consumer_tag)

    def basic_qos(
        self, prefetch_size: int = 0, prefetch_count: int = 0, a_global: bool = False
    ) -> None:
        self._post("qos", prefetch_count)

    def basic_ack(self, delivery_tag: int, multiple: bool = False) -> None:
        self._post("acknowledge", self._settled(delivery_tag, multiple))

    def basic_reject(self, delivery_tag: int, requeue: bool = False) -> None:
        method = "requeue" if requeue else "acknowledge"
        self._post(method, self._settled(delivery_tag, multiple=False))

    def basic_recover(self, requeue: bool = False) -> None:
        tags, self._open_tags = self._open_tags, []
        self._post("requeue", tags)

    def flow(self, active: bool = True) -> None:
        raise NotImplementedError("the lab's broker does not hold back a channel")

    def _settled(self, tag: int, multiple: bool) -> list[int]:
        """The messages that an answer is about: one, or all up to it. They are open no more."""
        tags = [each for each in self._open_tags if each == tag or (multiple and each < tag)]
        self._open_tags = [each for each in self._open_tags if each not in tags]
        return tags


class Transport(base.Transport):  # type: ignore[misc]  # kombu's types are not followed
    """What the aliases lead to. ``driver_type`` is whose habits the broker follows."""

    driver_type = "redis"
    driver_name = "meanwhile"
    default_port = 6379
    implements = base.Transport.implements.extend(
        asynchronous=False, exchange_type=frozenset(["direct", "topic", "fanout"])
    )

    def establish_connection(self) -> Line:
        if _recorder is not None and link.is_web():
            _recorder.add(Redirected(0, "broker", self.client.as_uri()))
        return Line(self, self.driver_type)

    def close_connection(self, connection: Line) -> None:
        connection.close()

    def create_channel(self, connection: Line) -> Channel:
        return connection.channel()

    def close_channel(self, channel: Channel) -> None:
        channel.close()

    def drain_events(self, connection: Line, **options: Any) -> None:
        connection.drain_events(**options)

    def verify_connection(self, connection: Line) -> bool:
        return connection.connected

    def driver_version(self) -> str:
        return "1"

    @property
    def default_connection_params(self) -> dict[str, Any]:
        return {"port": self.default_port, "hostname": "localhost"}


class RedisTransport(Transport):
    """Behaves as kombu does on Redis."""


class AmqpTransport(Transport):
    """Behaves as RabbitMQ does."""

    driver_type = "amqp"
    default_port = 5672


#: kombu tells a wait that ended in vain from a broken line by this class.
assert socket.timeout is TimeoutError
