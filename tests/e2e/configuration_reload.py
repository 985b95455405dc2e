#!/usr/bin/env python3
"""Settings that are read again while documents come and go: configuration_reload.py BINARIES

A new agency sends and receives, a key that was taken out signs nothing any more, a file with mistakes changes nothing and
is told by the lamp; all of it by the same process of the hub."""

import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from province import Province, packet, wait_for

FIRST, SECOND, NEW = "H43.01", "H43.02", "H43.03"
TOKEN, NEXT_TOKEN = "a-token-of-the-test", "the-token-behind-it"


class Trial(Province):
    def __init__(self, folder, binaries):
        super().__init__(folder, binaries, {FIRST: "", SECOND: "", NEW: ""})
        self.failures = []
        self.number = 0
        self.token_file = self.secret("http.token", TOKEN)

    def secret(self, name, text):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        return str(path)

    def note(self, what, is_right, told=""):
        print(f"{'ok   ' if is_right else 'FAIL '} {what}{'' if is_right else f': {told}'}", flush=True)
        self.failures += [] if is_right else [what]

    def run(self, *words, token=None):
        return self.lgsp("--url", f"http://127.0.0.1:{self.http_port}", "--token-file", token or self.token_file,
                         "--lang", "en", *words, check=False)

    def told(self, *words):
        return json.loads(self.run(*words, "--json").stdout)

    def expect(self, code, *words, says=(), **how):
        done = self.run(*words, **how)
        said = done.stdout + done.stderr
        self.note(f"{code} lgsp {' '.join(words)}", done.returncode == code and all(word in said for word in says), str(done))

    def edit(self, name, before, after):
        path = self.folder / name
        text = path.read_text()
        assert before in text, (before, text)
        path.write_text(text.replace(before, after, 1))

    def signal_hub(self):
        self.processes["hub"].send_signal(signal.SIGHUP)

    def causes(self):
        health = self.told("health")
        return {cause["cause"]: cause for lamp in health["lamps"] for cause in lamp["causes"]}

    def log(self):
        return (self.folder / "hub.log").read_text()

    def send(self, sender, receivers):
        self.number += 1
        self.drop(sender, f"vb-{self.number}", packet(sender, receivers, str(self.number)))
        return self.number

    def arrives(self, sender, receiver):
        number = self.send(sender, [receiver])
        wait_for(f"{number} of {sender} at {receiver}", lambda: any(
            f"<edXML:CodeNumber>{number}</edXML:CodeNumber>" in path.read_text()
            for path in self.box(receiver, "inbox").glob("*.edxml")), 60)
        self.note(f"{sender} reaches {receiver}", True)

    def is_up(self):
        return self.run("status").returncode in (0, 8)

    def begin(self):
        self.start_broker()
        self.write_settings()
        self.edit("hub.toml", "[http]", '[http]\ntoken_file = "http.token"')
        self.agencies_all = (self.folder / "agencies.toml").read_text()
        without_new = self.agencies_all[:self.agencies_all.index(f'[[agency]]\ncode = "{NEW}"')]
        (self.folder / "agencies.toml").write_text(without_new)
        self.start_hub()
        wait_for("the hub", self.is_up, 60)
        for code in (FIRST, SECOND):
            self.start_adapter(code)
        self.arrives(FIRST, SECOND)


def add_an_agency(trial):
    trial.expect(0, "config", "diff", says=["The hub runs with what the files say."])
    (trial.folder / "agencies.toml").write_text(trial.agencies_all)
    trial.edit("hub.toml", "[log]", '[log]\nlevel = "debug"')
    trial.expect(0, "config", "diff", says=[f"agency.{NEW}: added: {NEW}", "log.level: info → debug", "Changes: 2"])
    trial.expect(5, "config", "reload", "--expect", "1", "--reason", "a slip")
    trial.expect(2, "config", "reload")
    trial.expect(0, "config", "reload", "--dry-run", says=["Changes: 2"])
    trial.note("a look changes nothing", NEW not in str(trial.told("agency", "list")["agencies"]))
    trial.expect(0, "--once", "k1", "config", "reload", "--expect", "2", "--reason", "Thêm Sở Y tế", says=["reloaded", "Changes: 2"])
    trial.expect(0, "--once", "k1", "config", "reload", "--expect", "2", "--reason", "Thêm Sở Y tế", says=["Changes: 2"])
    trial.start_adapter(NEW)
    trial.arrives(FIRST, NEW)
    trial.arrives(NEW, SECOND)
    acts = trial.told("audit", "--verb", "config_reload")["acts"]
    trial.note("who reloaded, what and why is on record",
               [(act["actor"], act["reason"]) for act in acts] == [("token:http.token_file", "Thêm Sở Y tế")]
               and f"agency.{NEW}" in acts[0]["detail"], acts)
    trial.note("it is logged once", trial.log().count(" CONFIG_RELOADED ") == 1, trial.log()[-2000:])


