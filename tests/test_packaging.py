"""The repository's promises to whoever installs it."""

import json
import re
import tomllib

import msgspec
import pytest

import hatch_build
import visualizer
from tests.support.server import ROOT
from visualizer.lab.job import UserRequest
from visualizer.resources import folder

RUN = "python3 -m venv .venv && .venv/bin/python -m pip install -e . && .venv/bin/python run.py"
TEST = (
    "python3 -m venv .venv && .venv/bin/python -m pip install -e '.[test]'"
    " && .venv/bin/python -m tests"
)


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def test_readme_gives_each_command_as_one_line():
    lines = read("README.md").splitlines()
    assert RUN in lines
    assert TEST in lines


def test_the_readmes_requests_are_what_the_lab_understands():
    examples = re.findall(r"```toml\n(.*?)```", read("README.md"), re.DOTALL)
    requests = [request for text in examples for request in tomllib.loads(text)["requests"]]
    assert len(msgspec.convert(requests, list[UserRequest])) == 4


def test_ci_runs_the_readmes_test_command():
    assert TEST in read(".ci/run").splitlines()
    assert TEST in read("CONTRIBUTING.md").splitlines()


def test_changes_begin_with_the_present_version():
    assert re.search(r"^## (\S+)", read("CHANGES.md"), re.M)[1] == visualizer.__version__


def test_the_lock_file_pins_all_and_names_no_registry():
    package, lock = json.loads(read("package.json")), json.loads(read("package-lock.json"))
    here, *others = lock["packages"].values()
    assert here["dependencies"] == package["dependencies"]
    assert here["devDependencies"] == package["devDependencies"]
    assert [other for other in others if "resolved" in other] == []
    assert [other for other in others if not other.get("integrity")] == []


def test_every_python_dependency_has_a_lower_and_an_upper_bound():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *(name for extra in extras for name in extra)]
    own = re.compile(r"meanwhile\[")
    assert [w for w in wanted if not own.match(w) and not re.search(r">=[\d.]+,<\d", w)] == []


def test_the_front_end_libraries_are_there_with_their_licences():
    vendor = folder("static") / "vendor"
    assert [name for name in hatch_build.FILES if not (vendor / name).is_file()] == []
    texts = (vendor / hatch_build.LICENCES).read_text(encoding="utf-8")
    packages = {re.match(r"(@[^/]+/)?[^/]+", source)[0] for source in hatch_build.FILES.values()}
    assert [package for package in packages if f"{package}\n\n" not in texts] == []


class TestFetching:
    """The build hook, on a project of its own, with npm's part played by a function."""

    @pytest.fixture
    def project(self, tmp_path):
        (tmp_path / "package.json").write_text("{}")
        (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3}')
        return tmp_path

    @pytest.fixture
    def calls(self, monkeypatch):
        calls = []

        def npm_ci(build, *options):
            calls.append(options)
            for source in hatch_build.FILES.values():
                target = build / "node_modules" / source
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text("export {}\n//# sourceMappingURL=x.js.map\n")
            (build / "node_modules" / "htm" / "LICENSE").write_text("Be kind.")

        monkeypatch.setattr(hatch_build, "npm_ci", npm_ci)
        return calls

    def test_copies_the_files_without_their_source_maps(self, project, calls):
        hatch_build.fetch_vendor(project)
        vendor = project / "static" / "vendor"
        assert {(vendor / name).read_text() for name in hatch_build.FILES} == {"export {}\n"}
        assert "htm\n\nBe kind." in (vendor / hatch_build.LICENCES).read_text()
        assert calls == [("--omit=dev",)]

    def test_a_second_time_fetches_nothing(self, project, calls):
        hatch_build.fetch_vendor(project)
        hatch_build.fetch_vendor(project)
        assert len(calls) == 1

    def test_a_changed_lock_file_fetches_again(self, project, calls):
        hatch_build.fetch_vendor(project)
        (project / "package-lock.json").write_text('{"lockfileVersion": 4}')
        hatch_build.fetch_vendor(project)
        assert len(calls) == 2

    def test_a_missing_file_fetches_again(self, project, calls):
        hatch_build.fetch_vendor(project)
        (project / "static" / "vendor" / "htm.module.js").unlink()
        hatch_build.fetch_vendor(project)
        assert len(calls) == 2

    def test_without_a_way_to_the_registry_says_so_in_one_line(self, project, monkeypatch):
        (project / "package-lock.json").write_text(read("package-lock.json"))
        (project / "package.json").write_text(read("package.json"))
        monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
        monkeypatch.setenv("npm_config_cache", str(project / "empty"))
        with pytest.raises(hatch_build.VendorError) as error:
            hatch_build.fetch_vendor(project)
        assert "npm's registry cannot be reached (ECONNREFUSED)" in str(error.value)
        assert "\n" not in str(error.value)

    def test_any_other_failure_is_one_line_too(self, project):
        (project / "package.json").write_text('{"dependencies": {"htm": "^3.1.1"}}')
        with pytest.raises(hatch_build.VendorError, match=r"^npm could not install .*") as error:
            hatch_build.fetch_vendor(project)
        assert "\n" not in str(error.value)
