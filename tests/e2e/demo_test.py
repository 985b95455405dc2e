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


def interrupted(folder, after):
    """Whatever it was doing after so long: it says that it stops, and leaves nothing that the next start stumbles over."""
    process = subprocess.Popen([sys.executable, "-B", DEMO, sys.argv[1], folder, "--once"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=120)[1]
    return f"ended with a trace after {after} s:\n{said}" if "Traceback" in said and "province.py" in said else None


def main():
    with tempfile.TemporaryDirectory(prefix="lgsp-demo-") as folder:
        for after in (0.12, 0.25, 0.5, 1):
            if wrong := interrupted(folder, after):
                print(wrong)
                return 1
        for start in ("first", "second"):
            done = subprocess.run([sys.executable, "-B", DEMO, sys.argv[1], folder, "--once"])
            if done.returncode != 0:
                print(f"the {start} start ended with {done.returncode}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
