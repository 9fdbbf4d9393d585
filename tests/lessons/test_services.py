"""Stand-ins in lessons and on the command line."""

from __future__ import annotations

import pytest

from visualizer.lab import Service
from visualizer.lessons import ParameterError
from visualizer.lessons.parameters import place
from visualizer.lessons.services import parse_service, service_rules, with_stand_ins


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("smtp=2s", Service(name="smtp", latency=2.0)),
        ("smtp", Service(name="smtp")),
        ("http=300ms,capacity=2", Service(name="http", latency=0.3, capacity=2)),
        (
            "https://api.example.com=300ms,fail=0.2,down=1s-3s,when_down=hang",
            Service(
                name="api.example.com",
                url="https://api.example.com",
                latency=0.3,
                fail=0.2,
                down=[1.0, 3.0],
                when_down="hang",
            ),
        ),
        (
            "http://localhost:9000=0.5,status=404,text=nobody",
            Service(
                name="localhost:9000",
                url="http://localhost:9000",
                latency=0.5,
                status=404,
                text="nobody",
            ),
        ),
    ],
)
def test_a_service_on_the_command_line(text: str, service: Service) -> None:
    assert parse_service(text) == service


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mailer=2s", "Nothing says what the service 'mailer' speaks."),
        ("smtp=soon", "latency is the text 'soon'."),
        ("smtp=2s,fial=0.2", "Did you mean 'fail'?"),
        ("smtp=2s,fail=2", "It is a share from 0 to 1."),
        ("smtp=2s,down=3-1", "Write two times"),
        ("ftp://example.com=1s", "The address is 'ftp://example.com'."),
        ("https://example.com/v1=1s", "has a path"),
        ("https://example.com:x=1s", "is no address"),
        ("smtp=1s,capacity=0", "The smallest value is 1."),
        ("smtp=1s,rate_seconds=0", "It has to be more than 0."),
    ],
)
def test_a_mistake_is_one_line_with_the_remedy(text: str, words: str) -> None:
    with pytest.raises(ParameterError) as caught:
        parse_service(text)
    assert words in caught.value.message
    assert caught.value.message.startswith(f"--stand-in {text}: ")
    assert "\n" not in caught.value.message


def test_names_are_unique() -> None:
    twice = [Service(name="smtp"), Service(name="smtp", latency=2.0)]
    (breach,) = service_rules(("services",), twice)
    assert breach.path == ("services", 1, "name")


def test_the_command_line_replaces_a_lessons_service_and_adds_others() -> None:
    own = [
        Service(name="smtp", latency=1.0),
        Service(name="payments", url="https://api.example.com"),
    ]
    given = [parse_service(text) for text in ("https://api.example.com=3s", "http=1s", "smtp=2s")]
    assert with_stand_ins(own, given) == [
        Service(name="smtp", kind="smtp", latency=2.0),
        Service(name="payments", url="https://api.example.com", kind="http", latency=3.0),
        Service(name="http", latency=1.0),
    ]


def test_a_parameter_reaches_a_service_by_its_name_and_by_its_number() -> None:
    settings = {"services": [{"name": "smtp", "fail": 0.0}]}
    assert place(settings, "services.smtp.fail", 0.5)
    assert settings["services"][0]["fail"] == 0.5
    assert place(settings, "services.0.fail", 0.7)
    assert not place(settings, "services.http.fail", 0.5)
