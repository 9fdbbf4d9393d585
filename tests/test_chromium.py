"""How the browser tests come by a Chromium, with shell scripts in the part of browsers and apt."""

import pytest

from tests.support import chromium


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A folder that is all of PATH, on a machine without any browser."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setattr(chromium.os, "defpath", str(tmp_path))
    monkeypatch.setattr(chromium, "ELSEWHERE", ())
    return tmp_path


def script(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def browser(path):
    return script(path, "echo Chromium 150.0")


def test_takes_the_one_on_the_path(programs):
    there = browser(programs / "google-chrome")
    assert chromium.find() == there


def test_passes_over_one_that_does_not_start(programs):
    script(programs / "chromium", "echo Please install me; exit 1")
    there = browser(programs / "chromium-browser")
    assert chromium.find() == there


def test_the_variable_comes_first(programs, monkeypatch):
    browser(programs / "chromium")
    other = browser(programs / "mine")
    monkeypatch.setenv(chromium.VARIABLE, str(other))
    assert chromium.find() == other


def test_a_variable_that_names_no_browser_is_an_error(programs, monkeypatch):
    browser(programs / "chromium")
    monkeypatch.setenv(chromium.VARIABLE, str(script(programs / "mine", "echo hello")))
    with pytest.raises(chromium.ChromiumMissing, match="does not start as a Chromium"):
        chromium.find()


def test_installs_one_where_there_is_none(programs, monkeypatch):
    recipe = f"printf '#!/bin/sh\\necho Chromium 150.0' > {programs}/chromium; "
    apt = script(programs / "apt-get", recipe + f"/bin/chmod +x {programs}/chromium")
    monkeypatch.setattr(chromium, "_ways_to_install", lambda: iter([[str(apt), "install"]]))
    assert chromium.ensure() == programs / "chromium"


def test_says_in_one_line_what_to_install(programs, monkeypatch, capsys):
    apt = script(programs / "apt-get", "echo E: No network; exit 100")
    monkeypatch.setattr(chromium, "_ways_to_install", lambda: iter([[str(apt), "install"]]))
    with pytest.raises(chromium.ChromiumMissing) as error:
        chromium.ensure()
    assert "install the package `chromium`" in str(error.value)
    assert "\n" not in str(error.value)
    assert "that failed: E: No network" in capsys.readouterr().out
