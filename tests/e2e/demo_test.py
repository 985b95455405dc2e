#!/usr/bin/env python3
"""The exchange of deploy/demo.sh is complete, the first time and again on the data of the first: demo_test.py BIN"""

import pathlib
import subprocess
import sys
import tempfile

DEMO = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo" / "demo.py"


def main():
    with tempfile.TemporaryDirectory(prefix="lgsp-demo-") as folder:
        for start in ("first", "second"):
            done = subprocess.run([sys.executable, "-B", DEMO, sys.argv[1], folder, "--once"])
            if done.returncode != 0:
                print(f"the {start} start ended with {done.returncode}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
