#!/usr/bin/env python3
"""The national axis's units, from the simulated axis through the real module, RabbitMQ and hub into its directory:
axis_units.py BIN [--units N]. Figures are printed; nothing depends on how long something took."""

import argparse
import http.client
import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from axis_client import Simulator  # noqa: E402
from province import Province, packet, wait_for  # noqa: E402

AXIS, SENDER, NODE = "00.43.W00", "H43.01", "00.43.W00"


def check(condition, what):
    if not condition:
        raise SystemExit(f"FAIL {what}")


def memory_kb(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return {key: int(re.search(rf"^{key}:\s+(\d+)", status, re.M)[1]) for key in ("VmRSS", "VmHWM")}


class Country:
    def __init__(self, folder, binaries, units):
        self.folder, self.bin = folder, pathlib.Path(binaries)
        self.province = Province(folder, binaries, {SENDER: "", AXIS: "axis = true"}, province_codes=("H43", "000.00.00.H43"))
        (folder / "axis").mkdir()
        self.simulator = Simulator(str(self.bin / "lgsp-axis-sim"), str(folder / "axis"), units)

    def start(self):
        self.province.start_broker()
        self.province.write_settings()
        self.province.start_hub()
        self.province.start_adapter(SENDER)
        wait_for("the hub", self.province.is_ready, 60)

    def command(self, days):
        simulator = self.simulator
        return [self.bin / "units_trial", f"http://{simulator.host}:{simulator.port}{simulator.path}", NODE,
                self.folder / "axis" / f"{NODE}.secret", AXIS, str(self.province.broker_port), self.folder, str(days)]

    def tell(self, days, fails=False):
        """What one reading came to."""
        done = subprocess.run(self.command(days), capture_output=True, text=True, timeout=600)
        check(done.returncode == (1 if fails else 0), f"units_trial: {done.returncode} {done.stdout} {done.stderr}")
        return json.loads(done.stdout.splitlines()[-1])

    def find(self, text):
        return self.province.ask("agency", "find", text, "--count", "200", check=False).get("found", [])

    def one(self, text):
        found = [row for row in self.find(text) if text in (row["code"], *row["other_codes"])]
        check(len(found) == 1, f"{text}: {found}")
        return found[0]

    def lookup_ms(self, texts):
        connection = http.client.HTTPConnection("127.0.0.1", self.province.http_port)
        started = time.monotonic()
        for text in texts:
            connection.request("GET", "/v1/directory?text=" + urllib.parse.quote(text))
            check(connection.getresponse().read().startswith(b'{"found":[{'), text)
        return 1000 * (time.monotonic() - started) / len(texts)


def lists(country):
    client = country.simulator.client(NODE)
    units = client.call("POST", "/getSynchronizeUnit", timeout=120)["data"]
    old = {row["code"]: row["oldCode"] for row in client.call("POST", "/getAgenciesList", timeout=120)["data"]}
    return units, old


def the_first_pass_brings_all(country, units, old):
    hub = country.province.processes["hub"]
    before = memory_kb(hub)
    told = country.tell(0)
    after = memory_kb(hub)
    check(told["listed"] == len(units) and told["to_tell"] == len(units) and told["is_full"] and not told["refused"], told)
    status = country.province.ask("status")["units"]
    check(status["count"] == len(units) and status["full_pass_ended_at"], status)
    print(f"{len(units)} units in {told['seconds']:.1f} s, of these {told['read_seconds']:.1f} s of reading, {told['pages']} pages")
    print(f"memory of the module {told['memory_kb'] // 1024} MiB, at most {told['memory_most_kb'] // 1024} MiB; "
          f"of the hub {before['VmRSS'] // 1024} MiB, then {after['VmRSS'] // 1024} MiB, at most {after['VmHWM'] // 1024} MiB")
    for unit in units[:: max(1, len(units) // 50)]:
        row = country.one(unit["code"])
        check(row["name"] == unit["name"] and row["listed_by"] == "axis", (row, unit))
        check((row["state"] == "closed") == unit["deleted"], (row, unit))
        check(row["other_codes"] == ([old[unit["code"]]] if old.get(unit["code"]) else []), (row, old.get(unit["code"])))
    texts = [unit["code"] for unit in units[:: max(1, len(units) // 200)]] + \
            [old[code] for code in list(old)[:: max(1, len(old) // 200)] if old[code]]
    print(f"one look-up over the operations API: {country.lookup_ms(texts):.2f} ms")


def only_changes_follow(country, units, old):
    simulator = country.simulator
    check(country.tell(1)["to_tell"] == 0, "nothing has changed")
    open_units = [unit for unit in units if not unit["deleted"] and old.get(unit["code"]) and unit["code"].startswith("H01.")]
    renamed, closed = open_units[0]["code"], open_units[1]["code"]
    check(simulator.control("POST", "/units", {"code": renamed, "name": "Sở Đường sắt mới"})[0] == 200, "renamed")
    check(simulator.control("POST", "/units", {"code": closed, "deleted": True})[0] == 200, "closed")
    told = country.tell(2)
    check(told["to_tell"] == 2 and not told["is_full"], told)
    check([row["code"] for row in country.find("duong SAT moi")] == [renamed], "by its new name, without marks")
    check(country.one(old[closed])["state"] == "closed", "by its old code")
    return renamed, closed


def a_list_that_fails_counts_for_nothing(country, renamed):
    before = country.province.ask("status")["units"]
    country.simulator.control("POST", "/units", {"code": renamed, "name": "Tên khác"})
    for operation in ("getSynchronizeUnit", "getAgenciesListQD20", "getAgenciesList"):
        country.simulator.faults({"kind": "garbage", "operation": operation})
        check("failed" in country.tell(3, fails=True), operation)
    country.simulator.faults()
    check(country.province.ask("status")["units"] == before, "nothing was told")
    check(country.tell(3)["to_tell"] == 1, "what has changed in the meantime")
    check(country.one(renamed)["name"] == "Tên khác", "its name")


def a_full_pass_survives_a_kill(country, units):
    before = country.province.ask("status")["units"]["full_pass_ended_at"]
    for _ in range(3):
        process = subprocess.Popen(country.command(8), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.4)
        process.kill()
        process.wait()
    told = country.tell(8)
    check(not told["refused"], told)
    status = country.province.ask("status")["units"]
    check(status["full_pass_ended_at"] > before and status["count"] == len(units), status)


def documents_know_their_receivers(country, units, old, closed):
    province = country.province
    a, b = [unit for unit in units if not unit["deleted"] and old.get(unit["code"]) and unit["code"].startswith("H02.")][:2]
    province.drop(SENDER, "one", packet(SENDER, [old[a["code"]], b["code"]], "100"))
    story = wait_for("the document", lambda: province.ask("show", "100/UBND-VX", check=False).get("deliveries")
                     and province.ask("show", "100/UBND-VX"), 60)
    named = {row["receiver"]: row["receiver_name"] for row in story["deliveries"]}
    check(named == {a["code"]: a["name"], b["code"]: b["name"]}, named)
    shown = province.lgsp("--url", f"http://127.0.0.1:{province.http_port}", "show", "100/UBND-VX").stdout
    check(a["name"] in shown and b["name"] in shown, shown)

    province.drop(SENDER, "two", packet(SENDER, [b["code"], old[closed]], "101"))
    reason = province.box(SENDER, "refused") / "two.edxml.reason.json"
    wait_for("the refusal", reason.exists, 60)
    said = json.loads(reason.read_text())
    check(said["code"] == "receiver_closed" and closed in json.dumps(said), said)

    province.drop(SENDER, "three", packet(SENDER, [b["code"], "X9.99"], "102"))
    reason = province.box(SENDER, "refused") / "three.edxml.reason.json"
    wait_for("the refusal of a code that the axis does not list", reason.exists, 60)
    said = json.loads(reason.read_text())
    check(said["code"] == "receiver_unknown" and "X9.99" in json.dumps(said), said)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("bin")
    options.add_argument("--units", type=int, default=9000)
    options = options.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lgsp-units-"))
    country = Country(folder, options.bin, options.units)
    try:
        country.start()
        units, old = lists(country)
        the_first_pass_brings_all(country, units, old)
        renamed, closed = only_changes_follow(country, units, old)
        a_list_that_fails_counts_for_nothing(country, renamed)
        a_full_pass_survives_a_kill(country, units)
        documents_know_their_receivers(country, units, old, closed)
        found = country.province.ask("find", check=False)["documents"]
        check(all(row["kind"] != "service" for row in found), "pages are no documents")
        with sqlite3.connect(f"file:{folder}/ledger/ledger.sqlite?mode=ro", uri=True) as ledger:
            pages, kept = ledger.execute("SELECT count(*), count(position) FROM envelopes WHERE kind = 5").fetchone()
        check(pages > 0 and kept == 0, f"pages leave no octets: {kept} of {pages}")
    finally:
        country.province.stop()
        country.simulator.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print("ok")


main()
