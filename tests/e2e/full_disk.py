#!/usr/bin/env python3
"""A disk without room: the intake stops and says so, nothing is lost, and all goes on by itself once there is room.

  full_disk.py BINARIES

What the hub keeps free for itself is set so high that a file of 2 GiB fills the disk: nothing else notices.
"""

import json
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from province import Province, packet, wait_for

MIB = 1024 * 1024
LARGE = 3 * MIB                                # Goes through the content store.


def free(folder):
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize


def arrived(province, code, count):
    inbox = province.box(code, "inbox")
    return inbox.exists() and len(list(inbox.glob("*.edxml"))) >= count


def send(province, numbers, padding=0):
    for number in numbers:
        province.drop("H43.01", f"vb-{number}", packet("H43.01", ["H43.02"], number, padding=padding))


def seen_full(province):
    status = province.ask("status", check=False)
    return status if status.get("ledger", {}).get("state") == "full" else None


def run(province, filler):
    province.start_broker()
    province.write_settings(disk_reserve_mib=free(province.folder) // MIB - 1024)
    province.start_hub()
    for code in province.agencies:
        province.start_adapter(code)
    wait_for("the hub", province.is_ready, 120)
    send(province, ["1"])
    send(province, ["2"], LARGE)
    wait_for("two packets before", lambda: arrived(province, "H43.02", 2), 120)

    with open(filler, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 2048 * MIB)
    full = wait_for("the hub to see the full disk", lambda: seen_full(province), 60)
    assert full["state"] == "degraded" and full["contents"]["state"] == "full", full
    send(province, ["3", "4"])
    send(province, ["5"], LARGE)
    wait_for("the hub to say so", lambda: "LEDGER_FULL" in (province.folder / "hub.log").read_text(), 60)
    assert not arrived(province, "H43.02", 3)
    # The adapters must not give up what they could not hand over.
    assert not list(province.box("H43.01", "refused").glob("*.edxml"))
    # A hub that is killed meanwhile comes back into the same state.
    province.kill("hub")
    province.start_hub()
    wait_for("the hub to see the full disk again", lambda: seen_full(province), 60)

    filler.unlink()
    wait_for("all packets once there is room", lambda: arrived(province, "H43.02", 5), 180)
    wait_for("the hub to be ready", province.is_ready, 60)
    inbox = list(province.box("H43.02", "inbox").glob("*.edxml"))
    assert len(inbox) == 5, inbox


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lgsp-full-"))
    filler = folder / "filler"
    province = Province(folder, sys.argv[1], {"H43.01": "", "H43.02": ""})
    try:
        run(province, filler)
        print(json.dumps({"state": "ok"}))
    finally:
        filler.unlink(missing_ok=True)
        province.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
