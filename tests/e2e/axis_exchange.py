#!/usr/bin/env python3
"""Documents and statuses both ways between a province and the simulated axis, which fails in every way that it knows,
while the connector is killed again and again; then a checker that asks the axis's and the agencies' own files.

  axis_exchange.py BINARIES [--packets N] [--kills N] [--per-mille N] [--seed S] [--keep DIR]

None lost, none doubled at a receiver, none altered, none twice at the axis, each with its receipt.
"""

import argparse
import collections
import hashlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from axis_client import Simulator
from province import Province, packet, wait_for

NODE, OTHER = "00.43.W00", "00.99.W00"
OLD = "000.00.02.H43"
AGENCIES = {"H43.01": "", "H43.02": f'aliases = [{{ code = "{OLD}" }}]', NODE: "axis = true"}
FOLDERS = ("H43.01", "H43.02")
ANSWERS = {"H43.02": "01,03"}
OUTSIDE = ("H99", "H99.01", "H99.02")
BREAKS = ("silent", "hung_up", "lost", "error_500", "error_500_after", "garbage", "blank", "late", "wrong_hash")


class Axis(Simulator):
    """With a small directory, and codes of this test."""

    def __init__(self, program, folder):
        self.program, self.folder = program, str(folder)
        subprocess.run([program, "--init", self.folder], check=True)
        pathlib.Path(folder, "axis-sim.toml").write_text(f"""
[listen]
port = 0
[control]
port = 0
[axis]
folder = "axis-data"
hash_file = "sdk"
[directory]
units = 1000
[[node]]
system_id = "{NODE}"
secret_file = "{NODE}.secret"
codes = ["H43", "H43.01", "H43.02", "{OLD}"]
[[node]]
system_id = "{OTHER}"
secret_file = "{OTHER}.secret"
codes = {json.dumps(list(OUTSIDE))}
""")
        self.start()

    def _read(self, stream):
        """A line for each call: more than anybody keeps."""
        for _ in stream:
            pass

    def packets(self):
        """All that it has taken, with what was said of each, by its own journal."""
        packets, said = [], {}
        with open(os.path.join(self.folder, "axis-data", "journal.jsonl"), encoding="utf-8") as file:
            for text in file:
                if not text.endswith("\n"):
                    break
                line = json.loads(text)
                if line["what"] == "packet":
                    packets.append(line)
                elif line["what"] == "ack":
                    said[line["id"]] = line
        return packets, said

    def octets(self, doc_id):
        return pathlib.Path(self.folder, "axis-data", "packets", doc_id + ".edxml").read_bytes()


def status(sender, answers, full_number, document_id, code="03"):
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016">'
            '<edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLHeader>'
            f"<edXML:MessageHeader><edXML:From><edXML:OrganId>{sender}</edXML:OrganId>"
            f"<edXML:OrganName>{sender}</edXML:OrganName></edXML:From><edXML:ResponseFor><edXML:OrganId>{answers}"
            f"</edXML:OrganId><edXML:Code>{full_number}</edXML:Code><edXML:PromulgationDate>2026/11/20"
            f"</edXML:PromulgationDate><edXML:DocumentId>{document_id}</edXML:DocumentId></edXML:ResponseFor>"
            f"<edXML:StatusCode>{code}</edXML:StatusCode><edXML:Description>Đã tiếp nhận</edXML:Description>"
            "<edXML:Timestamp>2026/11/20 09:00:00</edXML:Timestamp></edXML:MessageHeader></edXML:edXMLHeader>"
            "</edXML:edXMLEnvelope></edXML>").encode()


def fields(octets):
    """From, full number, status code or None, by the beginning of a packet."""
    text = octets[:64 * 1024].decode("utf-8", "replace")
    find = lambda pattern: next(iter(re.findall(pattern, text, re.S)), None)
    sender = find(r"<edXML:From>.*?<edXML:OrganId>(.*?)<")
    code = find(r"<edXML:StatusCode>(.*?)<")
    if code:
        return sender, find(r"<edXML:ResponseFor>.*?<edXML:Code>(.*?)<"), code
    return sender, find(r"<edXML:CodeNumber>(.*?)<") + "/" + find(r"<edXML:CodeNotation>(.*?)<"), None


