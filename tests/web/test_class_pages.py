"""The pages of a class and its data over HTTP, without a server."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.shipped import SHIPPED
from visualizer.classroom import Register
from visualizer.web import create_app
from visualizer.web.class_options import ClassOptions

from .fakes import FakeLab

ORIGIN = {"Origin": "http://localhost"}
KEY = "k" * 43
GREET = SHIPPED.lesson("greet")
ADDRESSES = ("/class/{}", "/host/{}", "/present/{}", "/classes/{}/qr.svg")


class Site:
    """The application with a clock that a test sets."""

    def __init__(self, **options: Any) -> None:
        self.time = 1_800_000_000.0
        self.register = Register("sqlite://", hours=8, now=lambda: self.time)
        self.register.open()
        app, _ = create_app(
            SHIPPED,
            FakeLab(),  # type: ignore[arg-type]  # as much of a lab as is needed
            "threading",
            ClassOptions(self.register, **options),
        )
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, secret: str = "", **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return self.client.get(path, headers=headers, **more)

    def start(self, status: int = 201, **fields: Any) -> Any:
        answer = self.client.post("/classes", json={"lesson": "greet", **fields}, headers=ORIGIN)
        assert answer.status_code == status, answer.text
        return answer.json

    def join(self, code: str, key: str = KEY, name: Any = "Ana") -> TestResponse:
        body = {"key": key, "name": name}
        return self.client.post(f"/classes/{code}/join", json=body, headers=ORIGIN)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.register.close()


def embedded(answer: TestResponse, id: str) -> Any:
    """The data in a page's script of this id."""
    found = re.search(rf'<script type="application/json" id="{id}">(.*?)</script>', answer.text)
    assert found, id
    return json.loads(found[1])


def code_of(answer: TestResponse) -> str:
    code: str = answer.get_json()["error"]["code"]
    return code


def test_a_class_is_started_from_a_lesson(site: Site) -> None:
    told = site.start()
    assert re.fullmatch("[2-9A-HJKMNP-TV-Z]{6}", told["code"])
    assert told["host"] == f"/host/{told['code']}"
    assert told["join"] == f"/j/{told['code']}"
    session = site.register.session(told["code"])
    assert session.is_host(told["secret"])
    assert (session.title, session.scene.lesson) == (GREET.title, "greet")
    assert len(session.scene.slots) == 2


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "invalid", "lesson"),
        ({"lesson": "nope"}, "unknown_lesson", "scenario"),
        ({"lesson": 5}, "invalid", "lesson"),
        ({"lesson": "greet", "colour": 1}, "invalid", "colour"),
        ({"lesson": "greet", "title": "x" * 10_000}, "title", "title"),
        ({"lesson": "greet", "scene": {"lesson": "greet", "slots": []}}, "invalid", "scene.slots"),
        (
            {"lesson": "greet", "scene": {"lesson": "long_task", "slots": [{"variant": "inline"}]}},
            "invalid",
            "scene.lesson",
        ),
        (
            {"lesson": "greet", "scene": {"lesson": "greet", "slots": [{"variant": "nope"}]}},
            "unknown_variant",
            "scene.slots[0].variant",
        ),
        ([], "invalid", None),
    ],
)
def test_a_class_that_cannot_be_started(site: Site, body: Any, code: str, field: str) -> None:
    answer = site.client.post("/classes", json=body, headers=ORIGIN)
    assert 400 <= answer.status_code < 500
    error = answer.get_json()["error"]
    assert (error["code"], error["field"]) == (code, field)


