"""For faults.py: a province whose hub has its clock, its disk's pace and its free space from the test."""

import json
import mmap
import pathlib
import signal
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "deploy" / "demo"))
from axis_exchange import Axis, connector_settings
from province import NODE, Province, packet, wait_for

SENDER, STORES, SILENT, FAILS, AXIS, OUTSIDE = "H43.01", "H43.02", "H43.03", "H43.04", "00.43.W00", "H99.01"
TOKEN = "a-token-of-the-test"
TERMS = """[deadlines]
retrieval = "1m"
arrival = "1m"
decision = "30d 12:00"
urgent_decision = "1m"
change_answer = "30d 12:00"
[calendar]
hours = ["00:00-23:59"]
weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
holidays = []
"""


class World(Province):
    def __init__(self, folder, binaries, is_quiet):
        super().__init__(folder, binaries, {SENDER: "", STORES: "", SILENT: "", FAILS: "", AXIS: "axis = true"})
        self.is_quiet, self.number = is_quiet, 0
        self.work, self.filler = self.folder / "fails", self.folder / "filler"
        self.axis = None
        shim = self.folder / "shim"
        shim.write_bytes(bytes(24))
        self.shim_file = open(shim, "r+b")
        self.shim = mmap.mmap(self.shim_file.fileno(), 24)
        library = self.folder / "fault_shim.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", library, HERE / "fault_shim.c", "-ldl"], check=True)
        self.preload = ["env", f"LD_PRELOAD={library}", f"LGSP_SHIM={shim}"]

    def set_shim(self, clock_ms=0, sync_ms=0, free_bytes=0):
        self.shim[:] = struct.pack("<qqq", clock_ms, sync_ms, free_bytes)

    def settle(self, ledger_reserve_mib=16, contents_reserve_mib=16, quota_gib=0):
        self.write_settings(ledger_reserve_mib, more="" if self.is_quiet else TERMS)
        settings = self.folder / "hub.toml"
        head, contents = settings.read_text().split("[contents]")
        contents = contents.replace(f"disk_reserve_mib = {ledger_reserve_mib}",
                                    f"disk_reserve_mib = {contents_reserve_mib}\nquota_gib = {quota_gib}")
        (self.folder / "token").write_text(TOKEN + "\n")
        (self.folder / "token").chmod(0o600)
        settings.write_text(head.replace("[http]", '[http]\ntoken_file = "token"') + "[contents]" + contents)

    def start_hub(self):
        self.spawn("hub", *self.preload, self.bin / "lgsp-hub", "--config", self.folder / "hub.toml")

    def restart(self, **bounds):
        self.settle(**bounds)
        self.kill("hub", how=15)
        self.start_hub()
        wait_for("the hub to be there again", self.is_ready, 60)

    def reload_a_mistake(self):
        """It comes into the file, and the hub is told to read it."""
        with open(self.folder / "hub.toml", "a", encoding="utf-8") as settings:
            settings.write("\n[nonsense]\n")
        self.processes["hub"].send_signal(signal.SIGHUP)

    def reload_without_it(self):
        settings = self.folder / "hub.toml"
        settings.write_text(settings.read_text().replace("\n[nonsense]\n", ""))
        self.processes["hub"].send_signal(signal.SIGHUP)

    def start(self):
        self.start_broker()
        self.settle()
        self.start_hub()
        wait_for("the hub", self.is_ready, 60)
        for code in (SENDER, STORES):
            self.start_adapter(code)
        self.work.mkdir()
        self.spawn("fails", self.bin / "refusing_receiver", self.folder, FAILS, str(self.broker_port), self.work)
        self.axis = Axis(str(self.bin / "lgsp-axis-sim"), self.folder / "axis")
        (self.folder / "axis.secret").write_text(self.axis.secret(AXIS))
        (self.folder / "axis.secret").chmod(0o600)
        (self.folder / "connector.toml").write_text(connector_settings(self, self.axis, AXIS))
        self.start_connector()

    def start_connector(self):
        self.spawn("axis", self.bin / "lgsp-axis", "--config", self.folder / "connector.toml")

    def stop(self):
        super().stop()
        if self.axis:
            self.axis.stop()

    def ctl(self, *arguments):
        subprocess.run(["bash", NODE, "ctl", self.folder / "node", "-q", *arguments], check=True,
                       stdout=subprocess.DEVNULL)

    def call(self, method, target, body=None, language="en"):
        headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": language, "Content-Type": "application/json"}
        octets = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.http_port}{target}", octets, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            if error.code != 429:
                raise
            # A clock that was set back counts as one that has asked for a whole burst.
            time.sleep(int(error.headers["Retry-After"]))
            return self.call(method, target, body, language)

    def is_ready(self):
        try:
            return self.call("GET", "/v1/status")["state"] == "ready"
        except OSError:
            return False

    def causes(self, language="en"):
        """(lamp, light, cause, agency) → title."""
        health = self.call("GET", "/v1/health", language=language)
        return {(lamp["lamp"], cause["light"], cause["cause"], cause["agency"]): cause["title"]
                for lamp in health["lamps"] for cause in lamp["causes"]}

    def send(self, receivers, **how):
        self.number += 1
        self.drop(SENDER, f"vb-{self.number}", packet(SENDER, receivers, self.number, **how))
        return str(self.number)

    def sent(self, receivers, state, **how):
        """Gives the document when its delivery is in this state."""
        number = self.send(receivers, **how)

        def found():
            documents = self.call("GET", f"/v1/documents?number={number}&kind=document")["documents"]
            return documents and documents[0]["deliveries"][0]["state"] == state and documents[0]
        return wait_for(f"document {number} to be {state}", found, 60)

    def operate(self, act, state, receiver):
        wish = {"act": act, "state": state, "receiver": receiver}
        preview = self.call("POST", "/v1/operations/preview", wish)
        self.call("POST", "/v1/operations",
                  {**wish, "seen": preview["seen"], "expect": preview["count"], "reason": "mended"})
