#!/usr/bin/env python3
"""The exchange of deploy/demo.sh: demo.py BINARIES FOLDER [--once]"""

import datetime
import json
import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from axis import NODE, OFFICE, Axis, Office, down_since, start_connector
from province import ROOT, Province, packet, wait_for

SAMPLES = ROOT / "tests" / "edxml" / "samples"
GOVERNMENT, NGHE_AN, CAO_BANG, JUSTICE = "000.00.00.G22", "000.00.00.H41", "000.00.00.H14", "000.00.00.G17"
AGENCIES = {GOVERNMENT: "", NGHE_AN: "", CAO_BANG: "", JUSTICE: "", NODE: "axis = true"}
# Who answers what; Nghệ An answers with the real status packets instead.
ANSWERS = {CAO_BANG: "01,03,05,06", JUSTICE: "01,02"}
DOCUMENTS = ["edoc_replacement_type3.edxml", "edoc_revocation_type1.edxml"]
STATUSES = ["status_01_inbox.edxml", "status_03_acceptance.edxml", "status_04_assignment.edxml",
            "status_06_finish.edxml"]
FOREIGN = "edoc_new.edxml"
SHOWN = ["accepted", "queued", "retrieved", "01", "02", "03", "04", "05", "06", "15"]
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
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


def states_from_outside(province, number):
    """Of a document that the axis has brought, one envelope for each receiver: nobody here gets its receipts, so they are
    as the hub knows them."""
    states = {}
    for found in province.ask("find", number)["documents"]:
        if found["kind"] != "document":
            continue
        story = province.ask("show", found["id"])
        receivers = {}
        for entry in story["entries"]:
            if entry["receiver"]:
                receivers.setdefault(entry["receiver"], {"times": {}})["times"].setdefault(entry["event"], entry["at"])
        states[story["id"]] = {"number": story["number"], "notation": story["notation"],
                               "accepted_at": story["accepted_at"], "receivers": receivers, "note": f" ← {OFFICE}"}
    return states


def time_of_day(at):
    return datetime.datetime.fromisoformat(at).astimezone(VIETNAM).strftime("%H:%M:%S") if at else "·"


def table(states):
    rows = [["văn bản / document", "bên nhận / receiver"] + [HEADINGS.get(s, s) for s in SHOWN]]
    for envelope, state in sorted(states.items()):
        accepted = state.get("accepted_at", "")
        for receiver, known in sorted(state.get("receivers", {}).items()):
            times = dict(known.get("times", {}), accepted=accepted)
            rows.append([f"{state['number']}/{state['notation']} {envelope[-6:]}{state.get('note', '')}", receiver]
                        + [time_of_day(times.get(s)) for s in SHOWN])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in rows]
    return "\n".join(["giờ Việt Nam / Vietnam's time (+07:00)", *lines])


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
    print_refusal(province, foreign)
    return is_complete


def print_refusal(province, foreign):
    reason = province.box(GOVERNMENT, "refused") / f"{foreign}.reason.json"
    wait_for("the refusal of a foreign packet", reason.exists, 60)
    refusal = json.loads(reason.read_text())
    print(f"\n{foreign}: {refusal['code']} ({refusal['field']})\n  {refusal['title_vi']} / {refusal['title_en']}\n"
          f"  {refusal['remedy_vi']}\n  {refusal['remedy_en']}\n")


def times_at_office(province, number):
    """What the receipts of this document say about the office outside: {station: time}."""
    for state in state_of(province, GOVERNMENT, 0).values():
        if state["number"] == number:
            return state.get("receivers", {}).get(OFFICE, {}).get("times", {})
    return {}