def change_keys(trial):
    """The agency's key is replaced in the directory alone: what its adapter signs counts no more, until it is back."""
    pki = trial.folder / "pki"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                    pki / "other.key", "-subj", "/CN=other", "-days", "30", "-out", pki / "other.pem"],
                   check=True, stderr=subprocess.DEVNULL)
    old, both = f'certificates = ["pki/{SECOND}.pem"]', f'certificates = ["pki/other.pem", "pki/{SECOND}.pem"]'
    trial.edit("agencies.toml", old, 'certificates = ["pki/other.pem"]')
    trial.expect(0, "config", "diff", says=[f"agency.{SECOND}.certificates: "])
    trial.expect(0, "config", "reload", "--reason", "new key")
    number = trial.send(SECOND, [FIRST])
    refused = lambda: [row["refusal"]["code"] for row in trial.told("find", "--number", str(number), "--refused").get("documents", [])]
    wait_for("the refusal", refused, 60)
    trial.note("a key that was taken out signs nothing any more", refused() == ["signer_unknown"], refused())
    trial.edit("agencies.toml", 'certificates = ["pki/other.pem"]', both)
    trial.signal_hub()
    wait_for("the keys of both", lambda: "new key" not in trial.told("audit", "--verb", "config_reload")["acts"][0]["reason"], 60)
    trial.arrives(SECOND, FIRST)
    trial.note("a signal is on record, too", trial.told("audit", "--verb", "config_reload")["acts"][0]["actor"] == "SIGHUP")


def change_whom_to_call(trial):
    """Nothing else of the file: the number that is told is the new one, to whoever asks."""
    call = lambda: [each["phone"] for each in trial.told("agency", "show", SECOND)["contacts"]]
    named = lambda phone: f'contacts = [{{ name = "Văn thư", phone = "{phone}" }}]\n'
    key = f'certificates = ["pki/other.pem", "pki/{SECOND}.pem"]\n'
    trial.edit("agencies.toml", key, key + named("0259 0000 001"))
    trial.expect(0, "config", "diff", says=[f"agency.{SECOND}.contacts: ", "Văn thư: 0259 0000 001", "Changes: 1"])
    trial.note("before the reload nobody is named", call() == [], call())
    trial.signal_hub()
    wait_for("the contact", lambda: call() == ["0259 0000 001"], 30)
    trial.edit("agencies.toml", "0259 0000 001", "0259 0000 002")
    trial.signal_hub()
    wait_for("the other number", lambda: call() == ["0259 0000 002"], 30)
    trial.note("a changed contact is told after a signal", True)
    trial.expect(0, "agency", "list", says=["Văn thư 0259 0000 002"])


def load_mistakes(trial):
    before = (trial.folder / "hub.toml").read_text()
    trial.edit("hub.toml", 'level = "debug"', 'level = "loud"\nlevle = 1')
    trial.edit("agencies.toml", f'code = "{NEW}"', f'code = "{NEW}"\nopened_at = 1')
    trial.signal_hub()
    wait_for("the lamp", lambda: "CONFIG_REFUSED" in trial.causes(), 30)
    cause = trial.causes()["CONFIG_REFUSED"]
    trial.note("the lamp tells how many", cause["light"] == "yellow" and cause["count"] == 3, cause)
    lines = [line for line in trial.log().splitlines() if " CONFIG_REFUSED " in line]
    trial.note("the log has all of them", len(lines) == 3 and "log.level" in lines[0] and "log.levle" in lines[1]
               and "agency[2].opened_at" in lines[2], lines)
    trial.expect(8, "config", "diff", says=["log.level", "log.levle", "agency[2].opened_at", "Mistakes: 3"])
    trial.expect(8, "config", "reload", "--reason", "all the same", says=["log.level", "Mistakes: 3"])
    trial.expect(8, "config", "reload", "--expect", "7", "--reason", "all the same", says=["Mistakes: 3"])
    trial.note("in JSON one document", len(trial.told("config", "reload", "--reason", "all the same")["mistakes"]) == 3)
    state = trial.told("config", "show")["reload"]
    trial.note("the running hub knows why", [each["key"] for each in state["mistakes"]][:2] == ["log.level", "log.levle"], state)
    check = trial.lgsp("config", "check", str(trial.folder / "hub.toml"), check=False)
    trial.note("lgsp config check finds the same", check.returncode == 8 and "levle" in check.stdout, str(check))
    with urllib.request.urlopen(f"http://127.0.0.1:{trial.http_port}/readyz") as ready:
        trial.note("it is ready all the same", ready.status == 200)
    metrics = lambda: metrics_of(trial)
    trial.note("a metric tells it", metrics()["lgsp_config_last_reload_successful"] == 0, metrics())
    trial.arrives(FIRST, NEW)
    (trial.folder / "hub.toml").write_text(before)
    (trial.folder / "agencies.toml").write_text((trial.folder / "agencies.toml").read_text().replace("\nopened_at = 1", ""))
    trial.signal_hub()
    wait_for("the lamp to go out", lambda: "CONFIG_REFUSED" not in trial.causes(), 30)
    trial.note("and that it is over", metrics()["lgsp_config_last_reload_successful"] == 1, metrics())


