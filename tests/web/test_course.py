"""The pages of the course over HTTP: chapters and their questions, ways of a lesson, search."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.shipped import SHIPPED
from visualizer.lab import Lab
from visualizer.lessons import SCENARIOS, Catalogue
from visualizer.web import create_app

from .conftest import write_lessons

OURS = {"Origin": "http://localhost"}


@pytest.fixture(scope="module")
def client(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    mine = write_lessons(tmp_path_factory.mktemp("scenarios"))
    (mine / "chapters" / "half").mkdir(parents=True)
    (mine / "chapters" / "half" / "chapter.toml").write_text('title = "Half"\nsummary = "No."\n')
    app, _ = create_app(Catalogue([SCENARIOS, mine]), lab, "threading")
    return app.test_client()


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_a_chapter_has_four_addresses_and_every_page_the_same_ways(client: FlaskClient) -> None:
    for way in ("start", "why", "deep-dive", "measure"):
        page = text_of(client, f"/c/why/{way}?lesson=send_email")
        assert f'href="/c/why/{way}?lesson=send_email" data-way="{way}" aria-current="page"' in page
        assert 'href="/s/send_email"' in page
        assert "could not be run" not in page
        assert ">?</span>" not in page
    assert client.get("/c/why/").headers["Location"] == "/c/why/start"


@pytest.mark.parametrize("chapter", SHIPPED.chapters)
def test_every_page_of_every_chapter_is_whole(client: FlaskClient, chapter: str) -> None:
    for way in SHIPPED.chapters[chapter].texts:
        page = text_of(client, f"/c/{chapter}/{way}")
        assert f'data-way="{way}" aria-current="page"' in page
        assert is_whole(page), way


@pytest.mark.parametrize("lesson", SHIPPED.lessons)
def test_every_way_of_every_lesson_is_whole(client: FlaskClient, lesson: str) -> None:
    ways = SHIPPED.lessons[lesson].ways
    assert len(ways) == 5
    for way in ways:
        page = text_of(client, f"/s/{lesson}" + ("" if way == "watch" else f"/{way}"))
        assert f'data-way="{way}" aria-current="page"' in page
        assert is_whole(page), way


def is_whole(page: str) -> bool:
    """Every run was had, every figure found, and nothing of Markdown is left."""
    words = re.sub(r"<(pre|code|script)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert re.findall(r".{0,40}(?:`|\[\[|\]\]).{0,40}", words) == []
    return "could not be run" not in page and ">?</span>" not in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/c/nothing/start", "There is no chapter"),
        ("/c/why/dance", "Known: start, why, deep-dive, measure."),
        ("/c/half/start", "start.md"),
        ("/s/rounds/predict", "has no"),
        ("/s/rounds/break-it", "has no"),
    ],
)
def test_what_is_not_there_is_said(client: FlaskClient, path: str, said: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert said in answer.get_data(as_text=True).replace("&#39;", "'")


def test_a_way_of_an_unknown_lesson_leads_to_the_catalogue(client: FlaskClient) -> None:
    answer = client.get("/s/nothing/recall")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/?unknown=nothing")


def test_a_broken_chapter_is_told_in_the_catalogue(client: FlaskClient) -> None:
    page = text_of(client, "/")
    assert "chapters/half" in page
    assert "start.md" in page


def test_a_chapters_question_is_answered_over_its_run(client: FlaskClient) -> None:
    address = "/c/why/questions/last_of_ten"
    told = client.post(address, json={"answer": 10}, headers=OURS).json
    assert told["correct"] is True
    assert told["step"]["href"].startswith("/s/long_task?p.users=10&step=1.")
    told = client.post(address, json={"answer": 1}, headers=OURS).json
    assert told["correct"] is False
    assert "one thread" in told["explanation"]
    assert client.post(address, json={"answer": "x"}, headers=OURS).status_code == 400
    assert client.post(address, json={"answer": 1}).status_code == 403
    assert client.post("/c/why/questions/none", json={"answer": 1}, headers=OURS).status_code == 404


def test_predictions_and_myths_are_answered_like_questions_and_given_away_by_no_page(
    client: FlaskClient,
) -> None:
    lesson = SHIPPED.lessons["long_task"]
    said = {"what_comes_next": "The view answers, and the task ends later"}
    said |= {"thread_is_faster": "It is a myth", "only_big_sites": "It is true"}
    for id, answer in said.items():
        told = client.post(f"/s/long_task/quiz/{id}", json={"answer": answer}, headers=OURS).json
        assert told["correct"] is True, id
    fifty = {"answer": "It is a myth", "parameters": {"task_seconds": 1, "users": 50}}
    usual = {"answer": "It is a myth"}
    address = "/s/long_task/quiz/thread_is_faster"
    told = [client.post(address, json=asked, headers=OURS).json for asked in (fifty, usual)]
    assert told[0] == told[1], "a myth is decided by the usual run"
    pages = "".join(text_of(client, f"/s/long_task/{way}") for way in lesson.ways[1:])
    asked = [*lesson.quiz, *lesson.predictions, *(myth.question() for myth in lesson.myths)]
    for question in asked:
        for secret in (question.explanation, *question.wrong.values()):
            for part in re.split(r"\{[^}]*\}|[\"'`]", secret):
                assert len(part) < 16 or part not in pages, (question.id, part)
        assert (question.query or "nothing")[:60] not in pages


def test_an_experiment_brings_its_text_and_its_runs(client: FlaskClient) -> None:
    assert "Twice the task" in text_of(client, "/s/long_task/change-it")


def test_the_catalogue_has_pictures_once_they_were_asked_for(client: FlaskClient) -> None:
    assert 'data-picture="/s/long_task/picture"' in text_of(client, "/")
    picture = text_of(client, "/s/long_task/picture")
    assert picture.startswith('<svg class="picture is-small"')
    page = text_of(client, "/")
    assert picture in page
    assert 'data-picture="/s/long_task/picture"' not in page
    assert text_of(client, "/s/broken/picture") == ""


def test_a_transcript_tells_the_runs_that_the_address_names(client: FlaskClient) -> None:
    page = text_of(client, "/s/long_task/transcript?v=thread&p.task_seconds=2&p.nothing=1")
    assert "nothing is not a parameter" in page
    assert "In a background thread (How long the task takes: 2\u00a0s)" in page
    assert "the JSON response is returned" in page
    assert "nothing new happens: background sleeps." in page
    assert "Ana has the answer to GET /start after 3 ms: status 200." in page
    assert "Inside the request" not in page
    both = text_of(client, "/s/long_task/transcript")
    assert both.index("Inside the request") < both.index("In a background thread")
    assert "No module named" in text_of(client, "/s/broken/transcript")


def test_the_search_finds_lessons_sections_and_words(client: FlaskClient) -> None:
    page = text_of(client, "/search?q=restaurant")
    assert 'href="/c/why/why#a-restaurant"' in page
    assert 'href="/glossary#idempotent"' in text_of(client, "/search?q=idempot&part=1")
    first = re.search(r'<a href="([^"]+)"', text_of(client, "/search?q=thread&part=1"))
    assert first is not None
    assert first[1] == "/glossary#thread"
    assert "task queues" not in text_of(client, "/search?q=queue&part=1"), "words that lead to it"
    assert "Nothing has these words" in text_of(client, "/search?q=<zzz>")
    assert "<zzz>" not in text_of(client, "/search?q=<zzz>")
    assert 'class="found' not in text_of(client, "/search?q=")


def test_the_glossary_links_its_words(client: FlaskClient) -> None:
    page = text_of(client, "/glossary")
    for term in SHIPPED.glossary.terms.values():
        assert f'id="{term.anchor}"' in page
    assert 'href="/glossary#queue"' in page


def test_files_of_the_course_are_where_they_are_named() -> None:
    assert SHIPPED.broken == {}
    assert Path(SHIPPED.chapters["why"].folder).name == "why"
