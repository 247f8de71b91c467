"""`racewitness serve`: runs of real interpreters judged elsewhere, with the reports and statuses of home."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import HOME, LAUNCHER, TIMEOUT_SECONDS, Run, run_command

RACY = HOME / "examples" / "racy" / "counter.py"
MENDED = HOME / "examples" / "mended" / "counter.py"

# Races, says so, and goes on until it is killed.
ENDLESS = """
import threading, time
class Box: pass
box = Box()
def work(): box.value = 1
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print("done", flush=True)
time.sleep(600)
"""


class Service:
    """A service at a free port of this machine."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.reports = directory / "reports"
        self.token_file = directory / "token"
        listen = ("--listen", "127.0.0.1:0", "--token-file", str(self.token_file), "--dir", str(self.reports))
        self.process = subprocess.Popen(
            [LAUNCHER, "serve", *listen, *options], stderr=subprocess.PIPE, text=True, cwd=directory
        )
        self.address = self.line("collecting at ").split(" at ")[1]

    def line(self, part: str) -> str:
        """Wait for a line that holds this text."""
        assert self.process.stderr
        seen = []
        for line in self.process.stderr:
            if part in line:
                return line.strip()
            seen.append(line)
        raise AssertionError(f"the service never said {part!r} but {seen}")

    @property
    def token(self) -> str:
        return self.token_file.read_text().strip()

    @property
    def options(self) -> tuple[str, ...]:
        return ("--collector", self.address, "--token-file", str(self.token_file))

    def get(self, path: str) -> str:
        request = urllib.request.Request(f"http://{self.address}{path}")
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            text: str = answer.read().decode()
            return text

    def report(self, run: str) -> dict:
        return json.loads((self.reports / "runs" / run / "report.json").read_text())

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(TIMEOUT_SECONDS)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    started = Service(tmp_path, "--idle", "1")
    yield started
    started.process.kill()
    started.process.wait()
    assert started.process.stderr
    started.process.stderr.close()


def races(report: dict) -> list[tuple[str, str, bool]]:
    """Of each race, what does not differ from run to run, and whether its source is there."""
    return sorted(
        (race["fingerprint"], race["verdict"], bool(race["accesses"][0]["stack"][0].get("source")))
        for race in report["races"]
    )


def test_the_same_as_at_home(racewitness: Run, service: Service, python: str, tmp_path: Path) -> None:
    home = racewitness("run", "--no-html", "--json", "home.json", "--", python, RACY)
    there = racewitness(
        "run", *service.options, "--run-name", "r", "--json", "there.json", "--html", "page", "--", python, RACY
    )
    assert (home.status, there.status) == (66, 66), there.err
    at_home = races(json.loads((tmp_path / "home.json").read_text()))
    assert at_home == races(json.loads((tmp_path / "there.json").read_text())) == races(service.report("r"))
    assert all(has_source for _, _, has_source in at_home)
    assert f"on the collector: http://{service.address}/runs/r/" in there.err
    assert service.get("/runs/r/") == (service.reports / "runs" / "r" / "index.html").read_text()
    stats = service.report("r")["stats"]
    assert stats["events"] > 0
    assert stats["lostEvents"] == 0
    mended = racewitness("run", *service.options, "--no-html", "--", python, MENDED)
    assert mended.status == 0, mended.err


def test_several_runs_of_several_processes_at_once(service: Service, python: str, tmp_path: Path) -> None:
    program = tmp_path / "both.py"
    program.write_text(
        "import subprocess, sys\nchildren = [subprocess.Popen([sys.executable, sys.argv[1]]) for _ in range(2)]\n"
        "sys.exit(max(child.wait() for child in children))\n"
    )
    runs = {}
    for name, example in (("a", RACY), ("b", MENDED), ("c", RACY)):
        folder = tmp_path / name
        folder.mkdir()
        options = (*service.options, "--run-name", name, "--no-html")
        command = [LAUNCHER, "run", *options, "--", python, program, example]
        runs[name] = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert {name: run.wait(TIMEOUT_SECONDS) for name, run in runs.items()} == {"a": 66, "b": 0, "c": 66}
    assert {name: len(service.report(name)["races"]) > 0 for name in runs} == {"a": True, "b": False, "c": True}
    assert [len(service.report(name)["run"]["processes"]) for name in runs] == [3, 3, 3]
    metrics = service.get("/metrics").splitlines()
    assert {"racewitness_runs_ended_total 3", "racewitness_sessions_total 9"} <= set(metrics)


def test_an_agent_without_java(service: Service, python: str, tmp_path: Path) -> None:
    """What docs/ci.md says of a machine that has python3.13t and the agent alone."""
    package = os.environ["RACEWITNESS_AGENT_PATH"]
    (tmp_path / "run").mkdir(mode=0o700)
    environment = {
        "PYTHONPATH": f"{package}/racewitness/inject",
        "RACEWITNESS_AGENT_PATH": package,
        "RACEWITNESS_ENDPOINT": f"tcp:{service.address}",
        "RACEWITNESS_TOKEN": service.token,
        "RACEWITNESS_RUN": "bare",
        "RACEWITNESS_RUN_DIR": str(tmp_path / "run"),
    }
    done = run_command(python, RACY, cwd=tmp_path, env=environment)
    assert (done.status, done.err) == (0, "")
    service.line("run bare: 1 data race found")
    (race,) = service.report("bare")["races"]
    assert race["accesses"][0]["stack"][0]["file"] == str(RACY)
    assert service.report("bare")["run"]["processes"][0]["endedBy"] == "exit"
    late = run_command(python, RACY, cwd=tmp_path, env=environment)
    assert late.status == 0
    assert "there is or was a run bare; give this one another name" in late.err


def test_stopped_within_a_run_and_started_again(service: Service, python: str, tmp_path: Path) -> None:
    program = tmp_path / "endless.py"
    program.write_text(ENDLESS)
    command = [LAUNCHER, "run", *service.options, "--run-name", "cut", "--no-html", "--", python, program]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout
        assert run.stdout.readline() == "done\n"
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while json.loads(service.get("/runs"))["active"][0]["races"] == 0:  # until the agent has sent it
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert service.stop() == 0
        assert run.poll() is None, "the program goes on"
        run.send_signal(signal.SIGTERM)
        _, err = run.communicate(timeout=TIMEOUT_SECONDS)
        assert run.returncode == 128 + signal.SIGTERM
        assert "[collector-lost]" in err
    assert [race["location"]["name"] for race in service.report("cut")["races"]] == ["Box.value"]
    again = Service(tmp_path)
    assert [run["name"] for run in json.loads(again.get("/runs"))["ended"]] == ["cut"]
    assert again.stop() == 0
