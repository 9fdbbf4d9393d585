"""The pages and their headers, static files, and mistakes told in one sentence."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.shipped import SHIPPED
from visualizer.lessons import SCENARIOS, Catalogue
from visualizer.resources import folder
from visualizer.web import create_app, modules
from visualizer.web.lean import lean

from .conftest import write_lessons
from .fakes import FakeLab


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    mine = write_lessons(tmp_path_factory.mktemp("scenarios"))
    (mine / "crooked").mkdir()
    (mine / "crooked" / "lesson.toml").write_text("title = 5\n")
    app, _ = create_app(Catalogue([SCENARIOS, mine]), FakeLab(), "threading")

    @app.get("/fails")
    def fails() -> str:
        raise RuntimeError("the reason")

    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def test_the_catalogue_names_every_lesson(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    for lesson in ("long_task", "send_email", "greet", "rounds"):
        assert f'href="/s/{lesson}"' in page
    assert "A long task" in page
    assert "Why background processing matters" in page
    assert "crooked" in page


def test_the_stage_carries_its_lesson_and_no_answer(app: Flask, client: FlaskClient) -> None:
    for id, lesson in SHIPPED.lessons.items():
        page = client.get(f"/s/{id}").get_data(as_text=True)
        assert lesson.title in page
        assert 'type="application/json" id="lesson"' in page
        for question in lesson.quiz:
            told = [question.explanation, *question.wrong.values()]
            assert question.id in page
            for text in filter(None, [*told, question.query]):
                # The page holds it as JSON, which writes some letters otherwise.
                first = re.split(r"[^\w ]", text)[0]
                assert len(first) < 12 or first not in page


def test_only_what_has_the_pages_nonce_may_run(client: FlaskClient) -> None:
    nonces = set()
    for path in ("/", "/s/long_task", "/s/long_task", "/nothing"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        (nonce,) = re.findall(r"'nonce-([\w-]{16,})'", policy)
        nonces.add(nonce)
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "http" not in policy
        for script in re.findall(r"<script[^>]*>", answer.get_data(as_text=True)):
            assert f'nonce="{nonce}"' in script or 'type="application/json"' in script
        assert answer.headers["Cache-Control"] == "no-store"
    assert len(nonces) == 4


def test_no_page_asks_another_host_or_styles_inline(client: FlaskClient) -> None:
    for path in ("/", "/s/long_task", "/nothing"):
        page = client.get(path).get_data(as_text=True)
        assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page)
        assert not re.search(r"""<[^>]+\sstyle=""", page)


def test_every_answer_has_the_safe_headers(client: FlaskClient) -> None:
    paths = ("/", "/nothing", "/fails", "/healthz", "/static/icon.svg", "/static/nothing.js")
    for path in (*paths, "/static/js/main.js"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        # An embedded page loads static files from an origin that is nobody's.
        readers = None if path.startswith("/static/") else "same-origin"
        assert headers.get("Cross-Origin-Resource-Policy") == readers
    for path in paths:
        headers = client.get(path).headers
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Content-Security-Policy" in headers


@pytest.mark.parametrize("path", ["/nothing", "/s/", "/embed/nothing", "/static/js/nothing.js"])
def test_what_is_not_there(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "<h1>Not found</h1>" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/s/long_tusk", "/s/long_task?instead=long_tusk"),
        ("/s/Long-Task?step=2.4", "/s/long_task?step=2.4&instead=Long-Task"),
        ("/s/long_tusk/recall", "/s/long_task/recall?instead=long_tusk"),
        ("/s/long_tusk/break-it", "/s/long_task?instead=long_tusk"),
        ("/s/long_tusk/transcript", "/s/long_task?instead=long_tusk"),
        ("/embed/long_tusk?v=thread", "/embed/long_task?v=thread&instead=long_tusk"),
        (
            "/s/long_tusk?lesson=x&_external=1&v=a&v=b",
            "/s/long_task?lesson=x&_external=1&v=a&v=b&instead=long_tusk",
        ),
        ("/s/nothing", "/?unknown=nothing"),
        ("/s/nothing/recall", "/?unknown=nothing"),
    ],
)
def test_a_lesson_that_is_not_there_leads_to_the_nearest_page(
    client: FlaskClient, asked: str, led_to: str
) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["Location"]) == (302, led_to)
    data = client.get(asked, headers={"Accept": "application/json"})
    assert data.status_code == 404


def test_a_broken_lesson_is_not_passed_over(client: FlaskClient) -> None:
    assert client.get("/s/crooked").status_code == 404


def test_the_page_that_stands_in_says_so(client: FlaskClient) -> None:
    page = client.get("/?unknown=nothing").get_data(as_text=True)
    assert "There is no lesson “nothing”." in page
    embedded = client.get("/embed/long_task?instead=long_tusk").get_data(as_text=True)
    assert "There is no lesson “long_tusk”" in embedded


def test_markup_in_an_address_stays_text(client: FlaskClient) -> None:
    page = client.get("/s/<script>alert(1)", follow_redirects=True).get_data(as_text=True)
    assert "<script>alert" not in page


def test_a_mistake_of_ours_is_one_sentence_and_one_line_in_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/fails")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "The server made a mistake" in page
    assert "the reason" not in page
    assert "Traceback" not in page
    assert [record.getMessage() for record in caplog.records] == ["GET /fails failed"]


def test_other_methods_are_refused(client: FlaskClient) -> None:
    answer = client.post("/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.json is not None
    assert answer.json["error"]["code"] == "method_not_allowed"


def test_who_asks_for_data_gets_data(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json is not None
    assert set(answer.json["error"]) == {"code", "message", "field"}


def test_health(client: FlaskClient) -> None:
    health = client.get("/healthz").json
    assert health is not None
    assert (health["status"], health["lessons"]) == ("ok", len(SHIPPED.lessons) + 3)
    assert (health["connections"], health["runs"]) == (0, 0)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("js/main.js", "text/javascript"),
        ("css/base.css", "text/css"),
        ("icon.svg", "image/svg+xml"),
        ("vendor/fonts/inter-latin.woff2", "font/woff2"),
    ],
)
def test_static_files_are_of_their_type(client: FlaskClient, path: str, kind: str) -> None:
    answer = client.get(f"/static/{path}")
    assert answer.status_code == 200
    assert answer.mimetype == kind
    content = (folder("static") / path).read_bytes()
    suffix = Path(path).suffix
    assert answer.data == (lean(content, suffix) if suffix in (".js", ".css") else content)


@pytest.mark.parametrize("path", ["../pyproject.toml", "js/../../run.py", "/etc/passwd", "js", ""])
def test_nothing_outside_the_folder_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}", follow_redirects=True).status_code == 404


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_a_static_file_is_asked_for_again_and_not_sent_again(
    client: FlaskClient, encoding: str | None
) -> None:
    headers = {"Accept-Encoding": encoding} if encoding else {}
    first = client.get("/static/js/store.js", headers=headers)
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers.get("Content-Encoding") == encoding
    etag = first.headers["ETag"]
    second = client.get("/static/js/store.js", headers={**headers, "If-None-Match": etag})
    assert second.status_code == 304
    assert second.data == b""
    stale = client.get("/static/js/store.js", headers={**headers, "If-None-Match": '"old"'})
    assert stale.status_code == 200


def test_style_sheets_come_as_one(client: FlaskClient) -> None:
    both = client.get("/static/css/tokens+base.css")
    assert both.mimetype == "text/css"
    single = [client.get(f"/static/css/{name}.css").data for name in ("tokens", "base")]
    assert both.data == b"\n".join(single)
    assert (
        client.get(both.request.path, headers={"If-None-Match": both.headers["ETag"]}).status_code
        == 304
    )
    assert client.get("/static/css/base+tokens.css").headers["ETag"] != both.headers["ETag"]
    for path in (
        "css/base+nothing.css",
        "css/base+../js/main.css",
        "css/+.css",
        "js/main+nothing.js",
    ):
        assert client.get(f"/static/{path}").status_code == 404, path


def test_comments_of_our_own_stay_here(client: FlaskClient) -> None:
    assert "/**" in (folder("static") / "js/url.js").read_text(encoding="utf-8")
    assert "/**" not in client.get("/static/js/url.js").get_data(as_text=True)
    library = "/static/vendor/preact.module.js"
    assert client.get(library).data == (folder("static") / "vendor/preact.module.js").read_bytes()


def test_what_an_address_names_is_kept_for_good(client: FlaskClient) -> None:
    page = client.get("/s/long_task").get_data(as_text=True)
    named = re.findall(r'(?:src|href)="(/static/[^"?]+)\?v=([^"]+)"', page)
    assert len(named) == 3
    for path, version in named:
        answer = client.get(f"{path}?v={version}")
        assert answer.cache_control.immutable
        assert version in answer.headers["ETag"]
        for other in (f"{path}?v=0{version}", path):  # a page of yesterday's, or a person
            assert client.get(other).headers["Cache-Control"] == "no-cache"
            assert client.get(other).data == answer.data


def test_an_etag_tells_what_a_file_contains(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modules, "_root", lambda: tmp_path)

    def tag(name: str, text: str) -> str:
        (tmp_path / name).write_text(text)
        return client.get(f"/static/{name}").headers["ETag"]

    assert tag("one.js", "first") != tag("two.js", "other")
    assert tag("two.js", "first") == tag("one.js", "first")


def test_text_is_compressed_if_the_browser_can(client: FlaskClient) -> None:
    for path in ("/", "/s/long_task", "/static/js/store.js", "/static/css/base.css"):
        plain = client.get(path)
        assert plain.headers.get("Content-Encoding") is None
        for encoding, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
            small = client.get(path, headers={"Accept-Encoding": encoding})
            assert small.headers["Content-Encoding"] == encoding
            assert "Accept-Encoding" in small.headers["Vary"]
            text = unpack(small.data)
            assert len(small.data) < len(text)
            assert not path.startswith("/static/") or text == plain.data
    both = client.get("/static/js/store.js", headers={"Accept-Encoding": "gzip, br"})
    assert both.headers["Content-Encoding"] == "br"


def test_the_stage_is_small_and_few(client: FlaskClient) -> None:
    """All that the stage's page names, fonts apart: at most 150 KB compressed, in few answers,
    each named by the page itself, so that none waits for another."""
    page = client.get("/s/long_task").get_data(as_text=True)
    named = re.findall(r'<(?:link|script)[^>]* (?:src|href)="([^"]+)"', page)
    named = [path for path in named if not path.endswith(".woff2")]
    assert len(named) <= 5
    size = 0
    for path in ("/s/long_task", *named):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, path
        size += len(answer.data)
        if answer.mimetype == "text/javascript":
            text = client.get(path).get_data(as_text=True)
            assert not re.findall(r"^import\b", text, re.MULTILINE)
            assert text.count("\n// js/") > 50
        if answer.mimetype == "text/css":
            assert "@import" not in client.get(path).get_data(as_text=True)
    assert size <= 150 * 1024
