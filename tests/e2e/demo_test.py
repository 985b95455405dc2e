#!/usr/bin/env python3
"""The exchange of deploy/demo.sh is complete, the first time and again on the data of the first, which was begun by starts
that Ctrl-C ended early: demo_test.py BIN"""

import pathlib
import signal
import subprocess
import sys
import tempfile
import time

DEMO = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo" / "demo.py"
sys.path.insert(0, str(DEMO.parent))
from demo import table

UNDER_WAY = ("pki", "broker", "node/pid")


def is_of_vietnam():
    """The table's times, which receipts have in UTC."""
    times = {"queued": "2026-11-28T17:00:01.5Z"}
    state = {"number": "1", "notation": "A", "accepted_at": "2026-11-28T16:59:59Z", "note": " (of note)"}
    shown = table({"E1": {**state, "receivers": {"H43": {"times": times}}}})
    return "+07:00" in shown and "1/A E1 (of note)" in shown and shown.split()[-10:] == ["23:59:59", "00:00:01"] + ["·"] * 8


def interrupted(folder, name):
    """Ends a start as Ctrl-C does, as soon as it is at what `name` becomes, which is half done at best. What it leaves
    must not trouble the next start. False: it ended before."""
    process = subprocess.Popen([sys.executable, "-B", DEMO, sys.argv[1], folder, "--once"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    while not any((pathlib.Path(folder) / sign).exists() for sign in (f"{name}.half", name)):
        if process.poll() is not None:
            return False
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=120)
    return True


def main():
    if not is_of_vietnam():
        print("the table's times are not Vietnam's")
        return 1
    with tempfile.TemporaryDirectory(prefix="lgsp-demo-") as folder:
        for name in UNDER_WAY:
            if not interrupted(folder, name):
                print(f"a start ended before it had begun {name}")
                return 1
        for start in ("first", "second"):
            done = subprocess.run([sys.executable, "-B", DEMO, sys.argv[1], folder, "--once"])
            if done.returncode != 0:
                print(f"the {start} start ended with {done.returncode}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