class Country(threading.Thread):
    """The other node: sends its documents, fetches what comes, and answers each document with 03."""

    def __init__(self, axis, documents):
        super().__init__(daemon=True)
        self.axis, self.documents = axis, documents
        self.sent = {}                      # DocId: what was sent.
        self.answered = set()
        self.is_ending = False

    def insist(self, call):
        """The axis is away for everybody now and then; it hangs up before it takes anything from this node."""
        while not self.is_ending:
            try:
                reply = call(self.axis.client(OTHER))
                if not isinstance(reply, dict) or reply["status"] == "OK":
                    return reply
                if reply["ErrorCode"] != "901":
                    raise RuntimeError(f"the other node: {reply}")
            except (OSError, http.client.HTTPException, KeyError):
                pass
            time.sleep(0.2)
        raise SystemExit(0)

    def answer_all(self):
        for item in self.insist(lambda c: c.received()):
            if item["docId"] not in self.answered:
                sender, number, _ = fields(self.insist(lambda c: c.fetch(item["docId"])))
                octets = status(item["to"], sender, number, f"{sender},2026/11/20,{number}")
                self.insist(lambda c: c.send(octets, kind="status", sender=item["to"]))
                self.answered.add(item["docId"])
            self.insist(lambda c: c.acknowledge(item["docId"], "done"))
        for item in self.insist(lambda c: c.received("status")):
            self.insist(lambda c: c.acknowledge(item["docId"], "done"))

    def run(self):
        for index, document in enumerate(self.documents):
            reply = self.insist(lambda c: c.send(document["octets"], sender=document["from"]))
            self.sent[reply["DocId"]] = document
            if index % 50 == 49:
                self.answer_all()
        while not self.is_ending:
            self.answer_all()
            time.sleep(0.3)


def connector_settings(province, axis, node):
    """Of a connector that is as quick as a test wants it."""
    return f"""
[agency]
code = "{node}"
certificate_file = "pki/{node}.pem"
key_file = "pki/{node}.key"
[broker]
url = "amqp://{node}@127.0.0.1:{province.broker_port}/lgsp"
password_file = "broker/{node}.password"
[hub]
certificate_file = "pki/hub.pem"
agencies_file = "agencies.toml"
[contents]
url = "https://127.0.0.1:{province.contents_port}"
ca_file = "pki/ca.pem"
[axis]
url = "http://127.0.0.1:{axis.port}{axis.path}"
system_id = "{node}"
secret_file = "axis.secret"
documents_every_seconds = 1
statuses_every_seconds = 1
retry_seconds = 1
answer_seconds = 2
settle_seconds = 5
[store]
folder = "connector"
"""


