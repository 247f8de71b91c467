# case: a subclass gets an attribute of its own while its base's is read through it
import threading


class Base:
    level = 1


class Left(Base):
    pass


class Right(Base):
    pass


def left():
    return Left.level + Left().level  # race: level


def right():
    Right.level = 5
    return Right.level


def base():
    Base.level = 2  # race: level


threads = [threading.Thread(target=f) for f in (left, right, base)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
