#!/usr/bin/env python3
"""Many document systems that poll one gateway, and documents among them:

  gateway_load.py BINARIES [--callers N] [--poll SECONDS] [--seconds N] [--documents-per-second R] [--seed S]

Each document must come to each of its receivers once. Tells what that took: processor time, memory, connections.
"""

import argparse
import http.client
import json
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from gateway_process import Gateway
from province import Province, packet, wait_for


class Caller(threading.Thread):
    """A document system: lists, fetches, acknowledges, waits."""

    def __init__(self, load, code, offset):
        super().__init__(daemon=True)
        self.load, self.code, self.offset = load, code, offset
        self.client = load.gateway.client(code)
        self.got, self.failed, self.calls = {}, [], 0

    def run(self):
        self.load.ending.wait(self.offset)
        while not self.load.ending.is_set():
            begun = time.monotonic()
            try:
                self.look()
            except (OSError, http.client.HTTPException, AssertionError, KeyError, ValueError) as error:
                self.failed.append(repr(error)[:200])
            self.load.ending.wait(max(0.0, self.load.poll - (time.monotonic() - begun)))

    def look(self):
        self.calls += 1
        for row in self.client.received():
            octets = self.client.fetch(row["docId"])
            self.got.setdefault(octets, []).append((row["docId"], time.monotonic()))
            self.client.acknowledge(row["docId"], "done")
            self.calls += 2


class Load:
    def __init__(self, gateway, codes, options):
        self.gateway, self.codes, self.poll = gateway, codes, options.poll
        self.ending = threading.Event()
        self.random = random.Random(options.seed)
        self.expected = {code: {} for code in codes}
        self.callers = {code: Caller(self, code, self.random.uniform(0, options.poll)) for code in codes}

    def send(self, number):
        sender, *receivers = self.random.sample(self.codes, min(6, len(self.codes)))
        octets = packet(sender, receivers, str(number), padding=self.random.choice([200, 2000, 20000]))
        reply = self.gateway.client(sender).send(octets, sender=sender)
        if reply["status"] != "OK":
            raise SystemExit(f"not taken: {reply}")
        for receiver in receivers:
            self.expected[receiver][octets] = time.monotonic()

    def missing(self):
        return sum(1 for code in self.codes for octets in self.expected[code] if octets not in self.callers[code].got)

    def violations(self):
        found = []
        for code, caller in self.callers.items():
            expected = self.expected[code]
            found += [f"{code}: lost one" for octets in expected if octets not in caller.got]
            found += [f"{code}: one that was not sent to it" for octets in caller.got if octets not in expected]
            found += [f"{code}: one came more than once" for took in caller.got.values() if len(took) > 1]
        return found


def measure(load, options):
    gateway = load.gateway
    wait_for("all lines to be up", lambda: lines_up(gateway), 300)
    time.sleep(5)
    before, began = gateway.cpu_seconds(), time.monotonic()
    time.sleep(10)
    idle = (gateway.cpu_seconds() - before) / (time.monotonic() - began)

    for caller in load.callers.values():
        caller.start()
    before, began, number = gateway.cpu_seconds(), time.monotonic(), 0
    while time.monotonic() - began < options.seconds:
        number += 1
        load.send(number)
        time.sleep(max(0.0, began + number / options.documents_per_second - time.monotonic()))
    busy = (gateway.cpu_seconds() - before) / (time.monotonic() - began)
    wait_for("the last documents", lambda: load.missing() == 0 or None, 120 + 4 * options.poll)
    time.sleep(2 * options.poll)  # What would come twice gets the chance to.
    load.ending.set()
    for caller in load.callers.values():
        caller.join(60)
    late = sorted(ids[0][1] - load.expected[code][octets] for code, caller in load.callers.items()
                  for octets, ids in caller.got.items() if octets in load.expected[code])
    failed = [each for caller in load.callers.values() for each in caller.failed]
    print(json.dumps({"callers": len(load.callers), "documents": number, "copies": len(late),
                      "calls": sum(caller.calls for caller in load.callers.values()),
                      "cpu_idle_percent": round(100 * idle, 1), "cpu_busy_percent": round(100 * busy, 1),
                      "memory_mb": gateway.memory_mb(), "threads": gateway.threads(),
                      "seconds_to_receiver": {"median": round(late[len(late) // 2], 2), "most": round(late[-1], 2)},
                      "failed_calls": len(failed), "first_failure": failed[:1]}), flush=True)
    return load.violations() + failed


def lines_up(gateway):
    """As many connections to the broker as agencies."""
    return sum(1 for _ in gateway.connections_to(gateway.province.broker_port)) >= len(gateway.codes)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--callers", type=int, default=500)
    parser.add_argument("--poll", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--documents-per-second", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randint(1, 10**9))
    parser.add_argument("--keep")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-load-"))
    codes = [f"H43.{n:03d}" for n in range(1, options.callers + 1)]
    province = Province(folder, options.binaries, {code: "" for code in codes})
    try:
        province.start_broker()
        province.write_settings()
        province.start_hub()
        wait_for("the hub to be ready", province.is_ready, 120)
        gateway = Gateway(province, codes)
        gateway.start()
        found = measure(Load(gateway, codes, options), options)
        for line in found[:20]:
            print(line)
        print(f"{len(found)} violations")
        return 1 if found else 0
    finally:
        province.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
