"""Starts the agent in this process; called by ``inject/sitecustomize.py`` while the interpreter's ``site`` module runs.

Nothing is imported that an unobserved process would not have imported by then, except this package: no ``pathlib``.
"""
# ruff: noqa: PTH100, PTH109, PTH118, PTH120

import os
import sys

import racewitness
from racewitness import _agent, _config, _current_test

ARGV_BYTES_MAX = 3900
"""A pair of HELLO holds 4 KiB of text at most."""


class UnsupportedError(Exception):
    """This interpreter cannot be observed; ``args`` are what is wrong and what to do about it."""


def start(inject: str) -> None:
    """Start the agent as the environment says; ``inject`` is the directory that PYTHONPATH begins with for it.

    Raises UnsupportedError; and ``_config.ConfigError``, ``OSError`` or ``RuntimeError`` with a text for one line when
    it cannot be started.
    """
    config = _config.Config(os.environ)
    try:
        from racewitness import _core
    except ImportError as error:
        if "subinterpreter" in str(error):
            return  # not this one is observed, but the main interpreter is, and tells of this one
        raise UnsupportedError(f"the agent's core does not load: {error}", "see `racewitness doctor`") from None
    if _core.active():
        return  # a sub-interpreter that shares everything with the main one
    os.register_at_fork(after_in_child=_core.after_fork_in_child)
    os.register_at_fork(after_in_child=_current_test.announce_in_child)
    test = os.environ.get(_current_test.VARIABLE)
    # The hash of a built-in function is that of the C function behind it (Objects/methodobject.c), which changes.
    executes_fd = os.execve in os.supports_fd
    os.supports_fd.discard(os.execve)
    try:
        _core.start(
            {
                "endpoint": config.endpoint,
                "token": config.token,
                "run_dir": config.run_dir,
                "buffer_bytes": config.buffer_bytes,
                "filter": config.filter,
                "floor": config.mode == "floor",
                "include": config.include,
                "exclude": config.exclude,
                "library_prefixes": library_prefixes(),
                "agent_prefix": os.path.join(os.path.dirname(os.path.abspath(__file__)), ""),
                "inject": inject,
                "pairs": _pairs(config),
            }
        )
    finally:
        if executes_fd:
            os.supports_fd.add(os.execve)
    _agent.core = _core
    # faulthandler lists the extension modules that it finds there (Python/pylifecycle.c: _Py_DumpExtensionModules).
    sys.modules.pop(_core.__name__, None)
    _current_test.inherit(test, config.run_dir)


def library_prefixes() -> list[str]:
    """Directories of the standard library, of installed packages and of this one, each with a slash at its end."""
    found = [os.path.dirname(os.__file__), getattr(sys, "_stdlib_dir", None), os.path.dirname(__file__)]
    site = sys.modules.get("site")
    if site is not None:
        found += site.getsitepackages()
        found.append(getattr(site, "USER_SITE", None))
    found += [entry for entry in sys.path if entry.rstrip("/").endswith(("/site-packages", "/dist-packages"))]
    prefixes = []
    for directory in found:
        if directory:
            for name in (os.path.abspath(directory), os.path.realpath(directory)):
                if os.path.join(name, "") not in prefixes:
                    prefixes.append(os.path.join(name, ""))
    return prefixes


def _pairs(config: _config.Config) -> dict[str, str]:
    try:
        directory = os.getcwd()
    except OSError:
        directory = ""
    pairs = {
        "python": ".".join(str(part) for part in sys.version_info[:3]),
        "implementation": sys.implementation.name,
        "executable": sys.executable or "",
        "argv": json_array(sys.orig_argv, ARGV_BYTES_MAX),
        "cwd": directory,
        "freeThreaded": "1",
        "gilEnabled": "1" if sys._is_gil_enabled() else "0",
        "agent": racewitness.__version__,
        "filter": "on" if config.filter else "off",
    }
    if config.run:
        pairs["run"] = config.run  # a collector that serves several runs asks for it
    return pairs


def json_array(texts: list[str], bytes_max: int) -> str:
    """Texts as a JSON array of at most ``bytes_max`` bytes; what does not fit is replaced by ``"..."``.

    The ``json`` module would do it, but is not imported in an unobserved process.
    """
    parts: list[str] = []
    room = bytes_max - len('["..."]')
    for text in texts:
        part = json_string(text[:bytes_max])
        room -= len(part.encode("utf-8", "backslashreplace")) + 1
        if room < 0:
            parts.append('"..."')
            break
        parts.append(part)
    return "[" + ",".join(parts) + "]"


def json_string(text: str) -> str:
    """One text as JSON writes it."""
    escapes = {'"': '\\"', "\\": "\\\\"}
    return '"' + "".join(escapes.get(c) or (c if c >= " " else f"\\u{ord(c):04x}") for c in text) + '"'
