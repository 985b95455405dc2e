#!/usr/bin/env python3
"""The checker must be able to fail: it sees each kind of tampering with a tree that was right."""

import hashlib
import json
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import checker

ID = "0192f0c1-2345-7abc-8def-0123456789ab"


def tree(folder):
    octets = b"<packet>1</packet>"
    a, b = folder / "agency/A", folder / "agency/B"
    for name in ("inbox", "receipts", "sent"):
        (a / name).mkdir(parents=True)
        (b / name).mkdir(parents=True)
    (a / "sent/vb.edxml").write_bytes(octets)
    (b / "inbox/20261124-a-1.edxml").write_bytes(octets)
    (a / "receipts" / ID).mkdir()
    for entry, what in enumerate(["accepted", "queued", "retrieved", "03", "01"], 1):
        (a / "receipts" / ID / f"{entry}.json").write_text(json.dumps(
            {"entry": entry, "what": what, "envelope_id": ID, "receiver": "" if what == "accepted" else "B",
             "number": "1" if what == "accepted" else ""}))
    (a / "receipts" / f"{ID}.json").write_text(json.dumps({"receivers": {"B": {"state": "03"}}}))
    (folder / "sent.json").write_text(json.dumps({"statuses": {"B": ["01", "03"]}, "documents": [
        {"file": "vb.edxml", "sender": "A", "receivers": ["B"], "number": "1",
         "sha256": hashlib.sha256(octets).hexdigest()}]}))


def remove(path):
    return lambda folder: (folder / path).unlink()


def double(folder):
    shutil.copy(folder / "agency/B/inbox/20261124-a-1.edxml", folder / "agency/B/inbox/20261124-a-2.edxml")


def alter(folder):
    (folder / "agency/B/inbox/20261124-a-1.edxml").write_bytes(b"<packet>2</packet>")


def invent(folder):
    (folder / "agency/A/inbox/x.edxml").write_bytes(b"<packet>9</packet>")


def move_back(folder):
    (folder / f"agency/A/receipts/{ID}.json").write_text(json.dumps({"receivers": {"B": {"state": "01"}}}))


def second_envelope(folder):
    other = ID.replace("ab", "ac")
    (folder / f"agency/A/receipts/{other}").mkdir()
    (folder / f"agency/A/receipts/{other}/9.json").write_text(json.dumps(
        {"entry": 9, "what": "accepted", "envelope_id": other, "receiver": "", "number": "1"}))
    (folder / f"agency/A/receipts/{other}.json").write_text("{}")


TAMPERINGS = {"lost": remove("agency/B/inbox/20261124-a-1.edxml"), "doubled": double, "altered": alter,
              "invented": invent, "moved back": move_back, "sent as two envelopes": second_envelope,
              "not noted as sent": remove("agency/A/sent/vb.edxml"),
              "no accepted": remove(f"agency/A/receipts/{ID}/1.json"),
              "no queued": remove(f"agency/A/receipts/{ID}/2.json"),
              "no retrieved": remove(f"agency/A/receipts/{ID}/3.json"),
              "no status": remove(f"agency/A/receipts/{ID}/5.json")}


def main():
    wrong = 0
    for name, tamper in {"untouched": None, **TAMPERINGS}.items():
        with tempfile.TemporaryDirectory(prefix="lgsp-checker-") as scratch:
            folder = pathlib.Path(scratch)
            tree(folder)
            if tamper:
                tamper(folder)
            found, _ = checker.check(folder)
        is_right = bool(found) == (tamper is not None)
        wrong += not is_right
        print(("ok    " if is_right else "FAIL  ") + f"{name}: {found}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
