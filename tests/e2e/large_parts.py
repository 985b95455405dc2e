#!/usr/bin/env python3
"""Packets far over the size of an envelope, through the real programs, while these are killed at each step.

  large_parts.py BINARIES [--seed S] [--keep DIR]      the test: packets of 20 and 200 MB, seven kills
  large_parts.py BINARIES --full                       16 packets of 1 GB at once, ten kills
  large_parts.py BINARIES --receivers [--count 300]    one packet of 20 MB to so many: what is written to disk
  large_parts.py BINARIES --throughput                 short documents alone, and beside four uploads of 1 GB
  large_parts.py BINARIES --stream                     one content of 1 GB put and fetched, beside what TLS and the disk allow
  large_parts.py BINARIES --many [--count 100000]      so many contents in the store: start, then all their time is over

Each prints its figures as one JSON object at the end. --full needs 60 GB of disk.
"""

import argparse
import base64
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import checker
from province import Province, packet, wait_for

MB, GB = 10**6, 10**9
RESIDENT_MB_MAX = 256
BLOCK = base64.b64encode(os.urandom(768 * 1024))


def note(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def write_large(province, sender, receivers, number, size, priority=0):
    """A packet with a content of about `size` octets, no two blocks of it alike. The adapter does not see it yet."""
    frame = packet(sender, receivers, str(number), priority=priority, padding=0)
    mark = b"</edXML:ContentTransferEncoded>"
    at = frame.rindex(mark)
    outbox = province.box(sender, "outbox")
    outbox.mkdir(parents=True, exist_ok=True)
    name = f"lon-{number:04d}"
    part = outbox / f".{name}.part"
    with open(part, "wb") as file:
        # Whatever stood there before is replaced: base64 ends at its first padding.
        file.write(frame[:frame.rindex(b">", 0, at) + 1])
        for block in range(max(1, size // len(BLOCK))):
            file.write(base64.b64encode(block.to_bytes(6, "big")) + BLOCK)
        file.write(frame[at:])
    return {"file": f"{name}.edxml", "sender": sender, "receivers": receivers, "number": str(number),
            "sha256": checker.digest(part), "bytes": size}


def drop(province, documents):
    """As a document system does it: a rename for each."""
    for document in documents:
        outbox, name = province.box(document["sender"], "outbox"), document["file"]
        (outbox / f".{name.removesuffix('.edxml')}.part").rename(outbox / name)


class Watch:
    """Peak resident memory of each program over all its lives."""

    def __init__(self, province):
        self.province = province
        self.peaks = {}

    def look(self):
        for name, process in self.province.processes.items():
            try:
                text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                continue
            for line in text.splitlines():
                if line.startswith("VmHWM:"):
                    self.peaks[name] = max(self.peaks.get(name, 0), int(line.split()[1]) / 1024)


class Store:
    """What lies in the hub's folder of contents, and in the adapters' spools."""

    def __init__(self, province):
        self.province = province
        self.folder = province.folder / "contents"

    def copies(self):
        return [path for path in self.folder.glob("[0-9a-f][0-9a-f]/*")]

    def uploads(self):
        """{agency: octets held of unfinished uploads}"""
        return sizes(self.folder.glob("uploads/*/*"), lambda path: path.parent.name)

    def downloads(self):
        return sizes(self.province.folder.glob("agency/*/journal/spool/*.partial"), lambda path: path.parents[2].name)


def sizes(paths, owner_of):
    found = {}
    for path in paths:
        try:
            found[owner_of(path)] = found.get(owner_of(path), 0) + path.stat().st_size
        except OSError:
            pass
    return found


def moving(look):
    """An agency whose octets have grown since the first look; None when there is none."""
    before = look()
    return lambda: next((agency for agency, octets in look().items() if octets > before.get(agency, 0) + 4 * MB), None)


def appeared(store):
    """A copy has got its name: the hub may not have written that down yet."""
    before = {path.name for path in store.copies()}
    return lambda: "hub" if any(path.name not in before for path in store.copies()) else None


def kill_and_start(province, watch, who):
    watch.look()
    if who == "hub":
        province.kill("hub")
        province.start_hub()
    else:
        province.kill(f"folder-{who}")
        province.start_adapter(who)


def kill_at(province, watch, store, step, seconds_max):
    """Waits for the step, then kills there. False: nothing was at this step any more."""
    conditions = {"upload": lambda: moving(store.uploads), "sender": lambda: moving(store.uploads),
                  "rename": lambda: appeared(store),
                  "download": lambda: moving(store.downloads), "receiver": lambda: moving(store.downloads)}
    condition = conditions[step]()
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        found = condition()
        if found:
            who = found if step in ("sender", "receiver") else "hub"
            kill_and_start(province, watch, who)
            note(f"killed {who} at {step}")
            return True
        time.sleep(0.005)
    note(f"nothing was at {step}")
    return False


def leftovers(province, store, documents):
    """What should not be there once all has arrived."""
    found = []
    names = sorted(path.name.split(".")[0] for path in store.copies())
    if names != sorted({document["sha256"] for document in documents}):
        found.append(f"the store holds {len(names)} copies of {len(set(names))} contents, not one of each document")
    found += [f"left: {path}" for path in store.folder.glob("uploads/*/*")]
    for pattern in ("sending/*", "refused/*", "journal/spool/*", "journal/incoming/*", "outbox/*", "outbox/.*.part"):
        found += [f"left: {path}" for path in province.folder.glob(f"agency/*/{pattern}")]
    return found


def exchange(options, agencies, plan, kills):
    """`plan`: (sender, receivers, octets, priority). With every kill goes the document of the plan at its place."""
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-large-"))
    province = Province(folder, options.binaries, {code: "" for code in agencies})
    watch, store = Watch(province), Store(province)
    began = time.monotonic()
    try:
        province.start()
        wait_for("the hub to be ready", province.is_ready, 60)
        documents, missed = [], 0
        steps = list(kills)
        for number, (sender, receivers, size, priority) in enumerate(plan, 1):
            documents.append(write_large(province, sender, receivers, number, size, priority))
            if not options.full:
                drop(province, documents[-1:])
                missed += bool(steps) and not kill_at(province, watch, store, steps.pop(0), 30)
        (folder / "sent.json").write_text(json.dumps({"documents": documents}))
        if options.full:
            os.sync()
            began = time.monotonic()
            drop(province, documents)
        note(f"{len(documents)} packets dropped")
        for step in steps:
            missed += not kill_at(province, watch, store, step, 120)
            time.sleep(options.randomness.uniform(0.5, 2))

        def has_arrived():
            watch.look()
            receipts = {code: checker.events_of(province.box(code, ".")) for code in agencies}
            whats = [event["what"] for events in receipts.values() for mine in events.values() for event in mine]
            return whats.count("retrieved") >= sum(len(document["receivers"]) for document in documents)

        give_up_s = 120 + sum(document["bytes"] for document in documents) // (4 * MB)
        deadline = time.monotonic() + give_up_s
        while not has_arrived() and time.monotonic() < deadline:
            time.sleep(0.5)
        seconds = time.monotonic() - began
        # What a killed hub left in its store goes at the next start.
        watch.look()
        province.kill("hub", signal.SIGTERM)
        province.start_hub()
        deadline = time.monotonic() + 20
        while leftovers(province, store, documents) and time.monotonic() < deadline:
            time.sleep(0.2)
        found, _ = checker.check(folder)
        found += leftovers(province, store, documents)
        watch.look()
        found += [f"{name}: {peak:.0f} MB resident" for name, peak in watch.peaks.items() if peak > RESIDENT_MB_MAX]
        if missed:
            found.append(f"{missed} kills found nothing to interrupt")
        for line in found[:40]:
            print(line)
        print(json.dumps({"packets": len(documents), "bytes": sum(document["bytes"] for document in documents),
                          "kills": len(kills) - missed, "seconds": round(seconds, 1),
                          "peak_mb": {name: round(peak, 1) for name, peak in sorted(watch.peaks.items())},
                          "violations": len(found)}))
        return 1 if found else 0
    finally:
        province.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def short_test(options):
    a, b, c, d = agencies = ["H43", "H43.01", "H43.02", "000.00.31.H43"]
    plan = [(a, [b, c], 200 * MB, 0), (b, [c], 200 * MB, 0), (c, [d], 20 * MB, 1), (a, [d], 200 * MB, 0),
            (d, [a, b, c], 20 * MB, 3), (b, [a], 200 * MB, 0), (c, [a, b], 20 * MB, 0), (d, [c, d], 20 * MB, 0)]
    return exchange(options, agencies, plan, ["upload", "sender", "rename", "download", "rename", "receiver", "rename"])


def full_test(options):
    agencies = [f"H43.{n:02d}" for n in range(1, 9)]
    plan = [(agencies[n % 8], [agencies[(n + 1 + n // 8) % 8]], GB, 0) for n in range(16)]
    return exchange(options, agencies, plan, ["upload", "sender", "rename", "sender", "upload", "download", "receiver",
                                              "rename", "receiver", "download"])


# ---- The measurements


def written(pid):
    for line in pathlib.Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split()[1])
    return 0


def tree_of(pid):
    """A process and all that it started."""
    pids = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            pids += tree_of(int(child))
    return pids


def receivers_measured(options):
    """The same twice, in one province: a short packet to all, then one of 20 MB. What the first costs is the receivers',
    what the second costs more is the part's."""
    count = options.count or 300
    agencies = ["H43"] + [f"H43.{n:03d}" for n in range(1, count + 1)]
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-large-"))
    province = Province(folder, options.binaries, {code: "" for code in agencies})
    watch = Watch(province)
    try:
        province.start()
        wait_for("the hub to be ready", province.is_ready, 60)
        # An adapter that polls without its queue goes on when it is there; starting so many takes its time.
        time.sleep(options.settle)
        pids = {"hub": [province.processes["hub"].pid], "broker": tree_of(int((folder / "node" / "pid").read_text()))}
        rounds = []
        for number, size in ((1, 3000), (2, 20 * MB)):
            before, began = written_by(pids), time.monotonic()
            document = write_large(province, "H43", agencies[1:], number, size)
            drop(province, [document])
            wait_for("the receipts", lambda n=number: retrieved(province, "H43") >= n * count, 600)
            seconds = time.monotonic() - began
            time.sleep(3)
            after = written_by(pids)
            for code in agencies[1:]:
                got = [path for path in province.box(code, "inbox").glob("*.edxml")]
                if [checker.digest(path) for path in got] != [document["sha256"]]:
                    raise SystemExit(f"{code}: another digest, or not one packet")
                got[0].unlink()
            rounds.append({name: after[name] - before[name] for name in after} | {"seconds": round(seconds, 1)})
        watch.look()
        short, large = rounds
        octets = sum(path.stat().st_size for path in (folder / "contents").glob("[0-9a-f][0-9a-f]/*"))
        total = large["hub"] + large["broker"]
        print(json.dumps({"receivers": count, "part_bytes": octets, "written_short": short, "written_large": large,
                          "ratio": round(total / octets, 3),
                          "ratio_of_the_part": round((total - short["hub"] - short["broker"]) / octets, 3),
                          "hub_peak_mb": round(watch.peaks["hub"], 1)}))
        return 0 if total <= 1.2 * octets else 1
    finally:
        province.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def written_by(pids):
    os.sync()
    return {name: sum(written(pid) for pid in each) for name, each in pids.items()}


def retrieved(province, code):
    events = checker.events_of(province.box(code, "."))
    return sum(1 for mine in events.values() for event in mine if event["what"] == "retrieved")


def bench(province, count):
    done = subprocess.run(
        [province.bin / "lgsp-bench", "hub", "--folder", province.folder, "--port", str(province.broker_port), "--count",
         str(count), "--bytes", "10240", "--broker-pid", (province.folder / "node" / "pid").read_text().strip(), "--from",
         "H43.01", "--to", "H43.02", "--hub-pid", str(province.processes["hub"].pid)], capture_output=True, text=True,
        check=True)
    return json.loads(done.stdout)


def throughput_measured(options):
    """Alone, beside, alone, beside …: each pair in one run of the hub. The figure is how much is left beside."""
    senders = ["H43.11", "H43.12", "H43.13", "H43.14"]
    agencies = ["H43.01", "H43.02", "H43.20", *senders]
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-large-"))
    province = Province(folder, options.binaries, {code: "" for code in agencies})
    store = Store(province)
    try:
        province.start_broker()
        province.write_settings()
        province.start_hub()
        wait_for("the hub to be ready", province.is_ready, 60)
        for code in senders:
            province.start_adapter(code)
        bench(province, 5000)
        pairs = []
        for run in range(options.runs):
            alone = bench(province, options.count or 6000)
            documents = [write_large(province, code, ["H43.20"], 100 * run + n + 1, GB)
                         for n, code in enumerate(senders)]
            os.sync()
            drop(province, documents)
            wait_for("four uploads", lambda: len(store.uploads()) == len(senders), 120)
            begun = sum(store.uploads().values())
            beside = bench(province, options.count or 6000)
            held = store.uploads()
            pairs.append((alone["per_s"], beside["per_s"], len(held), sum(held.values()) - begun))
            note(f"alone {alone['per_s']:.0f}/s, beside {beside['per_s']:.0f}/s, ratio "
                 f"{beside['per_s'] / alone['per_s']:.2f}, {len(held)} uploads still under way")
            wait_for("the uploads", lambda: len(store.copies()) == len(senders) * (run + 1), 300)
        print(json.dumps({"pairs": [{"alone_per_s": round(a), "beside_per_s": round(b), "ratio": round(b / a, 3),
                                     "uploads_at_the_end": n, "bytes_moved": m} for a, b, n, m in pairs]}))
        return 0
    finally:
        province.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def resident(pid, what):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0


def taken_kib(folder):
    """What a folder really takes on the disk."""
    return sum(path.stat().st_blocks for path in folder.rglob("*") if path.is_file()) // 2


def many_measured(options):
    """From the start of the process to ready, while everything is kept; then a start with a setting by which all has
    had its time. The very first start declares the queues of 300 agencies and counts apart."""
    count = options.count or 100000
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-large-"))
    province = Province(folder, options.binaries, {f"H43.{n}": "" for n in range(300)})
    store = Store(province)
    try:
        province.start_broker()
        province.write_settings()
        subprocess.run([province.bin / "fill-contents", folder / "ledger", store.folder, "--count", str(count)], check=True)
        starts = []
        for _ in range(4):
            began = time.monotonic()
            province.start_hub()
            wait_for("the hub to be ready", province.is_ready, 60)
            starts.append(round(time.monotonic() - began, 3))
            time.sleep(5)
            kept_mb = resident(province.processes["hub"].pid, "VmHWM")
            province.kill("hub", signal.SIGTERM)
        if len(store.copies()) != count:
            raise SystemExit("contents that are kept were removed")
        note(f"ready after {starts} s, resident at most {kept_mb} MB")
        before = {name: taken_kib(folder / name) for name in ("contents", "ledger/segments")}
        province.write_settings(more='[retention]\ndocuments = "1s"\nunnamed = "1s"\n')
        began = time.monotonic()
        province.start_hub()

        def is_empty():
            time.sleep(2)
            return not any(next(os.scandir(path), None) for path in store.folder.glob("[0-9a-f][0-9a-f]"))

        # A page a second, first of envelopes, then of contents.
        wait_for("the contents to go", is_empty, 60 + count // 50)
        pid = province.processes["hub"].pid
        first, *starts = starts
        print(json.dumps({"contents": count, "first_ready_s": first, "ready_s": starts, "resident_kept_mb": kept_mb,
                          "retention_s": round(time.monotonic() - began, 1), "resident_after_mb": resident(pid, "VmRSS"),
                          "peak_mb": resident(pid, "VmHWM"), "kib_before": before,
                          "kib_after": {name: taken_kib(folder / name) for name in before}}))
        return 0 if max(starts) < 2 and resident(pid, "VmHWM") < RESIDENT_MB_MAX else 1
    finally:
        province.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def timed(command):
    """Octets a second of one run over GB octets."""
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    return GB / (time.monotonic() - began)


def tls_speed():
    """What one core enciphers a second, in records as TLS has them."""
    done = subprocess.run(["openssl", "speed", "-mr", "-seconds", "2", "-bytes", "16384", "-evp", "aes-256-gcm"],
                          capture_output=True, text=True, check=True)
    return float(done.stdout.strip().splitlines()[-1].split(":")[-1])


def stream_measured(options):
    """curl puts a content and fetches it again. Beside it, in the same run: the cipher alone, and the disk alone."""
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-large-"))
    province = Province(folder, options.binaries, {"H43.01": ""})
    try:
        province.start_broker()
        province.write_settings()
        province.start_hub()
        wait_for("the hub to be ready", province.is_ready, 60)
        part, back = folder / "part", folder / "back"
        curl = ["curl", "-sSf", "--cacert", folder / "pki" / "ca.pem", "--cert", folder / "pki" / "H43.01.pem", "--key",
                folder / "pki" / "H43.01.key"]
        runs = []
        for _ in range(options.runs):
            with open(part, "wb") as file:
                file.write(os.urandom(16) + os.urandom(MB) * (GB // MB))
                file.truncate(GB)
            disk = timed(["dd", f"if={part}", f"of={back}", "bs=1M", "conv=fsync", "status=none"])
            url = f"https://127.0.0.1:{province.contents_port}/v1/contents/{checker.digest(part)}"
            put = timed([*curl, "-X", "PATCH", "-T", part, "-H", "Upload-Offset: 0", "-H", f"Upload-Length: {GB}",
                         "-H", "Upload-Complete: ?1", url])
            got = timed([*curl, "-o", back, url])
            if checker.digest(back) != checker.digest(part):
                raise SystemExit("another digest came back")
            tls = tls_speed()
            allowed = min(tls, disk)
            runs.append({"tls_mb_s": round(tls / MB), "disk_mb_s": round(disk / MB), "put_mb_s": round(put / MB),
                         "get_mb_s": round(got / MB), "put_ratio": round(put / allowed, 2), "get_ratio": round(got / allowed, 2)})
            note(json.dumps(runs[-1]))
        print(json.dumps({"runs": runs}))
        return 0
    finally:
        province.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries")
    for mode in ("full", "receivers", "throughput", "stream", "many"):
        parser.add_argument(f"--{mode}", action="store_true")
    parser.add_argument("--count", type=int)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--settle", type=int, default=30, help="seconds for all adapters to get connected")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randint(1, 10**9))
    parser.add_argument("--keep")
    options = parser.parse_args()
    options.randomness = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    if options.receivers:
        return receivers_measured(options)
    if options.throughput:
        return throughput_measured(options)
    if options.stream:
        return stream_measured(options)
    if options.many:
        return many_measured(options)
    return full_test(options) if options.full else short_test(options)


if __name__ == "__main__":
    sys.exit(main())
