# case: a token goes round a ring of locks, each released by the neighbour
import threading

N, TOKEN = 12, 100
locks = [threading.Lock() for _ in range(N)]
for lock in locks:
    lock.acquire()
state = {"token": TOKEN, "winner": None}


def runner(me):
    while True:
        locks[me].acquire()
        if state["token"] <= 0:
            if state["winner"] is None:
                state["winner"] = me
            locks[(me + 1) % N].release()
            return
        state["token"] -= 1
        locks[(me + 1) % N].release()


threads = [threading.Thread(target=runner, args=(k,)) for k in range(N)]
for t in threads:
    t.start()
locks[0].release()
for t in threads:
    t.join()
assert state["winner"] == TOKEN % N
