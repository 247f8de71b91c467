"""Runs at the start of every Python below an observed command, 2.7 and later: starts the agent where it can be started.

Then it is as if it had never been: off sys.path, replaced by the sitecustomize that the program would have found.
"""


def _unsupported(os, sys, what, remedy):
    """Leave word for the command line (docs/dev/agent-environment.md)."""
    directory = os.path.join(os.environ["RACEWITNESS_RUN_DIR"], "unsupported")
    if not os.path.isdir(directory):
        os.mkdir(directory)
    fields = [what, sys.executable or "", sys.version.split()[0], remedy]
    line = "\t".join(" ".join(str(field).split()) for field in fields) + "\n"
    if not isinstance(line, bytes):
        line = line.encode("utf-8", "backslashreplace")
    with open(os.path.join(directory, str(os.getpid())), "wb") as file:
        file.write(line)


def _obstacle(sys):
    """What keeps this interpreter from being observed, and the remedy; None where nothing does."""
    free = "run it with a free-threaded CPython 3.13 (python3.13t)"
    name = getattr(getattr(sys, "implementation", None), "name", "cpython")
    if name != "cpython" or "PyPy" in sys.version:
        return "this is not CPython", free
    if sys.version_info[:2] != (3, 13) or "t" not in getattr(sys, "abiflags", ""):
        return "this Python is not a free-threaded 3.13", free
    if sys._is_gil_enabled():
        return "the GIL is switched on in this free-threaded Python", "take away PYTHON_GIL=1 or -X gil=1"
    return None


def _start(os, sys):
    """Start the agent; raises nothing of its own."""
    try:
        obstacle = _obstacle(sys)
        if obstacle is not None:
            _unsupported(os, sys, *obstacle)
            return
        package = os.environ["RACEWITNESS_AGENT_PATH"]
        sys.path.insert(0, package)
        try:
            from racewitness import _start
        finally:
            sys.path.remove(package)
            sys.path_importer_cache.pop(package, None)
        try:
            _start.start(os.path.dirname(__file__))
        except _start.UnsupportedError as error:
            _unsupported(os, sys, *error.args)
        finally:
            sys.path_importer_cache.pop(os.path.dirname(_start.__file__), None)
    except Exception as error:
        try:
            text = "racewitness: %s; process %d goes on unobserved\n" % (error, os.getpid())
            os.write(2, text.encode("utf-8", "backslashreplace"))
        except Exception:
            pass


def _hold_interrupts():
    """Block SIGINT in this thread; returns what lets it come, which then raises KeyboardInterrupt.

    Raised any earlier it could be lost: importlib has weakref callbacks in Python, and what they raise is dropped.
    """
    try:
        import _signal
    except ImportError:  # a Python that is not observed anyway
        return lambda: None
    before = _signal.pthread_sigmask(_signal.SIG_BLOCK, [_signal.SIGINT])
    return lambda: _signal.pthread_sigmask(_signal.SIG_SETMASK, before)


def _step_aside(os, sys):
    """Take this file's directory out of everything that the program can see."""
    directory = os.path.dirname(__file__)
    while directory in sys.path:
        sys.path.remove(directory)
    sys.path_importer_cache.pop(directory, None)


def _run():
    import os
    import sys

    let_interrupts_come = _hold_interrupts()
    try:
        _step_aside(os, sys)
        if os.environ.get("RACEWITNESS_ENDPOINT") and "racewitness._start" not in sys.modules:
            _start(os, sys)
        # What the import system returns for this import is what is then found under the name.
        sys.modules.pop("sitecustomize", None)
    finally:
        let_interrupts_come()


_run()
import sitecustomize  # noqa: E402, F401 - the next one; where there is none, site expects exactly the ImportError that this raises
