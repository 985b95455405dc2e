#!/usr/bin/env python3
"""Everything wrong that a sender can do gets a refusal with code, field and remedy, and the queue goes on:
bad_input.py BINARIES"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from province import ROOT, Province, packet, wait_for

AGENCIES = {"H43.01": "", "H43.02": "", "H43.09": 'closed_at = 2025-01-01\nsuccessor = "H43.02"'}
SAMPLES = ROOT / "tests" / "edxml" / "samples"

ENVELOPES = {
    "random_bytes": "envelope_malformed",
    "truncated": "envelope_malformed",
    "oversized": "envelope_too_large",
    "wrong_signature": "signature_invalid",
    "foreign_signature": "sender_mismatch",
    "altered_part": "part_digest_mismatch",
    "unknown_receiver": "receiver_unknown",
    "closed_receiver": "receiver_closed",
    "foreign_sender": "sender_mismatch",
    "unknown_sender": "sender_unknown",
    "expired": "envelope_expired",
    "other_bytes": "envelope_id_reused",
    "no_user_id": "sender_mismatch",
}


def good(**changes):
    return packet("H43.01", changes.pop("to", ["H43.02"]), changes.pop("number", "9"))


def files():
    """File → the code of its refusal."""
    text = good().decode()
    return {
        "not-well-formed": ((SAMPLES / "edoc_sdk_template.edxml").read_bytes(), "packet_malformed"),
        "doctype": (text.replace("<edXML xmlns", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<edXML xmlns', 1)
                    .encode(), "packet_has_doctype"),
        "no-receiver": (good(to=[]), None),
        "no-code": (text.replace("<edXML:CodeNumber>9</edXML:CodeNumber>", "").encode(), "packet_field_missing"),
        "null-sender": (text.replace(">H43.01</edXML:OrganId>", ">null</edXML:OrganId>", 1).encode(),
                        "packet_field_invalid"),
        "unknown-code": (good(to=["H43.88"]), "receiver_unknown"),
        "broken-attachment": (text.replace("<edXML:ContentTransferEncoded xmlns:edXML="
                                           '"http://www.mic.gov.vn/TBT/QCVN_102_2016">',
                                           '<edXML:ContentTransferEncoded xmlns:edXML='
                                           '"http://www.mic.gov.vn/TBT/QCVN_102_2016">!!!').encode(),
                              "packet_attachment_broken"),
        "secret": (text.replace("<edXML:Subject>", "<edXML:Subject>TỐI MẬT - ").encode(), "document_secret"),
        "of-another": ((SAMPLES / "edoc_new.edxml").read_bytes(), None),
        "random": (bytes(range(256)), None),
        "too-large": (text.encode() + b" " * 2_000_000, "packet_too_large"),
        "too-deep": (text.replace("<edXML:Subject>", "<a>" * 40 + "</a>" * 40 + "<edXML:Subject>").encode(), "packet_malformed"),
        "control-in-a-name": (text.replace("QCVN_102_2016", "QCVN\x7f", 1).encode(), "packet_malformed"),
        "name\x01of\x7fcontrols": (b"<edXML", "packet_malformed"),
    }


def odd_status(code, document_id):
    """A status of H43.02 for a document of H43.01 that nobody ever sent under such a name."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLHeader><edXML:MessageHeader>
<edXML:From><edXML:OrganId>H43.02</edXML:OrganId><edXML:OrganName>H43.02</edXML:OrganName></edXML:From>
<edXML:ResponseFor><edXML:OrganId>H43.01</edXML:OrganId><edXML:Code>{code}</edXML:Code><edXML:PromulgationDate>2026/11/20</edXML:PromulgationDate><edXML:DocumentId>{document_id}</edXML:DocumentId></edXML:ResponseFor>
<edXML:StatusCode>03</edXML:StatusCode><edXML:Description>Đã tiếp nhận</edXML:Description><edXML:Timestamp>2026/11/21 08:00:00</edXML:Timestamp>
</edXML:MessageHeader></edXML:edXMLHeader></edXML:edXMLEnvelope></edXML>
""".encode()


def check(condition, text, failures):
    print(("ok    " if condition else "FAIL  ") + text, flush=True)
    if not condition:
        failures.append(text)


def check_envelopes(province, failures):
    for kind, code in ENVELOPES.items():
        done = subprocess.run([province.bin / "submit_raw", province.folder, str(province.broker_port), "H43.01", kind],
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"submit_raw {kind}: {done.stderr}")
        envelope = done.stdout.strip()

        def event():
            """The refusal as the sender's own folder shows it."""
            for path in province.box("H43.01", "receipts").glob(f"{envelope}/*.json"):
                found = json.loads(path.read_text())
                if found["what"] == "refused":
                    return found
            return None

        told = wait_for(f"the refusal of {kind}", event, 60)
        check(told["code"] == code and told["field"], f"{kind}: sender told {told['code']} in {told['field']}", failures)
        shown = province.ask("show", envelope, check=False)
        if kind == "other_bytes":
            shown = province.ask("find", "--refused", "--number", "other_bytes")["documents"][0]
        refusal = shown.get("refusal") or {}
        words = all(refusal.get(key) for key in ("title_vi", "title_en", "remedy_vi", "remedy_en"))
        check(refusal.get("code") == code and words, f"{kind}: operators see it, with remedy in vi and en", failures)


