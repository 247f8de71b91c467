# case: attributes of a class through its __dict__, vars() and the metaclass's own hooks
import threading


class Settings:
    limit = 1
    color = "red"

    def describe(self):
        return self.limit


class Derived(Settings):
    size = 1


class Meta(type):
    def __getattr__(cls, name):
        return 5

    def __setattr__(cls, name, value):
        super().__setattr__(name, value)  # race: mode


class Modes(metaclass=Meta):
    mode = 1


def write():
    Settings.limit = 2  # race: limit
    type.__setattr__(Settings, "color", "blue")  # race: color
    Derived.size = 5  # race: size
    Modes.mode = 2


def by_key():
    assert Settings.__dict__["limit"]  # race: limit


def by_membership():
    assert "color" in vars(Settings)  # race: color


def by_copy():
    assert dict(Derived.__dict__)  # race: size


def by_name():
    assert Modes.mode and Modes.other  # race: mode


def of_others():
    assert Settings.__dict__["describe"] and vars(Settings).get("__module__") and "none" not in Derived.__dict__


threads = [threading.Thread(target=f) for f in (write, by_key, by_membership, by_copy, by_name, of_others)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
