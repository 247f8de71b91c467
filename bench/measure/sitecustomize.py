"""Found by a workload's Python in front of everything else: says at its end how much memory it had at most.

The peak is that of the program alone (VmHWM of proc(5), KiB). wait4(2) would answer the larger of this and of what the
process that started it had, a JVM. Imports nothing that an interpreter has not imported by then.
"""
# ruff: noqa: PTH123

import atexit
import os


def _tell(target: str = os.environ.get("BENCH_PEAK_FILE", "")) -> None:
    if target:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            peak = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
        with open(target, "w", encoding="ascii") as file:
            file.write(peak + "\n")


atexit.register(_tell)