def exchange_with_axis(province, axis, office, run):
    """One document out and its recall, one in, and one through an outage. The numbers of the last two."""
    first, incoming, late = f"{run}1", f"{run}2", f"{run}3"
    has = lambda number, *stations: lambda: set(stations) <= set(times_at_office(province, number))
    number_in = lambda path, number: f">{number}<".encode() in path.read_bytes()

    def say(what):
        print(f"  {what}", flush=True)

    province.drop(GOVERNMENT, first, packet(GOVERNMENT, [NGHE_AN, OFFICE], first))
    wait_for("the office outside to take the document in", has(first, "retrieved", "01", "03"), 60)
    say(f"{first} → trục quốc gia / national axis → {OFFICE}: 01, 03")
    office.send([NGHE_AN, CAO_BANG], incoming)
    wait_for("the office's document to arrive", lambda: any(
        number_in(path, incoming) for path in province.box(NGHE_AN, "inbox").glob("*.edxml")), 60)
    wait_for("Cao Bằng's statuses to reach the office", lambda: "06" in office.statuses, 60)
    say(f"{OFFICE} → trục / axis → {NGHE_AN}, {CAO_BANG}: {incoming}, " + ", ".join(office.statuses))
    wait_for("the hub to find the document", lambda: province.ask("find", first, check=False), 30)
    province.ask("recall", f"{first}/UBND-VX", "--reason", "Sai thẩm quyền", "--to", OFFICE,
                 "--outbox", str(province.box(GOVERNMENT, "outbox")))
    wait_for("the office to agree to the recall", has(first, "15"), 60)
    say(f"thu hồi / recall {first}: {OFFICE} 15")
    axis.go_away()
    province.drop(GOVERNMENT, late, packet(GOVERNMENT, [OFFICE], late))
    wait_for("the connector to notice the outage", lambda: down_since(province), 60)
    wait_for("the document to wait at the connector", has(late, "queued"), 60)
    say(f"trục gián đoạn / axis away: {late} đang chờ / waits")
    axis.come_back()
    wait_for("the document to go out after the outage", has(late, "retrieved", "01", "03"), 90)
    say(f"trục hoạt động lại / axis back: {late} → {OFFICE}: 01, 03")
    return incoming, late


def main():
    binaries, folder = sys.argv[1], pathlib.Path(sys.argv[2]).absolute()
    is_once = "--once" in sys.argv[3:]
    began = time.monotonic()
    for way_to_end in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(way_to_end, lambda *_: sys.exit(143))
    province = axis = office = None
    try:
        province = Province(folder, binaries, AGENCIES, ANSWERS, province_codes=("H43", "000.00.00.H43"))
        print(f"khởi động / starting: RabbitMQ, lgsp-hub, 4 × lgsp-folder, lgsp-axis, lgsp-axis-sim  ({folder})",
              flush=True)
        province.start()
        axis = Axis(province)
        start_connector(province, axis)
        office = Office(axis)
        office.start()
        wait_for("the hub to be ready", province.is_ready, 60)
        run, since = time.strftime("%H%M%S"), time.time() - 1
        is_complete = exchange(province, run)
        incoming, late = exchange_with_axis(province, axis, office, run)
        states = {**state_of(province, GOVERNMENT, since), **states_from_outside(province, incoming)}
        for state in states.values():
            if state["number"] == late:
                state["note"] = " (gián đoạn/outage)"
        print("\n" + table(states))
        print(f"\n{'đủ / complete' if is_complete else 'THIẾU / INCOMPLETE'}: {time.monotonic() - began:.1f} s")
        if is_once:
            return 0 if is_complete else 1
        print(f"\nThử tiếp / go on:  {os.path.relpath(binaries)}/lgsp --url http://127.0.0.1:{province.http_port} find 7816"
              f"\nTrang điều hành / console:  http://127.0.0.1:{province.http_port}/"
              f"\nThả tệp / drop files:  {province.box(GOVERNMENT, 'outbox')}\nCtrl-C dừng tất cả / stops everything.",
              flush=True)
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        print("\nđang dừng / stopping …")
        return 0
    finally:
        if office:
            office.is_ending = True
        if province:
            province.stop()
        if axis:
            axis.stop()


if __name__ == "__main__":
    sys.exit(main())
