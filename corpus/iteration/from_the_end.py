# case: reversed() iterates from where the end was
import collections
import contextlib
import threading

stack = [1, 2, 3]
fixed = [1, 2, 3]
recent = collections.deque([1, 2, 3])
still = collections.deque([1, 2, 3])


def walk():
    for item in reversed(stack):  # race: stack iteration-mutation
        assert item
    assert [item for item in reversed(fixed)] == [3, 2, 1]
    assert list(reversed(still)) == [3, 2, 1]
    with contextlib.suppress(RuntimeError):  # the deque changed under its iterator
        for item in reversed(recent):  # race: recent iteration-mutation
            assert item


def push():
    stack.append(4)  # race: stack
    recent.append(4)  # race: recent
    assert fixed[0] == still[0] == 1


threads = [threading.Thread(target=f) for f in (walk, push)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(stack) == 4
