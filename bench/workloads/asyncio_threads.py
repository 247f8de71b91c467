"""An event loop in a thread of its own that serves worker threads, and sends work to threads itself."""

import asyncio
import sys
import threading


class Ledger:
    def __init__(self) -> None:
        self.balance = 0
        self.entries: list[int] = []

    async def book(self, amount: int) -> int:
        self.balance += amount
        self.entries.append(amount)
        if amount % 16 == 0:
            await asyncio.sleep(0)
        return amount


def interest(amount: int) -> int:
    total = amount
    for i in range(200):
        total = (total * 5 + i) % 1009
    return total


async def audit(ledger: Ledger, rounds: int) -> int:
    found = 0
    for i in range(rounds):
        found += sum(await asyncio.gather(*(asyncio.to_thread(interest, i + j) for j in range(4))))
        await ledger.book(0)
    return found


def client(loop: asyncio.AbstractEventLoop, ledger: Ledger, amounts: int) -> None:
    pending = []
    for i in range(amounts):
        pending.append(asyncio.run_coroutine_threadsafe(ledger.book(i), loop))
        if len(pending) == 50:
            for future in pending:
                future.result()
            pending.clear()
    for future in pending:
        future.result()


def main(threads: int = 4, size: int = 100) -> int:
    loop = asyncio.new_event_loop()
    server = threading.Thread(target=loop.run_forever)
    server.start()
    ledger = Ledger()
    auditing = asyncio.run_coroutine_threadsafe(audit(ledger, 4 * size), loop)
    workers = [threading.Thread(target=client, args=(loop, ledger, 25 * size)) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found = auditing.result()
    loop.call_soon_threadsafe(loop.stop)
    server.join()
    loop.close()
    return found + ledger.balance + len(ledger.entries)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
