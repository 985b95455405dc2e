#!/usr/bin/env python3
"""Pairs the raw relay with the hub, run by run, and prints medians. See run.sh."""

import argparse
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from province import Province, wait_for

# Body size → documents in one run: each takes some seconds.
SIZES = {"1KiB": (1024, 20000), "10KiB": (10 * 1024, 20000), "100KiB": (100 * 1024, 4000)}
AGENCIES = {"H43.01": "", "H43.02": ""}


def note(text):
    print(text, file=sys.stderr, flush=True)


def measure(province, mode, size, count, hub_pid=None):
    options = ["--from", "H43.01", "--to", "H43.02"]
    return bench(province, mode, size, count, options + (["--hub-pid", str(hub_pid)] if hub_pid else []))


def bench(province, mode, size, count, options):
    command = [province.bin / "lgsp-bench", mode, "--folder", province.folder, "--port", str(province.broker_port),
               "--count", str(count), "--bytes", str(size), "--broker-pid",
               (province.folder / "node" / "pid").read_text().strip(), *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench {mode}: {done.stderr}")
    return json.loads(done.stdout)


def drained(province):
    """The sender's inbox holds receipts that nobody of the bench reads: they must not weigh on the next run."""
    status = province.ask("status")
    return status["under_way"]["unconfirmed"] == 0 and status["under_way"]["due"] == 0


def one_run(folder, binaries, key_type, size, count):
    """A fresh broker and a fresh ledger for both: neither pays for what the other left."""
    province = Province(folder, binaries, AGENCIES, key_type=key_type)
    try:
        province.start_broker()
        province.write_settings()
        raw = measure(province, "raw", size, count)
        province.start_hub()
        wait_for("the hub", province.is_ready, 30)
        hub = measure(province, "hub", size, count, province.processes["hub"].pid)
        wait_for("the hub to settle", lambda: drained(province), 60)
        return raw, hub
    finally:
        province.stop()


def spread(values):
    return {"median": round(statistics.median(values), 3), "min": round(min(values), 3), "max": round(max(values), 3)}


def relay_figures(binaries, runs, sizes, keys):
    figures = {}
    for key_type in keys:
        for name in sizes:
            size, count = SIZES[name]
            pairs = []
            for run in range(runs):
                folder = tempfile.mkdtemp(prefix="lgsp-bench-")
                try:
                    pairs.append(one_run(folder, binaries, key_type, size, count))
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
                raw, hub = pairs[-1]
                note(f"{key_type} {name} run {run + 1}: raw {raw['per_s']:.0f}/s, hub {hub['per_s']:.0f}/s, ratio "
                     f"{hub['per_s'] / raw['per_s']:.2f}, hub CPU {hub['hub_cpu_us']:.0f} us, broker CPU "
                     f"{hub['broker_cpu_us']:.0f} us (raw {raw['broker_cpu_us']:.0f})")
            figures[f"{key_type} {name}"] = {
                "raw_per_s": spread([raw["per_s"] for raw, _ in pairs]),
                "hub_per_s": spread([hub["per_s"] for _, hub in pairs]),
                "ratio": spread([hub["per_s"] / raw["per_s"] for raw, hub in pairs]),
                "hub_cpu_us": spread([hub["hub_cpu_us"] for _, hub in pairs]),
                "broker_cpu_us": spread([hub["broker_cpu_us"] for _, hub in pairs]),
                "raw_broker_cpu_us": spread([raw["broker_cpu_us"] for raw, _ in pairs]),
                "p50_ms": spread([hub["p50_ms"] for _, hub in pairs]),
                "p99_ms": spread([hub["p99_ms"] for _, hub in pairs]),
                "rss_mb": spread([hub["rss_mb"] for _, hub in pairs]),
            }
    return figures


def memory_figure(binaries, documents):
    """Resident memory after that many documents in one life of the hub."""
    folder = tempfile.mkdtemp(prefix="lgsp-bench-")
    province = Province(folder, binaries, AGENCIES)
    try:
        province.start_broker()
        province.write_settings()
        province.start_hub()
        wait_for("the hub", province.is_ready, 30)
        done = 0
        while done < documents:
            done += 20000
            last = measure(province, "hub", 10 * 1024, 20000, province.processes["hub"].pid)
        return {"documents": done, "rss_mb": round(last["rss_mb"], 1)}
    finally:
        province.stop()
        shutil.rmtree(folder, ignore_errors=True)


def start_figures(binaries):
    """From the start of the process to ready, with an empty ledger; and until 100,000 deliveries that the broker
    never confirmed are in it again, beside what a producer takes that publishes as many and does nothing else."""
    folder = tempfile.mkdtemp(prefix="lgsp-bench-")
    agencies = {f"H43.{n}": "" for n in range(300)}
    province = Province(folder, binaries, agencies)
    try:
        province.start_broker()
        province.write_settings()
        empty = []
        for _ in range(5):
            began = time.monotonic()
            province.start_hub()
            wait_for("the hub", province.is_ready, 60)
            empty.append(time.monotonic() - began)
            province.kill("hub", how=15)
        subprocess.run([province.bin / "ledger-bench", province.folder / "ledger", "--documents", "0", "--measured", "0",
                        "--unfinished", "100000"], check=True, stdout=subprocess.DEVNULL)
        began = time.monotonic()
        province.start_hub()
        wait_for("the hub", province.is_ready, 60)
        ready = time.monotonic() - began

        def recovered():
            # Not by lgsp: a process for each question, twenty times a second, is a tenth of two cores.
            with urllib.request.urlopen(f"http://127.0.0.1:{province.http_port}/v1/status") as answer:
                status = json.load(answer)
            way = status["under_way"]
            return status["since_start"]["confirmed"] >= 100000 and not way["unconfirmed"] and not way["more_in_ledger"]

        wait_for("100,000 deliveries to be confirmed", recovered, 120)
        taken = time.monotonic() - began
        province.kill("hub", how=15)
        frame_bytes = 2300  # Of the unfinished, with their headers.
        raw = bench(province, "fill", frame_bytes, 100000, ["--to", "H43", "--inboxes", str(len(agencies))])["seconds"]
        return {"agencies": 300, "ready_empty_s": spread(empty), "ready_with_100000_unfinished_s": round(ready, 2),
                "recovered_100000_s": round(taken, 2), "raw_100000_s": round(raw, 2),
                "recovery_ratio": round(raw / taken, 2)}
    finally:
        province.stop()
        shutil.rmtree(folder, ignore_errors=True)


def ledger_figures(binaries, documents):
    folder = tempfile.mkdtemp(prefix="lgsp-bench-")
    try:
        done = subprocess.run([pathlib.Path(binaries) / "ledger-bench", folder, "--documents", str(documents)],
                              capture_output=True, text=True, check=True)
        return {key: round(float(value), 2) for key, value in re.findall(r"^(\w+) ([\d.e+-]+)$", done.stdout, re.M)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def print_text(figures):
    for name, row in figures["relay"].items():
        print(name)
        for key, value in row.items():
            print(f"  {key:20} {value['median']:>10}   {value['min']} to {value['max']}")
    for part in ("memory", "start", "ledger"):
        if part in figures:
            print(part)
            for key, value in figures[part].items():
                print(f"  {key:34} {value}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="10 KiB with P-256 only")
    parser.add_argument("--only", choices=["start"], help="this part alone")
    options = parser.parse_args()
    if options.only:
        print(json.dumps({"start": start_figures(options.binaries)}, indent=1))
        return
    sizes = ["10KiB"] if options.quick else list(SIZES)
    keys = ["p256"] if options.quick else ["p256", "rsa2048"]
    figures = {"relay": relay_figures(options.binaries, options.runs, sizes, keys)}
    if not options.quick:
        note("memory after 100,000 documents …")
        figures["memory"] = memory_figure(options.binaries, 100000)
        note("start and recovery …")
        figures["start"] = start_figures(options.binaries)
        note("the ledger with 1,000,000 documents …")
        figures["ledger"] = ledger_figures(options.binaries, 1000000)
    if options.json:
        print(json.dumps(figures, indent=1))
    else:
        print_text(figures)


if __name__ == "__main__":
    main()
