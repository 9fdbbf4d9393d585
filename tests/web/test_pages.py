"""The pages and their headers, static files, and mistakes told in one sentence."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import visualizer.web.static as static_files
from visualizer.lessons import SCENARIOS, Catalogue
from visualizer.resources import folder
from visualizer.web import create_app
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
    for id, lesson in Catalogue([SCENARIOS]).lessons.items():
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
    assert (health["status"], health["lessons"]) == ("ok", len(Catalogue([SCENARIOS]).lessons) + 2)
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
    for path in ("css/base+nothing.css", "css/base+../js/main.css", "css/+.css", "js/main+page.js"):
        assert client.get(f"/static/{path}").status_code == 404, path


def test_comments_of_our_own_stay_here(client: FlaskClient) -> None:
    assert "/**" in (folder("static") / "js/url.js").read_text(encoding="utf-8")
    assert "/**" not in client.get("/static/js/url.js").get_data(as_text=True)
    library = "/static/vendor/preact.module.js"
    assert client.get(library).data == (folder("static") / "vendor/preact.module.js").read_bytes()


def test_the_page_names_every_module_that_it_needs(client: FlaskClient) -> None:
    page = client.get("/s/long_task").get_data(as_text=True)
    named = re.findall(r'rel="modulepreload" href="([^"]+)"', page)
    assert len(named) == len(set(named))
    for path in named:
        assert client.get(path).status_code == 200
        text = client.get(path).get_data(as_text=True)
        for name in re.findall(
            r"""^(?:import|export)[^;]*?from\s*["'](\.[^"']+)["']""", text, re.M
        ):
            wanted = re.sub(r"[^/]+/\.\./|\./", "", f"{path.rpartition('/')[0]}/{name}")
            assert wanted in named
    assert not [path for path in named if path.endswith(("/share.js", "/change.js"))]


def test_an_etag_tells_what_a_file_contains(tmp_path: Path) -> None:
    one, two = tmp_path / "one.js", tmp_path / "two.js"
    one.write_text("first")
    two.write_text("other")
    tag = static_files.fingerprint
    assert tag(one, 0, 5) != tag(two, 0, 5)
    two.write_text("first")
    assert tag(one, 0, 5) == tag(two, 1, 5)


def test_text_is_compressed_if_the_browser_can(client: FlaskClient) -> None:
    for path in ("/", "/s/long_task", "/static/js/store.js", "/static/css/base.css"):
        plain = client.get(path)
        small = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert plain.headers.get("Content-Encoding") is None
        assert small.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in small.headers["Vary"]
        text = zlib.decompress(small.data, wbits=31)
        assert len(small.data) < len(text)
    assert gzip.decompress(small.data) == plain.data


def test_the_stage_is_small_to_transfer(client: FlaskClient) -> None:
    """Everything that the stage loads, fonts apart, compressed: at most 150 KB."""
    waiting, seen, size = ["/s/long_task"], set(), 0
    while waiting:
        path = waiting.pop()
        if path in seen or path.endswith(".woff2"):
            continue
        seen.add(path)
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, path
        size += len(answer.data)
        text = client.get(path).get_data(as_text=True)
        waiting += re.findall(r'"(/static/[^"]+)"', text)
        if path.endswith(".js"):
            for name in re.findall(r"""(?:from|import)\s*["'](\.[^"']+)["']""", text):
                waiting.append(re.sub(r"[^/]+/\.\./|\./", "", f"{path.rpartition('/')[0]}/{name}"))
    assert sum(path.endswith(".js") for path in seen) > 15
    assert size <= 150 * 1024
