"""Primes below a bound: each thread crosses out the multiples of the small ones in its segment of one shared list."""

import sys
import threading


def small_primes(bound: int) -> list[int]:
    return [n for n in range(2, bound) if all(n % d for d in range(2, int(n**0.5) + 1))]


def cross_out(composite: list[bool], primes: list[int], first: int, last: int) -> None:
    for prime in primes:
        start = max(prime * prime, (first + prime - 1) // prime * prime)
        for multiple in range(start, last, prime):
            composite[multiple] = True


def main(threads: int = 4, size: int = 100) -> int:
    bound = 48000 * size
    composite = [False] * bound
    primes = small_primes(int(bound**0.5) + 1)
    cuts = [2 + (bound - 2) * i // threads for i in range(threads + 1)]
    workers = [
        threading.Thread(target=cross_out, args=(composite, primes, cuts[i], cuts[i + 1])) for i in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(n for n in range(2, bound) if not composite[n]) % 1000003


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
