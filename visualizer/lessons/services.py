"""Stand-ins for servers outside: what is wrong with them, and how they are given on a command line.

``smtp=2s`` is a mail server that takes 2 s for each mail; ``https://api.example.com=300ms,fail=0.2``
a web service of which every fifth answer is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from visualizer.lab.job import SCHEMES, Service

from .errors import ParameterError
from .places import Path
from .shape import Breach, breaches

_TIME = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(ms|s)?")


def service_rules(path: Path, services: Sequence[Service]) -> Iterator[Breach]:
    """What is wrong with a list of services that stands at ``path``."""
    names = [service.name for service in services]
    for index, service in enumerate(services):
        here = (*path, index)
        if service.name in names[:index]:
            message = f"There are two services with the name {service.name!r}."
            yield Breach((*here, "name"), message, "Rename one.")
        if service.name.isdigit() or not service.name.strip():
            yield Breach((*here, "name"), f"The name is {service.name!r}.", "Give it a word.")
        yield from _address(here, service)
        yield from _numbers(here, service)


def _address(here: Path, service: Service) -> Iterator[Breach]:
    if service.url is not None:
        flaw = _flaw_of_url(service.url)
        if flaw:
            remedy = 'Write it as in "https://api.example.com" or "smtp://mail.example.com:2525".'
            yield Breach((*here, "url"), flaw, remedy)
    elif service.protocol() is None:
        yield Breach(
            here,
            f"Nothing says what the service {service.name!r} speaks.",
            'Add url = "https://api.example.com", or kind = "http" or "smtp".',
        )


def _flaw_of_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"{url!r} is no address: {error}."
    if parts.scheme not in SCHEMES or not parts.hostname:
        return f"The address is {url!r}."
    if parts.path not in ("", "/") or parts.query:
        return f"The address {url!r} has a path; a service stands at a host and a port."
    return "The port is 0." if port == 0 else ""


def _numbers(here: Path, service: Service) -> Iterator[Breach]:
    least = {"latency": service.latency, "rate_limit": service.rate_limit}
    for key, value in least.items():
        if value is not None and value < 0:
            yield Breach((*here, key), f"{key} is {value:g}.", "The smallest value is 0.")
    if not 0 <= service.fail <= 1:
        yield Breach((*here, "fail"), f"fail is {service.fail:g}.", "It is a share from 0 to 1.")
    if service.rate_seconds <= 0:
        message = f"rate_seconds is {service.rate_seconds:g}."
        yield Breach((*here, "rate_seconds"), message, "It has to be more than 0.")
    if service.capacity is not None and service.capacity < 1:
        message = f"capacity is {service.capacity}."
        yield Breach((*here, "capacity"), message, "The smallest value is 1.")
    if not 100 <= service.status <= 599:
        yield Breach((*here, "status"), f"status is {service.status}.", "It is from 100 to 599.")
    down = service.down
    if down is not None and not (len(down) == 2 and 0 <= down[0] <= down[1]):
        yield Breach((*here, "down"), f"down is {down}.", "Write two times, as in down = [1, 3].")


# -- on a command line -----------------------------------------------------------------------------


def parse_service(text: str) -> Service:
    """The service that ``smtp=2s,fail=0.1`` describes. Raises ``ParameterError``."""
    what, _, settings = text.partition("=")
    fields: dict[str, Any] = {"name": what}
    if "://" in what:
        parts = urlsplit(what)
        fields = {"name": parts.netloc or what, "url": what}
    for position, setting in enumerate(filter(None, settings.split(","))):
        key, equals, value = setting.partition("=")
        if not equals and position == 0:
            key, value = "latency", key
        fields[key] = _value(key, value)
    flaws = breaches(fields, Service)
    if not flaws:
        service = msgspec.convert(fields, Service)
        flaws = list(service_rules((), [service]))
    if flaws:
        flaw = flaws[0]
        raise ParameterError("stand-in", f"--stand-in {text}: {flaw.message} {flaw.remedy}")
    return service


def _value(key: str, text: str) -> Any:
    times = [_seconds(each) for each in text.split("-")]
    if key == "down" and None not in times:
        return times
    if len(times) == 1 and times[0] is not None and key not in ("text", "name", "url"):
        return int(times[0]) if times[0].is_integer() and key in _WHOLE else times[0]
    return text


_WHOLE = ("capacity", "rate_limit", "status")


def _seconds(text: str) -> float | None:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    return float(match[1]) / (1000 if match[2] == "ms" else 1)


def with_stand_ins(services: Sequence[Service], given: Sequence[Service]) -> list[Service]:
    """``services``, with those ``given`` on a command line in the place of the ones that they name,
    by name or address, or behind them."""
    result = list(services)
    for new in given:
        for place, old in enumerate(result):
            if new.name == old.name or (new.url is not None and new.url == old.url):
                url = new.url or old.url
                result[place] = msgspec.structs.replace(
                    new, name=old.name, url=url, kind=old.protocol()
                )
                break
        else:
            result.append(new)
    return result
