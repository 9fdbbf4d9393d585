"""Who guesses has to wait, longer and longer, and nobody else does."""

from __future__ import annotations

import pytest

from visualizer.web.attempts import ADDRESSES, FOUND, Attempts
from visualizer.web.messages import SlowDown


class Guessing:
    """An address that tries wrong codes, and a clock."""

    def __init__(self, free: int = 20) -> None:
        self.time = 1000.0
        self.attempts = Attempts(free, lambda: self.time)

    def wrong(self, times: int = 1, address: str = "10.0.0.1") -> float:
        """Seconds to wait after so many wrong tries."""
        for _ in range(times):
            self.attempts.wrong(address)
        return self.attempts.delay(address)


def test_the_first_tries_are_free_and_then_the_delay_grows() -> None:
    guessing = Guessing()
    assert guessing.wrong(20) == 0
    delays = []
    for _ in range(9):
        delays.append(guessing.wrong())
        guessing.time += delays[-1]
        guessing.attempts.check("10.0.0.1")  # the delay is over
    assert [round(delay) for delay in delays[:5]] == [1, 2, 4, 8, 16]
    assert max(delays) == 60


def test_who_has_to_wait_is_told_for_how_long() -> None:
    guessing = Guessing(0)
    guessing.wrong(3)
    guessing.time += 1.5
    with pytest.raises(SlowDown) as caught:
        guessing.attempts.check("10.0.0.1")
    assert caught.value.seconds == 3
    assert caught.value.status == 429
    assert "3 seconds" in caught.value.message


def test_wrong_tries_are_forgiven_one_by_one() -> None:
    guessing = Guessing(2)
    guessing.wrong(2)
    guessing.time += 30
    assert guessing.wrong() == 0  # it is the second again
    assert guessing.wrong() == 1
    guessing.time += 3600
    assert guessing.wrong(2) == 0


def test_others_do_not_wait() -> None:
    guessing = Guessing(0)
    assert guessing.wrong(5) > 0
    assert guessing.attempts.delay("10.0.0.2") == 0


def test_what_was_found_stays_open_and_its_end_is_no_guess() -> None:
    guessing = Guessing(0)
    guessing.attempts.found("10.0.0.1", "ABC234")
    guessing.attempts.wrong("10.0.0.1", "ABC234")
    assert guessing.attempts.delay("10.0.0.1") == 0
    assert guessing.wrong(5) > 0
    guessing.attempts.check("10.0.0.1", "ABC234")
    with pytest.raises(SlowDown):
        guessing.attempts.check("10.0.0.1", "XYZ789")


def test_a_household_is_one_address() -> None:
    guessing = Guessing(0)
    guessing.wrong(3, "2001:db8:1:2::1")
    assert guessing.attempts.delay("2001:db8:1:2:ffff::9") > 0
    assert guessing.attempts.delay("2001:db8:1:3::1") == 0
    guessing.wrong(3, "::ffff:10.1.1.1")
    assert guessing.attempts.delay("10.1.1.1") > 0
    assert guessing.wrong(3, "no address at all") > 0


def test_what_is_remembered_has_a_bound() -> None:
    guessing = Guessing(0)
    for number in range(ADDRESSES + 5):
        guessing.attempts.wrong(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert guessing.attempts.delay("10.0.0.1") == 0
    for number in range(FOUND + 1):
        guessing.attempts.found("10.0.0.9", f"code {number}")
    guessing.wrong(3, "10.0.0.9")
    assert guessing.attempts.delay("10.0.0.9", "code 0") > 0
    assert guessing.attempts.delay("10.0.0.9", "code 1") == 0
