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


def interrupted(folder, sign):
    """Ends a start as Ctrl-C does, as soon as `sign` is in the folder. What it leaves must not trouble the next start."""
    process = subprocess.Popen([sys.executable, "-B", DEMO, sys.argv[1], folder, "--once"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    while process.poll() is None and not (pathlib.Path(folder) / sign).exists():
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=120)


def main():
    with tempfile.TemporaryDirectory(prefix="lgsp-demo-") as folder:
        for sign in ("pki.half", "broker.half", "node/pid"):
            interrupted(folder, sign)
        for start in ("first", "second"):
            done = subprocess.run([sys.executable, "-B", DEMO, sys.argv[1], folder, "--once"])
            if done.returncode != 0:
                print(f"the {start} start ended with {done.returncode}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
