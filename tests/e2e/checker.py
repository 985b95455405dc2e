#!/usr/bin/env python3
"""Proves what the hub promises from what agencies sent and got, and from nothing else.

  checker.py FOLDER     FOLDER/sent.json lists what was dropped: {file, sender, receivers, sha256}; the rest is
                        agency/<code>/{inbox,receipts,sent,refused}. Exit 0: every promise was kept.

None lost, none doubled at an agency, none altered, none invented, no state moved back, every receipt there.
"""

import hashlib
import json
import pathlib
import sys

# How far a station is: hub/core/receipt.hpp, written down a second time on purpose.
RANKS = {"accepted": 0, "queued": 1, "failed": 2, "retrieved": 3, "01": 4, "03": 5, "04": 6, "05": 7, "02": 8, "06": 9,
         "15": 10}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_status(path):
    """By the beginning of the packet, where its header stands."""
    with open(path, "rb") as file:
        octets = file.read(64 * 1024)
    return b"StatusCode" in octets and b"<edXML:Subject>" not in octets


def events_of(folder):
    """All receipts of an agency: {envelope id: [event …]} in the order of the hub's entries."""
    events = {}
    for path in (folder / "receipts").glob("*/*.json"):
        event = json.loads(path.read_text())
        events.setdefault(event["envelope_id"], []).append(event)
    for found in events.values():
        found.sort(key=lambda event: event["entry"])
    return events


def check_document(document, events, statuses, found):
    name = document["file"]
    whats = [event["what"] for event in events]
    if "accepted" not in whats:
        found.append(f"{name}: no receipt accepted")
    for receiver in document["receivers"]:
        mine = [event["what"] for event in events if event["receiver"] == receiver]
        for needed in ["queued", "retrieved", *statuses.get(receiver, [])]:
            if needed not in mine:
                found.append(f"{name}: no receipt {needed} of {receiver}")
    for receiver in {event["receiver"] for event in events if event["receiver"]}:
        if receiver not in document["receivers"]:
            found.append(f"{name}: receipt of {receiver}, to whom it was not sent")


def check_states(folder, events, found):
    """The state shown must be the furthest of all events: it can never have moved back."""
    for envelope, mine in events.items():
        path = folder / "receipts" / f"{envelope}.json"
        if not path.exists():
            found.append(f"{envelope}: no current state")
            continue
        state = json.loads(path.read_text())
        for receiver, shown in state.get("receivers", {}).items():
            ranks = [RANKS[e["what"]] for e in mine if e["receiver"] == receiver and e["what"] in RANKS]
            furthest = max(ranks, default=0)
            if RANKS[shown["state"]] != furthest:
                found.append(f"{envelope}: {receiver} shown as {shown['state']}, not the furthest")


def check(root):
    root = pathlib.Path(root)
    sent = json.loads((root / "sent.json").read_text())
    statuses = sent.get("statuses", {})
    found = []
    expected = {}
    for document in sent["documents"]:
        for receiver in document["receivers"]:
            expected.setdefault(receiver, {})[document["sha256"]] = document["file"]
    agencies = [path for path in (root / "agency").iterdir() if path.is_dir()]
    known_statuses = 0
    for folder in agencies:
        got = {}
        for path in (folder / "inbox").glob("*.edxml"):
            if is_status(path):
                known_statuses += 1
                continue
            got.setdefault(digest(path), []).append(path.name)
        mine = expected.get(folder.name, {})
        for sha, file in mine.items():
            if sha not in got:
                found.append(f"{folder.name}: {file} was lost, or altered")
            elif len(got[sha]) > 1:
                found.append(f"{folder.name}: {file} came {len(got[sha])} times")
        for sha, names in got.items():
            if sha not in mine:
                found.append(f"{folder.name}: {names[0]} was never sent to it, or altered")
        events = events_of(folder)
        check_states(folder, events, found)
        by_file = {digest(path): path.name for path in (folder / "sent").iterdir()}
        by_number = {}
        for envelope, mine_events in events.items():
            for event in mine_events:
                if event["what"] == "accepted" and event["number"]:
                    by_number.setdefault(event["number"], set()).add(envelope)
        for document in sent["documents"]:
            if document["sender"] != folder.name:
                continue
            if document["sha256"] not in by_file:
                found.append(f"{document['file']}: not in sent/ of {folder.name}")
            envelopes = by_number.get(document["number"], set())
            if len(envelopes) != 1:
                found.append(f"{document['file']}: {len(envelopes)} envelopes, not one")
                continue
            check_document(document, events[next(iter(envelopes))], statuses, found)
    return found, known_statuses


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    found, statuses = check(sys.argv[1])
    for line in found[:50]:
        print(line)
    print(f"{len(found)} violations, {statuses} status packets received")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
