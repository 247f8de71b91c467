"""With the agent off the hooks only call what they stand in front of."""

import re
import subprocess
import sys
from pathlib import Path

from collector import PATIENCE, FakeCollector
from sync_trace import PREAMBLE

TIMING = """
import queue, threading, time
from collections import deque
def best(function):
    times = []
    for _ in range(15):
        begin = time.thread_time()
        function()
        times.append(time.thread_time() - begin)
    return min(times)
lock, rlock = threading.Lock(), threading.RLock()
def with_lock():
    for _ in range(100_000):
        with lock: pass
def with_rlock():
    for _ in range(100_000):
        with rlock: pass
channel, items = queue.SimpleQueue(), deque()
def through_queue():
    for _ in range(50_000):
        channel.put(1); channel.get()
def through_deque():
    for _ in range(50_000):
        items.append(1); items.popleft()
for function in (with_lock, with_rlock, through_queue, through_deque):
    print(function.__name__, best(function))
thread = threading.Thread(target=with_lock); thread.start(); thread.join()
assert not thread.is_alive()
"""

WHEN_LOST = """
import racewitness, sys, threading, time
threading.Thread(target=int).start()
sys.stdout.write("ready\\n"); sys.stdout.flush()
sys.stdin.readline()
lock = threading.Lock()
while racewitness.active():
    for _ in range(1000):
        with lock: pass
"""


def timings(text: str) -> dict[str, float]:
    """Seconds by name."""
    return {name: float(seconds) for name, seconds in re.findall(r"(\w+) ([\d.e-]+)$", text, re.MULTILINE)}


def timed_when_lost(run_dir: Path, agent_path: str) -> dict[str, float]:
    """Figures of a process whose collector has gone."""
    with FakeCollector(run_dir) as collector:
        traced = subprocess.Popen(
            [sys.executable, "-c", PREAMBLE + WHEN_LOST + TIMING],
            env=collector.environment(agent_path),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert traced.stdout is not None
        assert [traced.stdout.readline() for _ in range(2)] == ["name mark\n", "ready\n"]
        collector.wait_connections(1)
    out, err = traced.communicate("go on\n", timeout=PATIENCE)
    assert traced.returncode == 0, err
    assert err.count("\n") == 1
    return timings(out)


def timed_alone() -> dict[str, float]:
    """Figures of a process without the agent."""
    command = [sys.executable, "-c", TIMING]
    return timings(subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout)


def test_costs_nothing_to_speak_of_when_off(tmp_path: Path, agent_path: str) -> None:
    """By the best of several rounds of both, taken in turn: the machine may have been busy in some of them."""
    with_agent: dict[str, float] = {}
    without: dict[str, float] = {}
    for number in range(10):
        for best, figures in (
            (with_agent, timed_when_lost(tmp_path / f"run{number}", agent_path)),
            (without, timed_alone()),
        ):
            assert figures.keys() == {"with_lock", "with_rlock", "through_queue", "through_deque"}
            best |= {name: min(seconds, best.get(name, seconds)) for name, seconds in figures.items()}
        print(with_agent, without)
        dear = [name for name, seconds in without.items() if with_agent[name] >= 2 * seconds]
        if not dear:
            break
    assert not dear, (with_agent, without)