class Trial:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.randomness = random.Random(options.seed)
        self.province = Province(folder, options.binaries, AGENCIES, ANSWERS)
        self.axis = Axis(str(self.province.bin / "lgsp-axis-sim"), folder / "axis")

    def write_connector(self):
        (self.folder / "axis.secret").write_text(self.axis.secret(NODE))
        os.chmod(self.folder / "axis.secret", 0o600)
        (self.folder / "connector.toml").write_text(connector_settings(self.province, self.axis, NODE))

    def start_connector(self):
        self.province.spawn("axis", self.province.bin / "lgsp-axis", "--config", self.folder / "connector.toml")

    def start(self):
        self.province.start_broker()
        self.province.write_settings()
        self.write_connector()
        self.province.start_hub()
        for code in FOLDERS:
            self.province.start_adapter(code)
        wait_for("the hub to be ready", self.province.is_ready, 60)
        self.start_connector()

    def faults(self, are_on):
        each = self.options.per_mille // len(BREAKS) if are_on else 0
        rules = [{"kind": kind, "system_id": NODE, "per_mille": each, "ms": 300 if kind == "late" else 3000}
                 for kind in BREAKS]
        rules += [{"kind": kind, "system_id": NODE, "per_mille": self.options.per_mille}
                  for kind in ("double_listing", "relisting")]
        rules += [{"kind": "outage", "after_seconds": 6, "for_seconds": 3},
                  {"kind": "clock_skew", "ms": 400_000, "after_seconds": 12, "for_seconds": 3}]
        self.axis.faults(*(rules if are_on else []), seed=self.options.seed)

    def make(self):
        self.outgoing, incoming = [], []
        for n in range(self.options.packets):
            inside = self.randomness.random() < 0.3
            to = self.randomness.sample(OUTSIDE, self.randomness.randint(1, 2))
            self.outgoing.append({"number": f"{n + 1}/UBND-VX", "to": to + (["H43.02"] if inside else [])})
            incoming.append({"from": "H99", "number": f"{n + 100_001}/UBND-VX",
                             "to": self.randomness.choice([["H43.01"], ["H43.02"], ["H43.01", "H43.02", "H99.01"],
                                                         ["H43.02", OLD, "H99.01"]])})
        for document in incoming:
            document["octets"] = packet(document["from"], document["to"], document["number"].split("/")[0],
                                        padding=self.randomness.choice([200, 2000, 20000]))
        self.country = Country(self.axis, incoming)

    def drop(self):
        for n, document in enumerate(self.outgoing):
            self.province.drop("H43.01", f"vb-{n:05d}", packet("H43.01", document["to"], document["number"].split("/")[0],
                                                               padding=self.randomness.choice([200, 2000])))

    def kill(self):
        self.province.kill("axis")
        self.start_connector()

    # ---- What must be true in the end

    def check_at_axis(self, packets, said, found):
        """Sent once, to whom it is for; and everything for the province has been taken."""
        ours = collections.Counter()
        for each in packets:
            if each["node"] == NODE:
                ours[(each["from"], each["kind"], each["notation"], each["title"].split()[0] if each["kind"] == "status"
                      else "", tuple(sorted(d["to"] for d in each["deliveries"])))] += 1
            for delivery in each["deliveries"]:
                if delivery["node"] == NODE and said.get(delivery["id"], {}).get("state") != "done":
                    found.append(f"{each['notation']}: not done for {delivery['to']}: {said.get(delivery['id'])}")
        expected = collections.Counter()
        for document in self.outgoing:
            expected[("H43.01", "edoc", document["number"], "", tuple(sorted(set(document["to"]) - {"H43.02"})))] += 1
        for document in self.country.documents:
            for code in ANSWERS["H43.02"].split(",") if "H43.02" in document["to"] else []:
                expected[("H43.02", "status", document["number"], code, ("H99",))] += 1
        for key in (expected - ours):
            found.append(f"lost on the way to the axis: {key}")
        for key in (ours - expected):
            found.append(f"twice at the axis, or invented: {key}")

    def check_inboxes(self, packets, found):
        expected = {code: collections.Counter() for code in FOLDERS}
        for doc_id, document in self.country.sent.items():
            sha = hashlib.sha256(self.axis.octets(doc_id)).hexdigest()
            for code in set(document["to"]) & set(FOLDERS):
                expected[code][sha] += 1
        for each in packets:
            if each["kind"] == "status" and any(delivery["node"] == NODE for delivery in each["deliveries"]):
                expected["H43.01"][hashlib.sha256(self.axis.octets(each["id"])).hexdigest()] += 1
        for code in FOLDERS:
            got = collections.Counter()
            for path in self.province.box(code, "inbox").glob("*.edxml"):
                octets = path.read_bytes()
                # What comes from within the province is the other checker's business.
                if fields(octets)[0] in OUTSIDE:
                    got[hashlib.sha256(octets).hexdigest()] += 1
            found += [f"{code}: lost, or altered: {sha}" for sha in expected[code] - got]
            found += [f"{code}: came twice, or was never sent to it: {sha}" for sha in got - expected[code]]

    def check_receipts(self, found):
        events = collections.defaultdict(list)
        for path in self.province.box("H43.01", "receipts").glob("*/*.json"):
            event = json.loads(path.read_text())
            events[event["envelope_id"]].append(event)
        by_number = {}
        for envelope, mine in events.items():
            for event in mine:
                if event["what"] == "accepted" and event["number"]:
                    by_number.setdefault(f"{event['number']}/{event['notation']}", set()).add(envelope)
        for document in self.outgoing:
            envelopes = by_number.get(document["number"], set())
            if len(envelopes) != 1:
                found.append(f"{document['number']}: {len(envelopes)} envelopes")
                continue
            mine = events[next(iter(envelopes))]
            for receiver in document["to"]:
                whats = [event["what"] for event in mine if event["receiver"] == receiver]
                needed = ["queued", "retrieved", "03"] if receiver in OUTSIDE else ["queued", "retrieved", "01", "03"]
                missing = [what for what in needed if what not in whats]
                if missing:
                    found.append(f"{document['number']}: no receipt {missing} of {receiver}, only {whats}")
                if "failed" in whats:
                    found.append(f"{document['number']}: failed at {receiver}")
            if not any(event["text"].startswith("DocId ") for event in mine if event["what"] == "retrieved"):
                found.append(f"{document['number']}: its sender was not told the DocId")

    def check(self):
        found = []
        packets, said = self.axis.packets()
        self.check_at_axis(packets, said, found)
        self.check_inboxes(packets, found)
        self.check_receipts(found)
        return found, packets

    def state(self):
        try:
            return json.loads((self.folder / "connector" / "state.json").read_text())
        except FileNotFoundError:
            return {}

    def figures(self):
        state = self.state()
        return (sum(1 for code in FOLDERS for _ in self.province.box(code, "receipts").glob("*/*.json")),
                sum(1 for code in FOLDERS for _ in self.province.box(code, "inbox").glob("*.edxml")),
                state.get("in", {}).get("waiting"), state.get("out", {}).get("waiting"))

    def run(self):
        self.start()
        self.make()
        self.faults(True)
        self.country.start()
        threading.Thread(target=self.drop, daemon=True).start()
        for n in range(self.options.kills):
            time.sleep(self.randomness.uniform(0.5, 2.5) * max(1, self.options.packets / 1000))
            self.kill()
            print(f"killed {n + 1}: receipts, received, waiting in and out {self.figures()}", flush=True)
        last = [None, time.monotonic(), 0.0]

        def is_at_rest():
            """Everything is there, or nothing has moved for a long while: then the checker says what is missing."""
            time.sleep(0.5)
            figures = self.figures()
            # What the axis lists again is waiting for a moment, again and again.
            if figures[:2] != (last[0] or ())[:2]:
                last[:2] = [figures, time.monotonic()]
                if time.monotonic() - last[2] > 20:
                    last[2] = time.monotonic()
                    print(f"receipts, received, waiting in and out {figures}", flush=True)
                return False
            is_idle = not self.country.is_alive() or len(self.country.sent) == self.options.packets
            return (is_idle and not self.check()[0]) or time.monotonic() - last[1] > 90

        wait_for("the exchange to come to rest", is_at_rest, self.options.seconds)
        happened = {rule["kind"]: rule["happened"] for rule in self.axis.control("GET", "/faults")[1]["faults"]}
        self.faults(False)
        # What would come twice gets the chance to.
        time.sleep(3)
        self.country.is_ending = True
        found, packets = self.check()
        code = self.province.kill("axis", signal.SIGTERM)
        if code != 0:
            found.append(f"told to end, the connector ended with {code}")
        for line in found[:40]:
            print(line)
        print(f"faults: {happened}")
        print(f"{self.options.packets} documents each way, {len(packets)} packets at the axis, "
              f"{self.options.kills} kills, {len(found)} violations")
        return 1 if found else 0

    def stop(self):
        if hasattr(self, "country"):
            self.country.is_ending = True
        self.province.stop()
        if self.axis.process.poll() is None:
            self.axis.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--packets", type=int, default=150)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--per-mille", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=3600, help="gives up after that")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randint(1, 10**9))
    parser.add_argument("--keep")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-axis-"))
    folder.mkdir(parents=True, exist_ok=True)
    trial = Trial(options, folder)
    try:
        return trial.run()
    finally:
        trial.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
