#!/usr/bin/env python3
"""The exchange of deploy/demo.sh: demo.py BINARIES FOLDER [--once]"""

import json
import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from province import ROOT, Province, wait_for

SAMPLES = ROOT / "tests" / "edxml" / "samples"
GOVERNMENT, NGHE_AN, CAO_BANG, JUSTICE = "000.00.00.G22", "000.00.00.H41", "000.00.00.H14", "000.00.00.G17"
AGENCIES = {GOVERNMENT: "", NGHE_AN: "", CAO_BANG: "", JUSTICE: ""}
# Who answers what; Nghệ An answers with the real status packets instead.
ANSWERS = {CAO_BANG: "01,03,05,06", JUSTICE: "01,02"}
DOCUMENTS = ["edoc_replacement_type3.edxml", "edoc_revocation_type1.edxml"]
STATUSES = ["status_01_inbox.edxml", "status_03_acceptance.edxml", "status_04_assignment.edxml",
            "status_06_finish.edxml"]
FOREIGN = "edoc_new.edxml"
SHOWN = ["accepted", "queued", "retrieved", "01", "02", "03", "04", "05", "06"]
HEADINGS = {"accepted": "nhận/acc.", "queued": "hộp/queued", "retrieved": "lấy/retr."}


def drop(province, sender, sample, run):
    """The file as it is, under a name of this run."""
    name = f"{run}-{pathlib.Path(sample).stem}"
    province.drop(sender, name, (SAMPLES / sample).read_bytes())
    return f"{name}.edxml"


def state_of(province, sender, since):
    """Current states of the documents that this run sent: {envelope: state}."""
    states = {}
    for path in province.box(sender, "receipts").glob("*.json"):
        if path.stat().st_mtime >= since:
            state = json.loads(path.read_text())
            # The foreign packet is refused, as it should be: nothing more is expected of it.
            if state.get("number") and state.get("hub") != "refused":
                states[path.stem] = state
    return states


def table(states):
    rows = [["văn bản / document", "bên nhận / receiver"] + [HEADINGS.get(s, s) for s in SHOWN]]
    for envelope, state in sorted(states.items()):
        accepted = state.get("accepted_at", "")
        for receiver, known in sorted(state.get("receivers", {}).items()):
            times = dict(known.get("times", {}), accepted=accepted)
            rows.append([f"{state['number']}/{state['notation']} {envelope[-6:]}", receiver]
                        + [times.get(s, "")[11:19] or "·" for s in SHOWN])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in rows)


def expected(states):
    """What is still missing."""
    if len(states) < len(DOCUMENTS):
        return [f"{len(DOCUMENTS) - len(states)} documents"]
    needed = {CAO_BANG: ["01", "03", "05", "06"], JUSTICE: ["01", "02"]}
    missing = []
    for state in states.values():
        if state.get("hub") != "accepted":
            missing.append("accepted")
        for receiver in (NGHE_AN, CAO_BANG, JUSTICE):
            times = state.get("receivers", {}).get(receiver, {}).get("times", {})
            missing += [f"{receiver} {s}" for s in ["queued", "retrieved", *needed.get(receiver, [])] if s not in times]
    # The real statuses name both documents by one DocumentId: they count for the newer one.
    answered = [state["receivers"].get(NGHE_AN, {}).get("times", {}) for state in states.values() if "receivers" in state]
    missing += [f"{NGHE_AN} {s}" for s in ("01", "03", "04", "06") if not any(s in times for times in answered)]
    return missing


def exchange(province, run):
    since = time.time() - 1
    for sample in DOCUMENTS:
        drop(province, GOVERNMENT, sample, run)
    foreign = drop(province, GOVERNMENT, FOREIGN, run)
    arrived = lambda: len([p for p in province.box(NGHE_AN, "inbox").glob("*.edxml") if p.stat().st_mtime >= since]) \
        >= len(DOCUMENTS)
    wait_for("the documents to reach Nghệ An", arrived, 60)
    for sample in STATUSES:
        drop(province, NGHE_AN, sample, run)
    shown = [""]

    def finished():
        states = state_of(province, GOVERNMENT, since)
        missing = expected(states)
        receipts = sum(len(r.get("times", {})) for s in states.values() for r in s.get("receivers", {}).values())
        line = f"  {receipts} biên nhận / receipts, còn thiếu / missing {len(missing)}"
        if line != shown[0]:
            print(line, flush=True)
            shown[0] = line
        return not missing

    try:
        wait_for("every receipt", finished, 90)
        is_complete = True
    except SystemExit as gave_up:
        print(gave_up, expected(state_of(province, GOVERNMENT, since)))
        is_complete = False
    reason = province.box(GOVERNMENT, "refused") / f"{foreign}.reason.json"
    wait_for("the refusal of a foreign packet", reason.exists, 60)
    refusal = json.loads(reason.read_text())
    print("\n" + table(state_of(province, GOVERNMENT, since)))
    print(f"\n{foreign}: {refusal['code']} ({refusal['field']})\n  {refusal['title_vi']} / {refusal['title_en']}\n"
          f"  {refusal['remedy_vi']}\n  {refusal['remedy_en']}")
    return is_complete


def main():
    binaries, folder = sys.argv[1], pathlib.Path(sys.argv[2]).absolute()
    is_once = "--once" in sys.argv[3:]
    began = time.monotonic()
    for way_to_end in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(way_to_end, lambda *_: sys.exit(143))
    province = Province(folder, binaries, AGENCIES, ANSWERS, province_codes=("H43", "000.00.00.H43"))
    try:
        print(f"khởi động / starting: RabbitMQ, lgsp-hub, 4 × lgsp-folder  ({folder})", flush=True)
        province.start()
        wait_for("the hub to be ready", province.is_ready, 60)
        is_complete = exchange(province, time.strftime("%H%M%S"))
        print(f"\n{'đủ / complete' if is_complete else 'THIẾU / INCOMPLETE'}: {time.monotonic() - began:.1f} s")
        if is_once:
            return 0 if is_complete else 1
        print(f"\nThử tiếp / go on:  {os.path.relpath(binaries)}/lgsp --url http://127.0.0.1:{province.http_port} find 7816"
              f"\nThả tệp / drop files:  {province.box(GOVERNMENT, 'outbox')}\nCtrl-C dừng tất cả / stops everything.",
              flush=True)
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        print("\nđang dừng / stopping …")
        return 0
    finally:
        province.stop()


if __name__ == "__main__":
    sys.exit(main())
