"""How messages become text: JSON by msgspec, and Socket.IO packets that cannot be malformed.

The library trusts a packet's shape, and a crooked one raises deep inside it, spoils the bookkeeping
of acknowledgements or piles up attachments that never end. ``Packet`` turns everything that is not
a well-formed event, acknowledgement, connect or disconnect into an event called ``malformed``,
which is answered like any other mistake.
"""

from __future__ import annotations

from typing import Any

import msgspec
from socketio import packet as kinds

#: The event that stands in for a packet that makes no sense; its argument says why.
MALFORMED = "malformed"
#: Events that the library raises itself; a client may not send them.
RESERVED = frozenset({"connect", "disconnect", "connect_error", "*"})


class Json:
    """Stands in for the ``json`` module in the libraries. ``msgspec.Raw`` is written as it is."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return msgspec.json.encode(value).decode()

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        """Raises ValueError for anything but JSON, and for JSON that is nested too deeply."""
        try:
            return msgspec.json.decode(text)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class Packet(kinds.Packet):  # type: ignore[misc]  # the library has no types
    """A Socket.IO packet as text; binary ones are not used here."""

    uses_binary_events = False
    json = Json
    packet_type: Any
    data: Any
    id: Any

    def __init__(self, packet_type: Any = None, *rest: Any, **fields: Any) -> None:
        incoming = fields.pop("encoded_packet", None)
        super().__init__(packet_type, *rest, **fields)
        if packet_type is None:  # the library gives a type to what it sends, and only to that
            self.decode(incoming)

    def decode(self, encoded_packet: object) -> int:
        """Read a packet. Never raises; the result is the number of attachments, always 0."""
        try:
            if not isinstance(encoded_packet, str):
                raise ValueError("a packet is text")
            super().decode(encoded_packet)
            self._check()
        except ValueError as error:
            if self.packet_type != kinds.EVENT:
                self.id = None  # a number, but not that of a question
            self.packet_type = kinds.EVENT
            self.data = [MALFORMED, f"This is not a Socket.IO packet: {error}."]
        return 0

    def _check(self) -> None:
        data = self.data
        if self.packet_type == kinds.EVENT:
            if not isinstance(data, list) or not data or not isinstance(data[0], str):
                raise ValueError("an event is a list that begins with its name")
            if data[0] in RESERVED:
                raise ValueError(f"{data[0]} is not an event to send")
        elif self.packet_type == kinds.ACK:
            # Number 0 holds the library's own counter and must not be called.
            if not isinstance(data, list) or not isinstance(self.id, int) or self.id < 1:
                raise ValueError("an acknowledgement has a number and a list")
        elif self.packet_type not in (kinds.CONNECT, kinds.DISCONNECT):
            raise ValueError("its type is not known")
