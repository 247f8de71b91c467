# case: a lock that one thread acquires and the other releases
import threading

baton = threading.Lock()
reply = threading.Lock()
baton.acquire()
reply.acquire()
desk = []


def second():
    for n in range(5):
        baton.acquire()
        desk.append(("second", len(desk)))
        reply.release()


thread = threading.Thread(target=second)
thread.start()
for n in range(5):
    desk.append(("main", len(desk)))
    baton.release()
    reply.acquire()
    assert desk[-1] == ("second", 2 * n + 1)
thread.join()
assert [i for _, i in desk] == list(range(10))