def test_only_own_pages_may_ask(site: Site) -> None:
    code = site.start()["code"]
    for method, path in (
        ("POST", "/classes"),
        ("POST", f"/classes/{code}/join"),
        ("DELETE", f"/classes/{code}/seat"),
    ):
        for headers in ({}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
            answer = site.client.open(path, method=method, json={}, headers=headers)
            assert (answer.status_code, code_of(answer)) == (403, "foreign")


def test_a_password_for_starting_a_class() -> None:
    site = Site(password="sesame")
    assert embedded(site.get("/s/greet"), "classes") == {"password": True}
    assert site.start(401)["error"]["code"] == "password"
    assert site.start(401, password="Sesame")["error"]["field"] == "password"
    assert site.start(201, password="sesame")["code"]
    for _ in range(5):
        site.start(status=401, password="guess")
    slow = site.client.post(
        "/classes", json={"lesson": "greet", "password": "sesame"}, headers=ORIGIN
    )
    assert (slow.status_code, code_of(slow)) == (429, "slow_down")
    assert slow.headers["Retry-After"] == "1"
    site.register.close()


def test_a_page_says_whether_a_password_is_needed(site: Site) -> None:
    assert embedded(site.get("/s/greet"), "classes") == {"password": False}
    assert 'id="class"' not in site.get("/s/greet").text


def test_the_join_page(site: Site) -> None:
    code = site.start(title="Threads <b>")["code"]
    page = site.get(f"/j/{code.lower()}")
    assert page.status_code == 200
    assert embedded(page, "class") == {"code": code.lower(), "title": "Threads <b>"}
    assert "<b>" not in page.text
    assert embedded(site.get("/join"), "class") == {"code": "", "title": ""}
    wrong = site.get("/j/%3Cscript%3Ealert(1)%3C%2Fscript%3E" + "x" * 10_000)
    assert wrong.status_code in (200, 404)
    assert "<script>alert" not in wrong.text
    assert "x" * 100 not in wrong.text


def test_the_stage_of_a_class(site: Site) -> None:
    told = site.start(title="Threads")
    code = told["code"]
    join = f"http://localhost/j/{code}"
    student = embedded(site.get(f"/class/{code}"), "class")
    assert student == {"code": code, "title": "Threads", "role": "student", "join": join}
    assert embedded(site.get(f"/class/{code}"), "lesson")["id"] == "greet"
    host = embedded(site.get(f"/host/{code}"), "class")
    assert (host["role"], host["join"]) == ("host", join)
    shown = {"id": "greet", "title": GREET.title, "chapter_title": GREET.chapter_title}
    assert shown in host["lessons"]
    present = site.get(f"/present/{code}")
    assert embedded(present, "class")["role"] == "present"
    assert "notes" not in embedded(present, "lesson")
    report = embedded(site.get(f"/report/{code}"), "class")
    assert report["code"] == code
    assert report["titles"]["greet"][""] == GREET.title
    assert report["titles"]["greet"]["late"] == GREET.variant("late").title


def test_the_modules_of_a_class_come_in_the_page_s_one_answer(site: Site) -> None:
    code = site.start()["code"]
    pages = {
        name: site.get(path).text
        for name, path in (("lesson", "/s/greet"), ("class", f"/class/{code}"))
    }
    for name, page in pages.items():
        (address,) = re.findall(r'<script type="module" src="([^"]+)"', page)
        script = site.client.get(html.unescape(address)).text
        inside = set(re.findall(r"^// js/(class/\S+)$", script, re.MULTILINE))
        assert ("class/main.js" in inside) is (name == "class"), name


def test_pages_hold_no_secret_and_are_not_kept(site: Site) -> None:
    told = site.start()
    site.join(told["code"])
    paths = [path.format(told["code"]) for path in (*ADDRESSES, "/j/{}", "/report/{}")]
    for path in paths:
        answer = site.get(path)
        assert answer.status_code == 200, path
        assert told["secret"] not in answer.text
        assert KEY not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert "style=" not in answer.text


def test_the_address_to_join_behind_a_proxy_and_as_it_was_set(site: Site) -> None:
    code = site.start()["code"]
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "class.example"}
    page = site.client.get(f"/class/{code}", headers=headers)
    assert embedded(page, "class")["join"] == f"https://class.example/j/{code}"
    other = Site(public_url="https://school.example/meanwhile")
    code = other.start()["code"]
    join = embedded(other.get(f"/class/{code}"), "class")["join"]
    assert join == f"https://school.example/meanwhile/j/{code}"
    other.register.close()


