#!/usr/bin/env python3
"""Run the whole corpus and hold it against known-failing.txt, a list that only ever shrinks.

    _verify.py --racewitness CMD --python PY [--jobs N] [--repeat N] [FOLDER_OR_CASE...]

known-failing.txt names one case a line, `folder/case`, with an optional `# why`. A case that fails and is not listed, a
case that passes and is listed, and a listed case that does not exist make the status 1. The last line is
`N passed, N failed`.
"""

import argparse
import concurrent.futures
import sys
import time
from pathlib import Path

import check

HERE = Path(__file__).resolve().parent


def case_name(path: Path) -> str:
    return path.resolve().relative_to(HERE).with_suffix("").as_posix()


def known_failing(file: Path) -> dict[str, int]:
    """Listed case names with their line numbers; a name listed twice is an error."""
    names: dict[str, int] = {}
    for number, line in enumerate(file.read_text().splitlines(), 1):
        name = line.partition("#")[0].strip()
        if not name:
            continue
        if name in names:
            raise SystemExit(f"{file.name}:{number}: {name} is listed twice")
        if not (HERE / f"{name}.py").is_file():
            raise SystemExit(f"{file.name}:{number}: there is no case {name}; remove the line")
        names[name] = number
    return names


def case_files(paths: list[Path]) -> list[Path]:
    files = [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    return [file for file in files if not file.name.startswith("_") and file.resolve().parent != HERE]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[HERE])
    parser.add_argument("--racewitness", required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()

    listed = known_failing(HERE / "known-failing.txt")
    cases = [check.Case(file) for file in case_files(options.paths)]
    started = time.monotonic()
    passed = failed = 0
    wrong = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for case, complaints in pool.map(lambda one: check.run(one, options), cases):
            name = case_name(case.path)
            failed += bool(complaints)
            passed += not complaints
            if complaints and name not in listed:
                wrong.append(f"FAIL {name}: {case.title}\n" + "\n".join(f"       {line}" for line in complaints))
            elif not complaints and name in listed:
                wrong.append(f"PASS {name}, listed on line {listed[name]} of known-failing.txt: remove that line")
            else:
                continue
            print(wrong[-1], flush=True)
    seconds = time.monotonic() - started
    print(
        f"corpus: {len(cases)} cases in {seconds:.0f} s, "
        f"{len(listed)} listed as known to fail, {len(wrong)} not as listed"
    )
    print(f"{passed} passed, {failed} failed")
    return 1 if wrong or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
