#!/usr/bin/env python3
"""What leaves the house in a support bundle: support_bundle_test.py LGSP

A hub answers with secrets, subjects and names of persons wherever there is room for them, and so does the journal: none of
it is in the bundle, and what helps is."""

import http.server
import json
import os
import pathlib
import stat
import subprocess
import sys
import tarfile
import tempfile
import threading

LGSP = sys.argv[1]
TOKEN = "bi-mat-token-0123456789"
PLANTED = {what: f"PLANTED-{what}" for what in ("subject", "number", "actor", "reason", "detail", "trouble", "password", "note",
                                                "later", "place", "peer", "title", "person")}
EVENT = "2026-11-29T01:02:03.004Z warning BROKER_DOWN " + PLANTED["title"] + ' agency="H43.01" code="broker_unreachable" peer_text="' \
    + PLANTED["peer"] + ' \\" code=\\"x" number=3 place="' + PLANTED["place"] + '"'
JSON_EVENT = json.dumps({"time": "2026-11-29T01:02:04Z", "level": "error", "event": "LEDGER_FAILED", "title": PLANTED["title"],
                         "code": "ledger_full", "peer_text": PLANTED["peer"], "place": PLANTED["place"], "later": PLANTED["later"]})
JOURNAL = "\n".join([EVENT, JSON_EVENT, "Authorization: Bearer " + PLANTED["password"], PLANTED["subject"], "{" + PLANTED["subject"],
                     "x" * 100000 + PLANTED["subject"], EVENT.replace("place", "z" * 10000)]) + "\n"
# More than a hub of today says: what a later one adds is not known to be harmless.
MORE = {"later": PLANTED["later"], "note": PLANTED["note"], "subject": PLANTED["subject"], "actor": PLANTED["actor"]}
ANSWERS = {
    "/v1/status": {"state": "ready", "version": "9.9.9", "broker": {"state": "up", "trouble": PLANTED["trouble"]}, **MORE},
    "/v1/configuration": {"build": {"id": "c0ffee", "sqlite": "3.40.1"}, **MORE,
                          "reload": {"refused_at": "2026-11-29T01:02:03Z", "restart_needed": ["ledger.folder"], "mistakes": [
                              {"file": "/etc/hub.toml", "line": 7, "key": "log", "problem_vi": PLANTED["detail"], **MORE}], **MORE},
                          "settings": [{"key": "broker.url", "value": f"amqp://{PLANTED['person']}:{PLANTED['password']}@broker:5671/",
                                        "is_secret": False, "origin": "file", "file": "/etc/hub.toml", "line": 3, **MORE},
                                       {"key": "http.security_contact", "value": f"mailto:{PLANTED['person']}@h43.vn", "is_secret": False,
                                        "origin": "default", "file": None, "line": None},
                                       {"key": "odd", "value": TOKEN, "is_secret": False, "origin": "default", "file": None, "line": None}]},
    "/v1/health": {"light": "red", "lamps": [{"lamp": "store", "light": "red", "causes": [
        {"cause": "ledger_full", "title": "Đĩa đầy", "count": 1, "name": PLANTED["person"], **MORE}]}]},
    "/v1/queues": {"queues": [{"agency": "H43.01", "waiting": 7, "oldest_age_seconds": 60, **MORE}]},
    "/v1/failures": {"failures": [{"cause": "3f0c", "code": "ledger_full", "detail": PLANTED["detail"], "count": 4,
                                   "sample": {"number": PLANTED["number"], "subject": PLANTED["subject"]}, **MORE}],
                     "parked": [{"count": 2, "acts": [{"actor": PLANTED["actor"], "reason": PLANTED["reason"]}]}]},
    "/v1/operations": {"operations": [{"operation": 12, "act": "retry", "done": 4, "reason": PLANTED["reason"],
                                       "filter": {"number": PLANTED["number"]}, **MORE}], "has_more": False},
}
PLAIN = {"/readyz": (503, "[-] broker connecting\nnot ready\n"), "/metrics": (200, "lgsp_envelopes_accepted_total 5\n")}
failures = []


