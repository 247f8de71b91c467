"""A settings object that is loaded on first use.

Two threads that come first together both find `_settings` empty and both load: the work is done twice, and two parts of
the program go on with two different objects.
"""

import threading

_settings = None
_first_request = threading.Barrier(2)


def load() -> dict[str, str]:
    return {"host": "localhost", "port": "8080"}


def settings() -> dict[str, str]:
    global _settings
    if _settings is None:
        _settings = load()
    return _settings


def handle(seen: list[int], slot: int) -> None:
    _first_request.wait()
    seen[slot] = id(settings())


def main() -> None:
    seen = [0, 0]
    handlers = [threading.Thread(target=handle, args=(seen, slot)) for slot in range(2)]
    for handler in handlers:
        handler.start()
    for handler in handlers:
        handler.join()
    print("both requests use the same settings:", seen[0] == seen[1])


if __name__ == "__main__":
    main()
