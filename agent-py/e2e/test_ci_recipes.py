"""The workflows in examples/ci do what they say: their commands are run here as they are written."""

import json
import re
import shutil
import subprocess
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from conftest import HOME, Done, Run

RACY = """
    import threading
    import unittest


    class Counter:
        def __init__(self):
            self.n = 0

        def bump(self):
            for _ in range(100):
                self.n += 1


    class TestCounter(unittest.TestCase):
        def test_bump(self):
            counter = Counter()
            threads = [threading.Thread(target=counter.bump) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertGreater(counter.n, 0)
"""
MENDED = RACY.replace("self.n = 0", "self.n = 0\n            self.lock = threading.Lock()").replace(
    "self.n += 1", "with self.lock:\n                    self.n += 1"
)


def commands_of_github() -> list[str]:
    """The values of `run:`, plain and in blocks."""
    text = (HOME / "examples" / "ci" / "github-actions.yml").read_text()
    found = re.findall(r"^ +run: (?:\|\n((?: {10}.*\n)+)|(.+)\n)", text, re.M)
    return [textwrap.dedent(block).strip() or line for block, line in found]


def commands_of_gitlab() -> list[str]:
    """The items of `script:`; what `before_script:` installs is here already."""
    text = (HOME / "examples" / "ci" / "gitlab-ci.yml").read_text()
    script = re.search(r"^  script:\n((?:    - .*\n)+)", text, re.M)
    assert script
    return re.findall(r"- (.*)\n", script.group(1))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one test, and beside it a repository of racewitness with what a run needs of it."""
    repository = tmp_path / "repository"
    repository.mkdir()
    shutil.copy2(HOME / "racewitness", repository)
    ignored = shutil.ignore_patterns("target", "build", "__pycache__", ".*_cache", ".venv", "*.so", "*.egg-info")
    shutil.copytree(HOME / "agent-py", repository / "agent-py", ignore=ignored)
    git = ("git", "-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "init.defaultBranch=main")
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "racewitness")):
        subprocess.run([*git, *words], cwd=repository, check=True)
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def execute(commands: list[str], project: Path, run: Run, **env: str) -> Done:
    """Run a job's commands as the runner does: one shell, ended by the first that fails."""
    env |= {
        "RACEWITNESS_REPOSITORY": f"file://{project.parent / 'repository'}",
        "RACEWITNESS_JAR": str(HOME / "collector" / "target" / "racewitness.jar"),
    }
    return run("bash", "-e", "-c", "\n".join(commands), cwd=project, env=env)


def test_github(project: Path, run: Run) -> None:
    commands = commands_of_github()
    assert len(commands) == 2, commands
    (project / "test_counter.py").write_text(textwrap.dedent(RACY))
    done = execute(commands, project, run, GITHUB_ACTIONS="true")
    assert done.status == 66, done.err
    assert re.search(r"^::error file=test_counter.py,line=12,.*lost-update of Counter.n::", done.err, re.M), done.err
    results = json.loads((project / "races.sarif").read_text())["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["lost-update"]
    assert results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "test_counter.py"
    assert ET.parse(project / "races.xml").getroot().get("failures") == "1"
    assert (project / "racewitness-report" / "index.html").is_file()


def test_gitlab(project: Path, run: Run) -> None:
    commands = commands_of_gitlab()
    assert len(commands) == 2, commands
    (project / "test_counter.py").write_text(textwrap.dedent(MENDED))
    done = execute(commands, project, run, GITHUB_ACTIONS="")
    assert done.status == 0, done.err
    assert "::" not in done.err, done.err
    assert ET.parse(project / "races.xml").getroot().get("failures") == "0"