def check_files(province, failures):
    cases = files()
    for name, (octets, _) in cases.items():
        province.drop("H43.01", name, octets)
    for name, (octets, code) in cases.items():
        reason_file = province.box("H43.01", "refused") / f"{name}.edxml.reason.json"
        refused_file = reason_file.with_name(f"{name}.edxml")
        # The reason comes first, so that no file is there without one.
        wait_for(f"the refusal of {name}", lambda: reason_file.exists() and refused_file.exists(), 60)
        reason = json.loads(reason_file.read_text())
        right = code is None or reason["code"] == code
        check(right and reason["remedy_vi"] and reason["remedy_en"], f"{name}: {reason['code']} in {reason['field']}",
              failures)
        check(refused_file.read_bytes() == octets, f"{name}: the file is kept beside it, as it was",
              failures)
        check(reason["field"], f"{name}: the reason names a field", failures)
    wanted = sorted(json.loads((province.box("H43.01", "refused") / f"{name}.edxml.reason.json").read_text())["code"]
                    for name in cases)

    def found():
        """Operators find every refused file, also those that their adapter refused."""
        documents = province.ask("find", "--refused", "--from", "H43.01", "--count", "100")["documents"]
        codes = [document["refusal"]["code"] for document in documents]
        return all(codes.count(code) >= wanted.count(code) for code in set(wanted))

    wait_for("operators to find every refused file", found, 60)
    check(True, "operators find every refused file", failures)
    for path in list((province.folder / "ledger").rglob("*")) + [province.folder / "hub.log"]:
        if path.is_file():
            check("TỐI MẬT".encode() not in path.read_bytes(), f"nothing of the secret one in {path.name}", failures)


def check_statuses(province, failures):
    names = [("12 /UBND-VX", "x–y 1"), ("15+16/UBND-VX", "a&amp;b:c;(d)"), ("7(b)/X", "&quot; OR 1"), ("\u200b1/X", "a b " * 500)]
    for index, (code, document_id) in enumerate(names):
        province.drop("H43.02", f"odd-{index}", odd_status(code, document_id))
    sent = province.box("H43.02", "sent")
    wait_for("the odd statuses to be accepted", lambda: len(list(sent.glob("odd-*"))) == len(names), 60)
    check(province.is_ready(), "statuses with odd names are carried, and the hub goes on", failures)


def main():
    failures = []
    folder = tempfile.mkdtemp(prefix="lgsp-bad-")
    province = Province(folder, sys.argv[1], AGENCIES)
    try:
        # The broker is not there yet: the hub says so and waits.
        province.start_broker()
        province.write_settings()
        adapter = province.folder / "H43.01.toml"
        adapter.write_text(adapter.read_text().replace("[contents]", "[contents]\npacket_mib_max = 1"))
        province.kill_broker()
        province.start_hub()
        wait_for("the hub to answer", lambda: province.lgsp("--url", f"http://127.0.0.1:{province.http_port}", "status",
                                                            check=False).returncode in (0, 8), 30)
        state = province.ask("status")
        check(state["state"] == "degraded" and state["broker"]["state"] == "connecting", "without a broker: degraded",
              failures)
        province.start_broker()
        wait_for("the hub to find the broker", province.is_ready, 60)
        for code in ("H43.01", "H43.02"):
            province.start_adapter(code)
        check_envelopes(province, failures)
        check_files(province, failures)
        check_statuses(province, failures)
        province.drop("H43.01", "good", good(number="100"))
        wait_for("a good one to arrive", lambda: list(province.box("H43.02", "inbox").glob("*-100_*.edxml")), 60)
        check(True, "after all that a good document arrives", failures)
        dead = subprocess.run(["bash", str(ROOT / "deploy/broker/node.sh"), "ctl", f"{folder}/node", "-q", "list_queues",
                               "-p", "lgsp", "name", "messages"], capture_output=True, text=True).stdout
        check("dead\t2" in dead, "what could not be decoded is in the queue dead", failures)
        check(province.kill("hub", how=15) == 0, "SIGTERM ends the hub with 0", failures)
    finally:
        province.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
