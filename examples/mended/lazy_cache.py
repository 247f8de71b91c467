"""The lazily loaded settings behind a lock: whoever comes first loads, whoever comes second waits and finds them."""

import threading

_settings = None
_settings_lock = threading.Lock()
_first_request = threading.Barrier(2)


def load() -> dict[str, str]:
    return {"host": "localhost", "port": "8080"}


def settings() -> dict[str, str]:
    global _settings
    with _settings_lock:
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
