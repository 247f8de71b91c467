"""A directory tree whose methods take the tree's RLock and call each other, so that it is held several times over."""

import sys
import threading


class Tree:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.children: dict[str, list[str]] = {"": []}
        self.sizes: dict[str, int] = {"": 0}

    def grow(self, path: str, amount: int) -> None:
        with self.lock:
            self.sizes[path] += amount
            if path:
                self.grow(path.rpartition("/")[0], amount)

    def add(self, parent: str, name: str, amount: int) -> str:
        with self.lock:
            path = f"{parent}/{name}"
            if path not in self.sizes:
                self.sizes[path] = 0
                self.children[path] = []
                self.children[parent].append(path)
            self.grow(path, amount)
            return path

    def total(self, path: str) -> int:
        with self.lock:
            return self.sizes[path] + sum(self.total(child) for child in self.children[path])


def fill(tree: Tree, user: int, files: int) -> None:
    home = tree.add("", f"home{user}", 1)
    for i in range(files):
        folder = tree.add(home, f"folder{i % 7}", 1)
        tree.add(folder, f"file{i % 11}", i % 97)
        if i % 500 == 0:
            tree.total(home)


def main(threads: int = 4, size: int = 100) -> int:
    tree = Tree()
    workers = [threading.Thread(target=fill, args=(tree, i, 250 * size)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return tree.total("")


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
