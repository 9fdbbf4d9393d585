"""No packet, however crooked, raises or comes out in a shape that the library cannot handle."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from socketio import packet as kinds

from visualizer.web.wire import MALFORMED, Json, Packet


def incoming(body: Any) -> Any:
    return Packet(encoded_packet=body)


def test_an_event() -> None:
    packet = incoming('27["open",{"a":1}]')
    assert (packet.packet_type, packet.id, packet.namespace) == (kinds.EVENT, 7, None)
    assert packet.data == ["open", {"a": 1}]
    assert packet.attachment_count == 0


def test_an_acknowledgement() -> None:
    packet = incoming("37[]")
    assert (packet.packet_type, packet.id, packet.data) == (kinds.ACK, 7, [])


@pytest.mark.parametrize("body", ["0", '0{"token":1}', "0/other,", "1", "1/other,"])
def test_connecting_and_disconnecting(body: str) -> None:
    assert incoming(body).packet_type in (kinds.CONNECT, kinds.DISCONNECT)


@pytest.mark.parametrize("name", ["connect", "disconnect", "connect_error", "*"])
def test_names_of_the_library_are_not_to_be_sent(name: str) -> None:
    packet = incoming(f'23["{name}"]')
    assert packet.data[0] == MALFORMED
    assert packet.id == 3


def test_a_crooked_question_can_still_be_answered() -> None:
    assert incoming('23["open"').id == 3


def test_the_number_of_a_crooked_acknowledgement_is_no_question() -> None:
    assert incoming("33{}").id is None


pieces = st.sampled_from(
    [*'01234569-/,?[]{}²é\x00: "', '"open"', '"connect"', "null", "1e999", "\\ud800"]
)
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.binary(max_size=20),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.text(max_size=40),
    st.lists(pieces, max_size=15).map("".join),
)


@given(anything)
def test_anything_becomes_a_packet_that_can_be_handled(body: Any) -> None:
    packet = incoming(body)
    assert packet.packet_type in (kinds.CONNECT, kinds.DISCONNECT, kinds.EVENT, kinds.ACK)
    assert packet.attachment_count == 0
    if packet.packet_type == kinds.EVENT:
        assert isinstance(packet.data, list)
        assert isinstance(packet.data[0], str)
        assert packet.data[0] not in ("connect", "disconnect", "*")
    if packet.packet_type == kinds.ACK:
        assert isinstance(packet.data, list)
        assert packet.id >= 1


def test_what_the_server_sends_is_as_the_library_has_it() -> None:
    data = ["chunk", {"text": "é\n", "number": 1.5}]
    ours = Packet(kinds.EVENT, namespace="/", data=data, id=4).encode()
    assert ours == '24["chunk",{"text":"é\\n","number":1.5}]'


def test_raw_json_is_sent_as_it_is() -> None:
    message = {"records": msgspec.Raw(b'[{"t":1.0}]')}
    assert Packet(kinds.EVENT, data=["chunk", message]).encode() == (
        '2["chunk",{"records":[{"t":1.0}]}]'
    )


@pytest.mark.parametrize("text", ["", "{", "NaN", "[" * 100_000, '"\\ud800"', "1 2"])
def test_what_is_not_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Json.loads(text)
