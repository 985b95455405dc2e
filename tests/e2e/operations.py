#!/usr/bin/env python3
"""A receiver cannot store what it is brought, for one cause; the cause is mended and all of it is retried by one
operation, while the hub is killed. Each arrives once, and nothing outside the filter is touched.

  operations.py BINARIES [--documents N] [--hub-kills N]
"""

import argparse
import collections
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from province import Province, packet, wait_for

AGENCIES = {"H43": "", "H43.01": "", "H43.02": ""}
BROKEN = ("H43.01", "H43.02")


class Trial:
    def __init__(self, folder, binaries, documents):
        self.documents = documents
        self.province = Province(folder, binaries, AGENCIES)
        self.work = {code: pathlib.Path(folder) / f"receiver-{code}" for code in BROKEN}

    def start(self):
        province = self.province
        province.start_broker()
        province.write_settings()
        token = province.folder / "operator.token"
        token.write_text("an-operators-token\n")
        token.chmod(0o600)
        settings = province.folder / "hub.toml"
        settings.write_text(settings.read_text().replace(
            "[http]", f'[operations]\nundo_window = 2\napprove_above = {self.documents - 1}\n[http]\ntoken_file = "operator.token"'))
        province.start_hub()
        province.start_adapter("H43")
        for code in BROKEN:
            self.work[code].mkdir()
            (self.work[code] / "refuse").touch()
            province.spawn(f"receiver-{code}", province.bin / "refusing_receiver", province.folder, code,
                           str(province.broker_port), self.work[code])
        wait_for("the hub to be ready", self.is_ready, 60)

    def lgsp(self, *arguments):
        """Exit code and JSON."""
        done = self.province.lgsp("--url", f"http://127.0.0.1:{self.province.http_port}", "--token-file",
                                  str(self.province.folder / "operator.token"), "--json", *arguments, check=False)
        return done.returncode, json.loads(done.stdout)

    def sign_in(self, name):
        """An operator who signs in: as_user() speaks for the last one."""
        word = self.province.folder / "word"
        word.write_text("một mật khẩu dài\n")
        code, answer = self.lgsp("user", "add", name, "--role", "operator", "--password-file", str(word))
        self.expect(f"{name} is added", code == 0, answer)
        code, answer = self.as_user("login", name, "--password-file", str(word))
        self.expect(f"{name} signs in", code == 0, answer)

    def as_user(self, *arguments):
        done = self.province.lgsp("--url", f"http://127.0.0.1:{self.province.http_port}", "--json", *arguments, check=False)
        return done.returncode, json.loads(done.stdout)

    def is_ready(self):
        code, status = self.lgsp("status")
        return code in (0, 8) and status["state"] == "ready"

    def failures(self):
        code, answer = self.lgsp("failures")
        assert code == 0, answer
        return answer["failures"]

    def stored(self, code):
        file = self.work[code] / "stored"
        return collections.Counter(file.read_text().splitlines()) if file.exists() else collections.Counter()

    def operation(self, number):
        code, answer = self.lgsp("operation", "show", str(number))
        return answer if code == 0 else None

    def expect(self, what, is_right, shown):
        if not is_right:
            raise SystemExit(f"{what}: {shown}")
        print(f"ok: {what}", flush=True)


def fail_all(trial, documents, others):
    for n in range(documents):
        trial.province.drop("H43", f"vb-{n:05d}", packet("H43", ["H43.01"], str(n + 1)))
    for n in range(others):
        trial.province.drop("H43", f"khac-{n:05d}", packet("H43", ["H43.02"], str(90_000 + n)))
    count = lambda: sum(group["count"] for group in trial.failures())
    wait_for("all to have failed", lambda: count() == documents + others, 300)
    groups = trial.failures()
    trial.expect("they failed for one cause", len(groups) == 1, groups)
    trial.expect("its receivers are named", {r["agency"] for r in groups[0]["receivers"]} == set(BROKEN), groups)
    return groups[0]["cause"]


def refused_counts(trial, where, documents):
    code, preview = trial.lgsp("retry", *where, "--dry-run")
    trial.expect("a preview counts exactly", code == 0 and preview["count"] == documents, preview)
    code, answer = trial.lgsp("retry", *where, "--expect", str(documents - 1), "--yes", "--reason", "thử")
    trial.expect("another count is refused", code == 5 and answer["error"]["code"] == "count_differs", answer)
    code, answer = trial.lgsp("retry", *where, "--expect", str(documents), "--reason", "thử")
    trial.expect("without a yes nothing is done", code == 2, answer)
    code, answer = trial.lgsp("operation", "list")
    trial.expect("nothing was begun", code == 0 and answer["operations"] == [], answer)


