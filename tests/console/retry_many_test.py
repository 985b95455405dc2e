#!/usr/bin/env python3
"""Fix one cause, retry all that it broke, in a real browser: retry_many_test.py BINARIES FOLDER

A ledger of 300,000 documents, of which 100,000 failed for one cause and as many for another, behind a real broker. Checks
that three clicks retry the first and nothing else, and that the browser's memory stays flat; prints the figures."""

import pathlib
import sqlite3
import subprocess
import sys
import tempfile

from console_test import SKIPPED, one_time_code, tools

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "deploy" / "demo"))
from province import Province, wait_for

DOCUMENTS, FAILED = 300_000, 100_000
AGENCIES = {f"H43.{number}": "" for number in range(1, 301)}


def retried(folder):
    """Delivery numbers that were tried again."""
    ledger = sqlite3.connect(f"file:{folder}/ledger.sqlite?mode=ro", uri=True)
    try:
        return {row[0] for row in ledger.execute("SELECT seq FROM deliveries WHERE attempt > 1")}
    finally:
        ledger.close()


def main(binaries, folder):
    driver, why = tools(pathlib.Path(folder).resolve())
    if not driver:
        print(f"skipped: {why}")
        return SKIPPED
    with tempfile.TemporaryDirectory() as temporary:
        province = Province(temporary, binaries, AGENCIES)
        try:
            province.start_broker()
            province.write_settings()
            subprocess.run([province.bin / "operations-bench", province.folder / "ledger", "--measured", "0", "--documents",
                            str(DOCUMENTS), "--failed", str(FAILED)], check=True)
            province.start_hub()
            wait_for("the hub to be ready", province.is_ready, 60)
            url = f"http://127.0.0.1:{province.http_port}"
            command = ["node", "retry_many.mjs", url, one_time_code(province), str(FAILED)]
            done = subprocess.run(command, cwd=driver, timeout=1200).returncode
            again = retried(province.folder / "ledger")
        finally:
            province.stop()
    step = DOCUMENTS // FAILED
    outside = again - set(range(1, DOCUMENTS + 1, step))
    print(f"retried {len(again)}, outside the filter {len(outside)}")
    return 0 if done == 0 and len(again) == FAILED and not outside else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
