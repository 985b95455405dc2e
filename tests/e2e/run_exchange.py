#!/usr/bin/env python3
"""Documents from five agencies while the hub and the broker are killed again and again; then the checker.

  run_exchange.py BINARIES [--documents N] [--hub-kills N] [--broker-kills N] [--wipes N] [--tls]
                          [--seed S] [--keep DIR]

With --tls all of them reach the broker over amqps.
"""

import argparse
import hashlib
import json
import pathlib
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import checker
from province import Province, packet, wait_for

AGENCIES = {"H43": "", "H43.01": "", "H43.02": "", "000.00.31.H43": "", "H43.05": ""}
ANSWERS = {"H43.01": "01,03,05,06", "H43.02": "01,02", "H43.05": "01,03"}


def drop_documents(province, count, randomness):
    documents = []
    for n in range(count):
        sender = randomness.choice(list(AGENCIES))
        receivers = randomness.sample(list(AGENCIES), randomness.randint(1, 5))
        name = f"vb-{n:05d}"
        octets = packet(sender, receivers, str(n + 1), priority=randomness.choice([0, 0, 0, 1, 3]),
                        padding=randomness.choice([200, 2000, 20000]))
        province.drop(sender, name, octets)
        documents.append({"file": f"{name}.edxml", "sender": sender, "receivers": receivers, "number": str(n + 1),
                          "sha256": hashlib.sha256(octets).hexdigest()})
    return documents


def count_events(province):
    return sum(1 for code in AGENCIES for _ in province.box(code, "receipts").glob("*/*.json"))


def is_finished(province, sent):
    """Cheap test first: the checker reads every file."""
    for document in sent["documents"]:
        if not (province.box(document["sender"], "sent") / document["file"]).exists():
            return False
    found, _ = checker.check(province.folder)
    return not found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--hub-kills", type=int, default=20)
    parser.add_argument("--broker-kills", type=int, default=2)
    parser.add_argument("--wipes", type=int, default=0)
    parser.add_argument("--adapter-kills", type=int, default=5)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randint(1, 10**9))
    parser.add_argument("--keep")
    options = parser.parse_args()
    randomness = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-e2e-"))
    province = Province(folder, options.binaries, AGENCIES, ANSWERS, over_tls=options.tls)
    try:
        province.start()
        wait_for("the hub to be ready", province.is_ready, 60)
        sent = {"statuses": {code: answers.split(",") for code, answers in ANSWERS.items()},
                "documents": drop_documents(province, options.documents, randomness)}
        (folder / "sent.json").write_text(json.dumps(sent))
        acts = (["hub"] * options.hub_kills + ["broker"] * options.broker_kills + ["wipe"] * options.wipes
                + ["adapter"] * options.adapter_kills)
        randomness.shuffle(acts)
        for act in acts:
            time.sleep(randomness.uniform(0.1, 1.2))
            if act == "hub":
                province.kill("hub")
                province.start_hub()
            elif act == "adapter":
                code = randomness.choice(list(AGENCIES))
                province.kill(f"folder-{code}")
                province.start_adapter(code)
            else:
                (province.kill_broker if act == "broker" else province.wipe_broker)()
                province.start_broker()
            print(f"killed {act}, {count_events(province)} receipts", flush=True)
        last = [-1, time.monotonic()]

        def quiet():
            """Finished, or nothing has moved for a long while: then the checker says what is missing."""
            time.sleep(1)
            count = count_events(province)
            if count != last[0]:
                last[:] = [count, time.monotonic()]
                return False
            return is_finished(province, sent) or time.monotonic() - last[1] > 60

        wait_for("the exchange to come to rest", quiet, 600)
        time.sleep(2)  # What would come twice gets the chance to.
        found, statuses = checker.check(folder)
        for line in found[:40]:
            print(line)
        print(f"{options.documents} documents, {statuses} statuses, {count_events(province)} receipts, "
              f"{len(found)} violations")
        return 1 if found else 0
    finally:
        province.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
