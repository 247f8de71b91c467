"""With the agent off the hooks only call what they stand in front of."""

import re
import subprocess
import sys

from collector import FakeCollector
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
deadline = time.monotonic() + 60
while racewitness.active():
    assert time.monotonic() < deadline
    for _ in range(1000):
        with lock: pass
"""


def timings(text: str) -> dict[str, float]:
    """Seconds by name."""
    return {name: float(seconds) for name, seconds in re.findall(r"(\w+) ([\d.e-]+)$", text, re.MULTILINE)}


def test_costs_nothing_to_speak_of_when_off(collector: FakeCollector, agent_path: str) -> None:
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
    collector.stop()
    out, err = traced.communicate("go on\n", timeout=120)
    assert traced.returncode == 0, err
    assert err.count("\n") == 1
    plain = subprocess.run([sys.executable, "-c", TIMING], check=True, capture_output=True, text=True, timeout=60)
    with_agent, without = timings(out), timings(plain.stdout)
    assert with_agent.keys() == without.keys() == {"with_lock", "with_rlock", "through_queue", "through_deque"}
    print(with_agent, without)
    for name, seconds in without.items():
        assert with_agent[name] < 2 * seconds, (name, with_agent, without)