def retry_all(trial, where, documents, hub_kills):
    for code in BROKEN:
        (trial.work[code] / "refuse").unlink()
    code, begun = trial.lgsp("retry", *where, "--expect", str(documents), "--yes", "--reason", "đã mở sổ",
                             "--rate", str(max(documents // 10, 1)))
    trial.expect("the retry begins", code == 0, begun)
    number = begun["operation"]
    approve = ("operation", "approve", str(number), "--expect", str(documents), "--reason", "đã xem")
    trial.expect("it needs another person", begun["state"] == "needs_approval", begun)
    code, answer = trial.lgsp(*approve)
    trial.expect("the settings' token is nobody", code == 4 and answer["error"]["code"] == "second_person_needed", answer)
    trial.sign_in("binh")
    code, approved = trial.as_user(*approve)
    trial.expect("it is approved, and waits to be undone",
                 code == 0 and approved["state"] == "waiting" and approved["decided_by"] == "binh", approved)
    code, undone = trial.lgsp("operation", "cancel", str(number), "--reason", "chọn nhầm")
    trial.expect("it is undone", code == 0 and undone["state"] == "cancelled" and undone["done"] == 0, undone)
    code, begun = trial.lgsp("retry", *where, "--expect", str(documents), "--yes", "--reason", "đã mở sổ",
                             "--rate", str(max(documents // 10, 1)))
    number = begun["operation"]
    code, approved = trial.as_user("operation", "approve", str(number), "--expect", str(documents), "--reason", "đã xem")
    trial.expect("the next one is approved", code == 0, approved)
    wait_for("it to begin", lambda: (trial.operation(number) or {}).get("state") == "running", 30)
    code, stopped = trial.lgsp("operation", "stop", str(number), "--reason", "xem lại")
    trial.expect("it is stopped", code == 0 and stopped["state"] == "stopped", stopped)
    for _ in range(hub_kills):
        trial.province.kill("hub")
        trial.province.start_hub()
        wait_for("the hub to be there again", trial.is_ready, 60)
        seen = trial.operation(number)
        if seen["state"] == "stopped":
            code, resumed = trial.lgsp("operation", "resume", str(number), "--reason", "tiếp")
            trial.expect("it goes on", code == 0 and resumed["state"] == "running", resumed)
        time.sleep(1)
    wait_for("the operation to end", lambda: (trial.operation(number) or {}).get("state") == "done", 300)
    done = trial.operation(number)
    trial.expect("it did all that was shown", done["done"] == documents and done["left_alone"] == 0, done)
    return number


def check_story(trial, number):
    code, found = trial.lgsp("find", "--number", "1", "--from", "H43")
    document = next(d for d in found["documents"] if d["number"] == "1")
    code, story = trial.lgsp("show", document["id"])
    events = [(e["event"], e["code"], e["field"]) for e in story["entries"]]
    names = [event for event, _, _ in events]
    trial.expect("the story tells both attempts",
                 [n for n in names if n in ("failed", "retry", "retrieved")] == ["failed", "retry", "retrieved"], events)
    trial.expect("and which operation it was", ("retry", "2", f"operation/{number}") in events, events)
    code, audit = trial.lgsp("audit")
    verbs = [act["verb"] for act in audit["acts"] if act["object"] == f"operation/{number}"]
    trial.expect("the audit has run, approval, stop and resume, newest first",
                 verbs == ["operation_resume", "operation_stop", "operation_approve", "operation_run"], audit)


def run(trial, options):
    trial.start()
    cause = fail_all(trial, options.documents, options.others)
    where = ("--where", f"cause={cause}", "--where", "receiver=H43.01")
    refused_counts(trial, where, options.documents)
    number = retry_all(trial, where, options.documents, options.hub_kills)
    wait_for("all to be stored", lambda: len(trial.stored("H43.01")) >= options.documents, 300)
    time.sleep(2)  # What would come twice gets the chance to.
    stored = trial.stored("H43.01")
    trial.expect("each arrived once, by its second attempt",
                 len(stored) == options.documents and set(stored.values()) == {1}
                 and all(line.endswith(" 2") for line in stored), stored.most_common(3))
    trial.expect("none outside the filter", not trial.stored("H43.02"), trial.stored("H43.02"))
    left = trial.failures()
    trial.expect("the others stand as failed", [g["count"] for g in left] == [options.others], left)
    check_story(trial, number)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binaries")
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--others", type=int, default=20)
    parser.add_argument("--hub-kills", type=int, default=5)
    parser.add_argument("--keep")
    options = parser.parse_args()
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="lgsp-operations-"))
    os.environ["XDG_CONFIG_HOME"] = str(folder)
    trial = Trial(folder, options.binaries, options.documents)
    try:
        run(trial, options)
        return 0
    finally:
        trial.province.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
