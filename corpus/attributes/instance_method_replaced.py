# case: a method is hidden by an instance attribute while another thread calls it
import threading


class Greeter:
    def greet(self):
        return "hello"


greeter = Greeter()
greeter.greet = lambda: "hi"


def call():
    for _ in range(5):
        greeter.greet()  # race: greet unordered-read-write


def replace():
    greeter.greet = lambda: "bye"  # race: greet


threads = [threading.Thread(target=f) for f in (call, replace)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
