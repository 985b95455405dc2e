"""The national axis of the demo: the simulated one, the connector to it, and an office of another province behind it."""

import http.client
import json
import os
import pathlib
import re
import secrets
import sys
import threading
import time

from province import ROOT, packet, status

# A client that shares no code with the hub.
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from axis_client import Simulator

NODE, OTHER_NODE, OFFICE = "00.43.W00", "00.53.W00", "H53"


class Axis(Simulator):
    """lgsp-axis-sim with two nodes: the province's, and the office's."""

    def __init__(self, province):
        self.program, self.folder = str(province.bin / "lgsp-axis-sim"), str(province.folder / "axis")
        codes = ", ".join(f'"{code}"' for code in province.agencies if code != NODE)
        settings = f"""
[listen]
port = 0
[control]
port = 0
[axis]
folder = "axis-data"
[directory]
units = 1000
[[node]]
system_id = "{NODE}"
secret_file = "{NODE}.secret"
codes = [{codes}]
[[node]]
system_id = "{OTHER_NODE}"
secret_file = "{OTHER_NODE}.secret"
codes = ["{OFFICE}"]
"""
        pathlib.Path(self.folder).mkdir(exist_ok=True)
        for node in (NODE, OTHER_NODE):
            secret = pathlib.Path(self.folder, f"{node}.secret")
            if not secret.exists():
                secret.touch(mode=0o600)
                secret.write_text(secrets.token_hex(32))
        pathlib.Path(self.folder, "axis-sim.toml").write_text(settings)
        self.start()

    def go_away(self):
        self.faults({"kind": "outage"})

    def come_back(self):
        self.faults()


class Office(threading.Thread):
    """Takes what comes, reports 01 and 03, and agrees to every recall."""

    def __init__(self, axis):
        super().__init__(daemon=True)
        self.client = axis.client(OTHER_NODE)
        self.received, self.statuses = [], []
        self.is_ending = False

    def run(self):
        while not self.is_ending:
            try:
                self.take_documents()
                self.take_statuses()
            except (OSError, http.client.HTTPException, AssertionError, ValueError):
                pass                # The axis is away: asked again.
            time.sleep(0.3)

    def take_documents(self):
        for item in self.client.received():
            text = self.client.fetch(item["docId"]).decode()
            number = field(text, "CodeNumber") + "/" + field(text, "CodeNotation")
            self.received.append(number)
            self.client.acknowledge(item["docId"], "done")
            for code in ("01", "03"):
                self.report(item["from"], number, field(text, "DocumentId"), code)

    def take_statuses(self):
        for item in self.client.received("status"):
            text = self.client.fetch(item["docId"]).decode()
            code = field(text, "StatusCode")
            self.statuses.append(code)
            self.client.acknowledge(item["docId"], "done")
            if code == "13":
                answered = text[text.index("ResponseFor"):]
                self.report(item["from"], field(answered, "Code"), field(answered, "DocumentId"), "15")

    def report(self, to, number, document_id, code):
        self.client.send(status(OFFICE, to, number, document_id, code), kind="status", sender=OFFICE)

    def send(self, receivers, number):
        return self.client.send(packet(OFFICE, receivers, number, "V/v phối hợp công tác"), sender=OFFICE)


def field(text, name):
    found = re.search(rf"<edXML:{name}>(.*?)</edXML:{name}>", text, re.S)
    return found.group(1) if found else ""


def start_connector(province, axis):
    secret = province.folder / "axis.secret"
    secret.write_text(axis.secret(NODE))
    os.chmod(secret, 0o600)
    (province.folder / "connector.toml").write_text(f"""
[agency]
code = "{NODE}"
certificate_file = "pki/{NODE}.pem"
key_file = "pki/{NODE}.key"
[broker]
url = "amqp://{NODE}@127.0.0.1:{province.broker_port}/lgsp"
password_file = "broker/{NODE}.password"
[hub]
certificate_file = "pki/hub.pem"
agencies_file = "agencies.toml"
[contents]
url = "https://127.0.0.1:{province.contents_port}"
ca_file = "pki/ca.pem"
[axis]
url = "http://127.0.0.1:{axis.port}{axis.path}"
system_id = "{NODE}"
secret_file = "axis.secret"
documents_every_seconds = 1
statuses_every_seconds = 1
retry_seconds = 1
answer_seconds = 5
settle_seconds = 5
[store]
folder = "connector"
""")
    province.spawn("axis", province.bin / "lgsp-axis", "--config", province.folder / "connector.toml")


def down_since(province):
    """As the connector tells it; empty while the axis is there."""
    try:
        state = json.loads((province.folder / "connector" / "state.json").read_text())
    except FileNotFoundError:
        return ""
    return state.get("axis", {}).get("down_since", "")
