#!/usr/bin/env python3
"""What open pages cost the hub: the relay's load without and with pages that listen, in turn: live_pages.py BINARIES

Each page listens to /v1/events and asks what Today asks: status and queues at most every 5 seconds while documents flow,
lateness and refusals every 30, the lamps when they change. Prints medians and spread. The pages run on the same machine:
their own share of it is part of the cost."""

import argparse
import asyncio
import json
import multiprocessing
import random
import resource
import shutil
import sys
import tempfile
import time

from measure import AGENCIES, Province, drained, measure, note, spread, wait_for

HOT = ("/v1/status", "/v1/queues")
SLOW = ("/v1/overdue", "/v1/documents?refused=true&since=24h&count=500")
HOT_S, SLOW_S, QUIET_S = 5, 30, 12


class Page:
    """Asks as hub/console/page/feed.ts and loaded.tsx do."""

    def __init__(self, port, counts):
        self.port, self.counts = port, counts
        self.changed = asyncio.Event()
        self.kinds = set()

    async def ask(self, path):
        self.counts["asked"] += 1
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read(-1)
            writer.close()
            if not answer.startswith(b"HTTP/1.1 200"):
                self.counts["refused"] += 1
        except OSError:
            self.counts["refused"] += 1

    async def listen(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 16)
        writer.write(b"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
        if b" 200 " not in await reader.readline():
            self.counts["not_heard"] += 1
            return
        self.counts["listening"] += 1
        while line := await reader.readline():
            if line.startswith(b"event: "):
                self.counts["events"] += 1
                self.kinds.add(line[7:].strip().decode())
                self.changed.set()
        self.counts["ended"] += 1

    async def look(self):
        asked, slow_asked = 0.0, 0.0
        while True:
            try:
                await asyncio.wait_for(self.changed.wait(), QUIET_S)
            except asyncio.TimeoutError:
                pass
            self.changed.clear()
            now = time.monotonic()
            await asyncio.sleep(max(asked + HOT_S - now, 0) + random.random())
            kinds, self.kinds = self.kinds, set()
            asked = time.monotonic()
            await asyncio.gather(*(self.ask(path) for path in HOT))
            if "health" in kinds or "look_again" in kinds:
                await self.ask("/v1/health")
            if asked - slow_asked >= SLOW_S:
                slow_asked = asked
                for path in SLOW:
                    await self.ask(path)


def open_pages(port, number, pipe):
    counts = dict.fromkeys(("listening", "not_heard", "ended", "events", "asked", "refused"), 0)

    async def run():
        pages = [Page(port, counts) for _ in range(number)]
        tasks = [asyncio.ensure_future(work) for page in pages for work in (page.listen(), page.look())]
        while counts["listening"] + counts["not_heard"] < number:
            await asyncio.sleep(0.05)
        pipe.send("open")
        while not pipe.poll():
            await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()

    asyncio.run(run())
    used = resource.getrusage(resource.RUSAGE_SELF)
    pipe.send({**counts, "cpu_s": round(used.ru_utime + used.ru_stime, 2)})


def one_run(binaries, pages, count):
    """A fresh broker and a fresh ledger each time."""
    folder = tempfile.mkdtemp(prefix="lgsp-live-")
    province = Province(folder, binaries, AGENCIES)
    try:
        province.start_broker()
        province.write_settings()
        province.start_hub()
        wait_for("the hub", province.is_ready, 30)
        ours, theirs = multiprocessing.Pipe()
        browsers = multiprocessing.Process(target=open_pages, args=(province.http_port, pages, theirs), daemon=True)
        browsers.start()
        if not ours.poll(30):
            sys.exit("the pages do not open")
        ours.recv()
        figures = measure(province, "hub", 10 * 1024, count, province.processes["hub"].pid)
        ours.send("enough")
        told = ours.recv()
        browsers.join()
        wait_for("the hub to settle", lambda: drained(province), 60)
        if pages and (told["listening"] != pages or told["ended"] or told["refused"]):
            note(f"not all pages were served: {told}")
        return figures, told
    finally:
        province.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--pages", type=int, default=50)
    parser.add_argument("--count", type=int, default=40000, help="documents of 10 KiB in one run")
    options = parser.parse_args()
    pairs = []
    for pair in range(options.pairs):
        # Each comes first in turn: a machine that grows warm is on no side.
        order = (0, options.pages) if pair % 2 == 0 else (options.pages, 0)
        figures = {pages: one_run(options.binaries, pages, options.count) for pages in order}
        (without, _), (with_pages, told) = figures[0], figures[options.pages]
        pairs.append((without, with_pages))
        note(f"pair {pair + 1}: {without['per_s']:.0f}/s without, {with_pages['per_s']:.0f}/s with {options.pages} pages, "
             f"hub CPU {without['hub_cpu_us']:.0f} and {with_pages['hub_cpu_us']:.0f} us a document, pages: {told}")
    print(json.dumps({
        "pages": options.pages,
        "per_s_without": spread([without["per_s"] for without, _ in pairs]),
        "per_s_with": spread([with_pages["per_s"] for _, with_pages in pairs]),
        "cost_percent": spread([100 * (1 - with_pages["per_s"] / without["per_s"]) for without, with_pages in pairs]),
        "hub_cpu_us_without": spread([without["hub_cpu_us"] for without, _ in pairs]),
        "hub_cpu_us_with": spread([with_pages["hub_cpu_us"] for _, with_pages in pairs]),
        "p99_ms_without": spread([without["p99_ms"] for without, _ in pairs]),
        "p99_ms_with": spread([with_pages["p99_ms"] for _, with_pages in pairs])}, indent=1))


if __name__ == "__main__":
    main()