class Hub(http.server.BaseHTTPRequestHandler):
    is_shut = False

    def do_GET(self):
        path = self.path.partition("?")[0]
        status, body = PLAIN.get(path) or (200, json.dumps(ANSWERS[path]))
        kind = "text/plain; charset=utf-8" if path in PLAIN else "application/json"
        if self.is_shut and path not in PLAIN:
            status, body = 403, json.dumps({"code": "not_allowed", "title": "No"})
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def note(what, wrong):
    print("FAIL" if wrong else "ok  ", what, wrong or "", flush=True)
    if wrong:
        failures.append(what)


def make(folder, url, name, *more):
    """By a journalctl of ours. The token is in a file of its own."""
    environment = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "XDG_CONFIG_HOME": str(folder), "TMPDIR": str(folder / "tmp")}
    words = ["--url", url, "--lang", "en", "--token-file", str(folder / "token"), "support-bundle", "--out", str(folder / name),
             "--settings", str(folder / "absent.toml"), *more]
    return subprocess.run([LGSP, *words], capture_output=True, text=True, env=environment, timeout=60)


def contents(file):
    with tarfile.open(file) as tar:
        return {pathlib.PurePath(member.name).name: tar.extractfile(member).read().decode() for member in tar if member.isfile()}


def check_scrubbed(folder, url):
    done = make(folder, url, "a.tar.gz")
    parts = contents(folder / "a.tar.gz")
    whole = "\n".join(parts.values()) + done.stdout + done.stderr
    note("it is made", None if done.returncode == 0 and "doctor.json" in done.stdout else str(done))
    for what, words in {**PLANTED, "token": TOKEN}.items():
        note(f"no {what} is in it", None if words not in whole else [name for name, text in parts.items() if words in text])
    for name, words in (("configuration.json", "broker:5671"), ("configuration.json", '"line":3'),
                        ("configuration.json", '"line":7'), ("configuration.json", '["ledger.folder"]'),
                        ("health.json", "ledger_full"),
                        ("queues.json", '"waiting":7'), ("failures.json", '"count":4'), ("operations.json", '"done":4'),
                        ("readyz.txt", "[-] broker"), ("metrics.txt", "accepted_total 5"), ("versions.json", "9.9.9"),
                        ("journal.txt", 'BROKER_DOWN agency="H43.01" code="broker_unreachable" number=3\n'),
                        ("journal.txt", "LEDGER_FAILED"), ("journal.txt", "# other lines: 5\n")):
        note(f"{name} has {words.strip()}", None if words in parts.get(name, "") else parts.get(name))
    note("it is its owner's alone", None if stat.S_IMODE((folder / "a.tar.gz").stat().st_mode) == 0o600 else "it is not")
    told = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    note("it says what is in it", None if sorted(told) == sorted(parts) else done.stdout)
    note("and how far it is", None if all(name in done.stderr for name in parts) else done.stderr)
    note("nothing is left over", [str(path) for path in (folder / "tmp").iterdir()])


def main():
    with tempfile.TemporaryDirectory(prefix="lgsp-bundle-") as temporary:
        folder = pathlib.Path(temporary)
        (folder / "bin").mkdir()
        (folder / "tmp").mkdir()
        (folder / "token").write_text(TOKEN + "\n")
        (folder / "token").chmod(0o600)
        (folder / "journal").write_text(JOURNAL)
        journal = folder / "bin" / "journalctl"
        journal.write_text(f"#!/bin/sh\ncat {folder / 'journal'}\n")
        journal.chmod(0o755)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        check_scrubbed(folder, url)
        done = make(folder, url, "a.tar.gz")
        note("what is there is not overwritten", None if done.returncode == 1 and "a.tar.gz" in done.stderr else str(done))
        done = make(folder, url, "b.tar.gz", "--json")
        told = json.loads(done.stdout)
        names = {part["name"] for part in told["holds"]}
        note("as JSON", None if done.returncode == 0 and not done.stderr and names == set(contents(folder / "b.tar.gz")) else str(done))
        Hub.is_shut = True
        done = make(folder, url, "c.tar.gz", "--json")
        left = {each["name"] for each in json.loads(done.stdout)["left_out"]}
        note("what the hub does not tell", None if done.returncode == 7 and {"configuration.json", "failures.json"} <= left else str(done))
        server.shutdown()
        server.server_close()
        journal.write_text("#!/bin/sh\nexit 1\n")
        done = make(folder, url, "d.tar.gz")
        is_right = done.returncode == 7 and set(contents(folder / "d.tar.gz")) == {"versions.json"} and "journal.txt" in done.stdout
        note("a hub that is away", None if is_right else str(done))
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