def test_the_qr_code_scales_and_has_its_quiet_zone(site: Site) -> None:
    code = site.start()["code"]
    answer = site.get(f"/classes/{code}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    root = ET.fromstring(answer.text)
    assert "width" not in root.attrib and "height" not in root.attrib
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert width == height
    white, black = list(root)
    assert (white.attrib["fill"], black.attrib["stroke"]) == ("#fff", "#000")
    # The first dark module of the finder pattern stands behind four light ones.
    assert re.match(r"M4 4\.5", black.attrib["d"])
    assert f"v{height:g}" in white.attrib["d"] or f"H{width:g}" in white.attrib["d"]


def test_wrong_ended_and_expired_codes_are_answered_alike(site: Site) -> None:
    ended, expired = site.start()["code"], site.start()["code"]
    site.register.session(ended).end()
    site.time += 9 * 3600
    codes = ("ZZZZZZ", "nonsense", "x" * 500, ended, expired)
    for number, path in enumerate(ADDRESSES):
        here = {"REMOTE_ADDR": f"10.0.0.{number}"}
        answers = [site.get(path.format(code), environ_base=here) for code in codes]
        assert {answer.status_code for answer in answers} == {404}
        texts = {re.sub(r'nonce="[^"]*"|nonce-[^\']*', "", answer.text) for answer in answers}
        assert len(texts) == 1
    answers = [site.join(code) for code in codes]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert code_of(answers[0]) == "no_class"


def test_join_and_join_again(site: Site) -> None:
    code = site.start()["code"]
    first = site.join(f" {code[:3].lower()}-{code[3:]} ", name="Ana").get_json()
    assert first == {"seat": 1, "name": "Ana", "code": code}
    assert site.join(code, name="Somebody else").get_json() == first
    other = site.join(code, key="o" * 43, name=None).get_json()
    assert other["seat"] == 2
    assert re.fullmatch(r"\S+ \S+", other["name"])


@pytest.mark.parametrize(
    ("key", "name", "code", "field"),
    [
        (KEY, "x" * 10_000, "name", "name"),
        (KEY, "  \u200b\n ", "name", "name"),
        (KEY, 5, "invalid", "name"),
        ("short", "Ana", "key", "key"),
        ("x" * 10_000, "Ana", "key", "key"),
        ("ä" * 43, "Ana", "key", "key"),
        (None, "Ana", "invalid", "key"),
    ],
)
def test_seats_that_cannot_be_given(site: Site, key: Any, name: Any, code: str, field: str) -> None:
    answer = site.join(site.start()["code"], key, name)
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (400, code, field)
    assert len(answer.text) < 1000


def test_a_name_with_markup_is_only_a_name(site: Site) -> None:
    code = site.start()["code"]
    name = '<img src=x onerror="alert(1)">'
    answer = site.join(code, name=name)
    assert answer.get_json()["name"] == name
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_locked_class_and_a_removed_student(site: Site) -> None:
    code = site.start()["code"]
    session = site.register.session(code)
    site.join(code)
    session.lock()
    locked = site.join(code, key="o" * 43)
    assert (locked.status_code, code_of(locked)) == (403, "locked")
    assert site.join(code).get_json()["seat"] == 1  # who has a seat keeps it
    session.remove(1)
    removed = site.join(code)
    assert (removed.status_code, code_of(removed)) == (403, "removed")


def test_a_student_leaves_and_nothing_is_kept(site: Site) -> None:
    told = site.start()
    code = told["code"]
    site.join(code, name="Ana Unforgettable")
    path = f"/classes/{code}/seat"
    for secret in ("", "o" * 43, told["secret"]):
        headers = {**ORIGIN, "Authorization": f"Bearer {secret}"}
        refused = site.client.delete(path, headers=headers)
        assert (refused.status_code, code_of(refused)) == (403, "not_yours")
    left = site.client.delete(path, headers={**ORIGIN, "Authorization": f"Bearer {KEY}"})
    assert (left.status_code, left.get_json()) == (200, {})
    assert site.register.session(code).seats == []
    assert "Unforgettable" not in site.get(f"/classes/{code}/results.json", told["secret"]).text


@pytest.mark.parametrize("how", ["removed", "ended", "expired"])
def test_who_is_no_longer_in_a_class_can_be_deleted_too(site: Site, how: str) -> None:
    told = site.start()
    code = told["code"]
    site.join(code, name="Ana Unforgettable")
    session = site.register.session(code)
    if how == "expired":
        site.time += 9 * 3600
    else:
        session.remove(1) if how == "removed" else session.end()
    path = f"/classes/{code}/seat"
    results = f"/classes/{code}/results.json"
    assert how == "removed" or "Unforgettable" in site.get(results, told["secret"]).text
    wrong = site.client.delete(path, headers={**ORIGIN, "Authorization": f"Bearer {'o' * 43}"})
    assert code_of(wrong) == ("not_yours" if how == "removed" else "no_class")
    left = site.client.delete(path, headers={**ORIGIN, "Authorization": f"Bearer {KEY}"})
    assert (left.status_code, left.get_json()) == (200, {})
    again = site.client.delete(path, headers={**ORIGIN, "Authorization": f"Bearer {KEY}"})
    assert code_of(again) == ("removed" if how == "removed" else "no_class")
    assert "Unforgettable" not in site.get(results, told["secret"]).text


def test_results_are_for_the_host_during_and_after_the_class(site: Site) -> None:
    told = site.start(title="Threads")
    code, secret = told["code"], told["secret"]
    site.join(code, name="=HYPERLINK(1)")
    path = f"/classes/{code}/results.json"
    for wrong in ("", KEY, secret[:-1]):
        assert (site.get(path, wrong).status_code, code_of(site.get(path, wrong))) == (
            404,
            "no_class",
        )
    for end in (False, True):
        if end:
            site.register.session(code).end()
        assert site.get(path, secret).get_json()["class"]["title"] == "Threads"
        for table in ("answers", "questions", "students", "misconceptions"):
            csv = site.get(f"/classes/{code}/results.csv?table={table}", secret)
            assert csv.mimetype == "text/csv"
            assert csv.text.startswith("\ufeff")
            assert "attachment" in csv.headers["Content-Disposition"]
        students = site.get(f"/classes/{code}/results.csv?table=students", secret).text
        assert "HYPERLINK" in students and ",=HYPERLINK" not in students
    refused = site.get(f"/classes/{code}/results.csv?table=nope", secret)
    assert (refused.status_code, code_of(refused)) == (400, "invalid")


def test_guessing_codes_is_slowed_down_for_the_guesser_only(site: Site) -> None:
    code = site.start()["code"]
    guesser = {"REMOTE_ADDR": "10.0.0.1"}
    paths = [path.format("ZZZZZZ") for path in (*ADDRESSES, "/classes/{}/results.json")]
    statuses = [
        site.client.get(paths[n % len(paths)], environ_base=guesser).status_code for n in range(30)
    ]
    assert statuses == [404] * 21 + [429] * 9
    slow = site.client.get(f"/class/{code}", environ_base=guesser)
    assert (slow.status_code, slow.headers["Retry-After"]) == (429, "1")
    body = {"key": KEY, "name": "Ana"}
    joined = site.client.post(
        f"/classes/{code}/join", json=body, headers=ORIGIN, environ_base=guesser
    )
    assert (joined.status_code, code_of(joined)) == (429, "slow_down")
    assert site.get(f"/class/{code}").status_code == 200  # from elsewhere
    assert site.join(code).status_code == 200
    joined = site.client.post(
        f"/classes/{code}/join", json=body, headers=ORIGIN, environ_base=guesser
    )
    assert joined.status_code == 200  # with a key that has a seat


def test_a_class_that_was_found_stays_open_to_its_school(site: Site) -> None:
    code = site.start()["code"]
    site.join(code)
    for _ in range(40):
        site.get("/class/ZZZZZZ")
    assert site.get("/class/ZZZZZZ").status_code == 429
    for number in range(100):
        assert site.join(code, key=f"{number:043}", name=None).status_code == 200


def test_the_join_page_is_shown_to_who_has_to_wait(site: Site) -> None:
    code = site.start(title="Threads")["code"]
    for _ in range(30):
        site.get("/class/ZZZZZZ")
    page = site.get(f"/j/{code}")
    assert page.status_code == 200
    assert embedded(page, "class")["title"] == ""


def test_nobody_starts_classes_without_end(site: Site) -> None:
    for _ in range(101):
        site.start()
    assert site.start(429)["error"]["code"] == "slow_down"


def test_the_watchers_word_counts_classes(site: Site) -> None:
    for _ in range(2):
        site.get(f"/class/{site.start()['code']}")
    assert site.get("/healthz").get_json()["classes"] == 2