def metrics_of(trial):
    request = urllib.request.Request(f"http://127.0.0.1:{trial.http_port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request) as reply:
        return {name: float(value) for name, value in re.findall(r"^(lgsp_config\w*) (\S+)$", reply.read().decode(), re.M)}


def change_what_needs_a_restart(trial):
    trial.edit("hub.toml", "disk_reserve_mib = 16", "disk_reserve_mib = 17")
    trial.expect(7, "config", "reload", "--reason", "room", says=["ledger.disk_reserve_mib: 16 → 17  [needs a restart]",
                                                                   "Needs a restart: ledger.disk_reserve_mib"])
    trial.expect(0, "config", "diff", says=["Needs a restart: ledger.disk_reserve_mib"])
    cause = trial.causes().get("CONFIG_NEEDS_RESTART")
    trial.note("health tells it, and lights nothing", cause and cause["light"] == "green" and cause["count"] == 1, cause)
    shown = {one["key"]: one["value"] for one in trial.told("config", "show")["settings"]}
    trial.note("shown is what it runs with", shown["ledger.disk_reserve_mib"] == "16" and shown["log.level"] == "debug", shown)
    trial.edit("hub.toml", "disk_reserve_mib = 17", "disk_reserve_mib = 16")
    trial.expect(0, "config", "reload", "--reason", "as it was")
    trial.note("put back, nothing waits", "CONFIG_NEEDS_RESTART" not in trial.causes())


def take_an_agency_out(trial):
    """With a document waiting it is a mistake; without one its adapter is read no more."""
    trial.kill(f"folder-{NEW}", signal.SIGTERM)
    number = trial.send(FIRST, [NEW])
    wait_for("it to wait", lambda: any(each["agency"] == NEW and each["waiting"] for each in trial.told("queues")["queues"]), 60)
    whole = (trial.folder / "agencies.toml").read_text()
    (trial.folder / "agencies.toml").write_text(whole[:whole.index(f'[[agency]]\ncode = "{NEW}"')])
    trial.expect(8, "config", "reload", "--reason", "gone", says=[f"agency.{NEW}", "1 documents wait for it"])
    (trial.folder / "agencies.toml").write_text(whole)
    trial.expect(0, "config", "reload", "--reason", "back")
    trial.start_adapter(NEW)
    wait_for(f"document {number}", lambda: not any(each["agency"] == NEW and each["waiting"]
                                                   for each in trial.told("queues")["queues"]), 60)
    trial.kill(f"folder-{NEW}", signal.SIGTERM)
    (trial.folder / "agencies.toml").write_text(whole[:whole.index(f'[[agency]]\ncode = "{NEW}"')])
    trial.expect(0, "config", "reload", "--reason", "gone", says=[f"agency.{NEW}: taken out"])
    trial.note("it is listed no more", NEW not in str(trial.told("agency", "list")["agencies"]))
    trial.arrives(FIRST, SECOND)


def change_the_token(trial):
    trial.secret("http.token", NEXT_TOKEN)
    trial.signal_hub()
    wait_for("the next token", lambda: trial.run("status").returncode in (0, 8), 30)
    trial.expect(4, "status", token=trial.secret("old.token", TOKEN))


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lgsp-reload-"))
    trial = Trial(folder, sys.argv[1])
    try:
        trial.begin()
        process = trial.processes["hub"].pid
        for part in (add_an_agency, change_keys, change_whom_to_call, load_mistakes, change_what_needs_a_restart, take_an_agency_out, change_the_token):
            part(trial)
        trial.note("it is the same process all the time",
                   trial.processes["hub"].pid == process and trial.processes["hub"].poll() is None)
    finally:
        trial.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(trial.failures)} failures")
    return 1 if trial.failures else 0


if __name__ == "__main__":
    sys.exit(main())
