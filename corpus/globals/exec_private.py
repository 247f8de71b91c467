# case: each thread executes code in a namespace of its own
import threading

code = compile("total = sum(numbers)\nfor n in numbers:\n    total += n", "<string>", "exec")


def work():
    for _ in range(5):
        space = {"numbers": [1, 2, 3]}
        exec(code, space)
        assert space["total"] == 12 and eval("total + 1", space) == 13


threads = [threading.Thread(target=f) for f in (work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
