#!/usr/bin/env python3
"""Packets over the size of an envelope to an agency without HTTPS, through the real programs: attached.py BINARIES

One agency has `inline_mib` and an adapter without [contents], the other has neither: the first gets a packet with the
message, the second from the store. What is over the limit stays by reference.
"""

import argparse
import json
import pathlib
import re
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import checker
from large_parts import MB, Watch, drop, write_large
from province import Province, wait_for

SENDER, STORE, PLAIN = "H43", "H43.01", "H43.02"
LIMIT_MIB = 8


def packets(province, code):
    return {checker.digest(path) for path in province.box(code, "inbox").glob("*.edxml")}


def waiting(province, code):
    files = province.folder.glob(f"agency/{code}/journal/incoming/*")
    return sum(1 for file in files if not file.name.endswith("~receivers"))


def send(province, number, size, receivers):
    document = write_large(province, SENDER, receivers, number, size)
    drop(province, [document])
    return document["sha256"]


def without_contents(province, code):
    file = province.folder / f"{code}.toml"
    file.write_text(re.sub(r"\[contents\][^\[]*", "", file.read_text()))
    if "contents" in file.read_text():
        raise SystemExit("the adapter would still know the store")


def logged(province, event):
    return (province.folder / "hub.log").read_text().count(event)


def conversation(province, watch):
    province.start_broker()
    province.write_settings()
    without_contents(province, PLAIN)
    province.start_hub()
    wait_for("the hub to be ready", province.is_ready, 60)
    for code in province.agencies:
        province.start_adapter(code)

    both = send(province, 1, 3 * MB, [STORE, PLAIN])
    wait_for("the packet at both", lambda: all(packets(province, code) == {both} for code in (STORE, PLAIN)), 60)

    too_large = send(province, 2, 12 * MB, [STORE, PLAIN])
    wait_for("the large one from the store", lambda: too_large in packets(province, STORE), 60)
    wait_for("the large one by reference", lambda: waiting(province, PLAIN) == 1, 60)

    # Many at once: one after the other in the hub's memory, and all of them arrive. The adapter is not there yet,
    # so that all of them wait in the broker, and is killed in the middle.
    watch.look()
    province.kill(f"folder-{PLAIN}")
    many = {send(province, 100 + n, 7 * MB, [PLAIN]) for n in range(20)}
    wait_for("all of them accepted", lambda: len(list(province.box(SENDER, "sent").glob("*.edxml"))) == 22, 300)
    watch.look()
    province.start_adapter(PLAIN)
    wait_for("the first of them", lambda: len(packets(province, PLAIN)) > 3, 60)
    watch.look()
    province.kill(f"folder-{PLAIN}")
    province.start_adapter(PLAIN)
    wait_for("all of them", lambda: packets(province, PLAIN) == many | {both}, 300)
    if logged(province, "PART_NOT_ATTACHED"):
        raise SystemExit("something was not attached")

    # The copy goes between the sender's putting it and the hub's publishing it: the broker is not there.
    province.kill_broker()
    lost = send(province, 3, 3 * MB, [PLAIN])
    copies = lambda: list((province.folder / "contents").glob(f"[0-9a-f][0-9a-f]/{lost}.*"))
    wait_for("the copy in the store", copies, 60)
    for copy in copies():
        copy.unlink()
    province.start_broker()
    wait_for("the event", lambda: logged(province, "PART_NOT_ATTACHED") == 1, 300)
    wait_for("it by reference", lambda: waiting(province, PLAIN) == 2, 60)
    if logged(province, "CONTENT_DAMAGED") != 1:
        raise SystemExit("the damage is not on record")
    found = [str(path) for path in province.folder.glob(f"agency/{PLAIN}/journal/spool/*")]
    if found:
        raise SystemExit(f"left: {found}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--keep")
    options = parser.parse_args()
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-attached-"))
    province = Province(folder, options.binaries, {SENDER: "", STORE: "", PLAIN: f"inline_mib = {LIMIT_MIB}"})
    watch = Watch(province)
    began = time.monotonic()
    try:
        conversation(province, watch)
        watch.look()
        print(json.dumps({"seconds": round(time.monotonic() - began, 1),
                          "peak_mb": {name: round(peak, 1) for name, peak in sorted(watch.peaks.items())}}))
        # One message, what the machine keeps for the next, and the process itself.
        return 0 if max(watch.peaks.values()) < 128 else 1
    finally:
        province.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
