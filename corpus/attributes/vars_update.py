# case: __dict__.update writes attributes, a copy of __dict__ reads them
import threading


class Settings:
    def __init__(self):
        self.color = "red"
        self.size = 1


settings = Settings()
other = Settings()


def update():
    settings.__dict__.update(color="blue")  # race: color
    vars(other)["size"] = 5  # race: size


def read():
    assert settings.color  # race: color
    assert dict(vars(other))["color"]  # race: size


threads = [threading.Thread(target=f) for f in (update, read)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
