"""The agent's settings, as the environment brings them (docs/dev/agent-environment.md).

Imports nothing: it runs in every observed process before the program does.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

BUFFER_BYTES_DEFAULT = 256 * 1024
BUFFER_BYTES_MIN = 64 * 1024
BUFFER_BYTES_MAX = 1024 * 1024 * 1024
PATTERNS_MAX = 1000
PATTERN_LENGTH_MAX = 256
TOKEN_BYTES = 32
RUN_LENGTH_MAX = 64


class ConfigError(Exception):
    """A setting that cannot be used; its text says which, and what it must be."""


class Config:
    """The settings of one process, checked."""

    __slots__ = ("buffer_bytes", "endpoint", "exclude", "filter", "include", "mode", "run", "run_dir", "token")

    def __init__(self, environ: "Mapping[str, str]") -> None:
        """Read the settings; raises ConfigError."""
        self.endpoint = _endpoint(environ.get("RACEWITNESS_ENDPOINT", ""))
        self.token = _token(environ.get("RACEWITNESS_TOKEN", ""))
        self.run_dir = environ.get("RACEWITNESS_RUN_DIR", "")
        if not self.run_dir.startswith("/"):
            raise ConfigError(f"RACEWITNESS_RUN_DIR must be an absolute path, not {self.run_dir!r}")
        self.run = _run(environ.get("RACEWITNESS_RUN", ""))
        self.buffer_bytes = _buffer_bytes(environ.get("RACEWITNESS_BUFFER_BYTES", ""))
        self.filter = _switch("RACEWITNESS_FILTER", environ.get("RACEWITNESS_FILTER", "on"))
        self.mode = _mode(environ.get("RACEWITNESS_MODE", "") or "trace")
        self.include = patterns("RACEWITNESS_INCLUDE", environ.get("RACEWITNESS_INCLUDE", ""))
        self.exclude = patterns("RACEWITNESS_EXCLUDE", environ.get("RACEWITNESS_EXCLUDE", ""))


def patterns(name: str, text: str) -> list[str]:
    """Split a list of globs on dotted module names (``myapp.*:lib?``); raises ConfigError."""
    found = [part.strip() for part in text.split(":") if part.strip()]
    if len(found) > PATTERNS_MAX:
        raise ConfigError(f"{name} has {len(found)} patterns; {PATTERNS_MAX} at most")
    for pattern in found:
        words = pattern.replace("*", "x").replace("?", "x").split(".")
        if len(pattern) > PATTERN_LENGTH_MAX or not all(word.isidentifier() or word.isalnum() for word in words):
            shown = pattern[:PATTERN_LENGTH_MAX]
            raise ConfigError(f"{name} holds {shown!r}: a pattern is a dotted module name with * and ?, as in myapp.*")
    return found


def _endpoint(text: str) -> str:
    if not text.startswith(("unix:/", "tcp:")):
        raise ConfigError(f"RACEWITNESS_ENDPOINT must be unix:/path/of/socket or tcp:address:port, not {text!r}")
    return text


def _token(text: str) -> bytes:
    try:
        token = bytes.fromhex(text)
    except ValueError:
        token = b""
    if len(token) != TOKEN_BYTES:
        raise ConfigError(f"RACEWITNESS_TOKEN must be {2 * TOKEN_BYTES} hexadecimal digits")
    return token


def _run(text: str) -> str:
    allowed = text.isascii() and text.replace(".", "").replace("_", "").replace("-", "").isalnum()
    if text and (len(text) > RUN_LENGTH_MAX or not allowed):
        raise ConfigError(
            f"RACEWITNESS_RUN must be up to {RUN_LENGTH_MAX} letters, digits, '.', '_', '-', not {text!r}"
        )
    return text


def _buffer_bytes(text: str) -> int:
    if not text:
        return BUFFER_BYTES_DEFAULT
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0
    if not BUFFER_BYTES_MIN <= number <= BUFFER_BYTES_MAX or number & (number - 1):
        allowed = f"a power of two from {BUFFER_BYTES_MIN} to {BUFFER_BYTES_MAX}"
        raise ConfigError(f"RACEWITNESS_BUFFER_BYTES must be {allowed}, not {text!r}")
    return number


def _switch(name: str, text: str) -> bool:
    if text not in ("on", "off"):
        raise ConfigError(f"{name} must be on or off, not {text!r}")
    return text == "on"


def _mode(text: str) -> str:
    if text not in ("trace", "floor"):
        raise ConfigError(f"RACEWITNESS_MODE must be trace or floor, not {text!r}")
    return text
