"""Breadth-first search, level by level: threads expand their part of the frontier of a shared graph, main merges."""

import sys
from concurrent.futures import ThreadPoolExecutor


class Vertex:
    def __init__(self, number: int, count: int) -> None:
        self.number = number
        self.edges = [(number * 3 + i * i * 7 + 1) % count for i in range(8)]
        self.level = -1


def expand(graph: list[Vertex], frontier: list[Vertex], first: int, last: int) -> list[Vertex]:
    found = []
    for i in range(first, last):
        for number in frontier[i].edges:
            vertex = graph[number]
            if vertex.level < 0:
                found.append(vertex)
    return found


def search(graph: list[Vertex], start: int, threads: int, pool: ThreadPoolExecutor) -> int:
    level = 0
    graph[start].level = 0
    frontier = [graph[start]]
    while frontier:
        cuts = [len(frontier) * i // threads for i in range(threads + 1)]
        parts = [pool.submit(expand, graph, frontier, cuts[i], cuts[i + 1]) for i in range(threads)]
        found = [part.result() for part in parts]
        level += 1
        frontier = []
        for vertices in found:
            for vertex in vertices:
                if vertex.level < 0:
                    vertex.level = level
                    frontier.append(vertex)
    return level


def main(threads: int = 4, size: int = 100) -> int:
    count = 300 * size
    graph = [Vertex(i, count) for i in range(count)]
    checksum = 0
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for turn in range(6):
            for vertex in graph:
                vertex.level = -1
            checksum += search(graph, turn * 17 % count, threads, pool) * 1000
            checksum += sum(vertex.level for vertex in graph if vertex.level > 0)
    return checksum


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
