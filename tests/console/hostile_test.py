#!/usr/bin/env python3
"""500 hostile texts in every field that a sender fills in, through the real hub into the real console, its CSV files, the
command line and the logs: hostile_test.py BINARIES FOLDER

Nothing may run, everything is shown as the text that it is, and nothing steers a terminal or a spreadsheet. FOLDER and
exit code 77 as in console_test.py."""

import csv
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

from console_test import SKIPPED, one_time_code, tools
from payloads import LONG, is_control, payloads

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from province import Province, wait_for

SENDER, STORES, FAILS, SILENT = "H43.01", "H43.02", "H43.03", "H43.04"
TOGETHER, TEXT_BYTES_MAX, REASON_BYTES_MAX = 10, 4096, 300
TEXTS = ("issuer", "number", "notation", "promulgated_on", "document_id", "subject", "type_name", "reason")
# What a terminal obeys, what turns a line around, and what cannot be seen; \n alone ends a line.
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                      "\U000e0000-\U000e007f]")
FORMULA = re.compile(r'^["\s]*[=+\-@＝＋－＠]')


def groups():
    """What goes into one document each: the long ones alone, of the others some of each kind together."""
    short = [text for text in payloads() if text not in LONG and not is_control(text)]
    count = -(-len(short) // TOGETHER)
    return [short[n::count] for n in range(count)] + [[text] for text in LONG]


def cut(text, bytes_max):
    return text.encode()[:bytes_max].decode(errors="ignore")


def turned(group, by):
    by %= len(group)
    return cut(" ¦ ".join(group[by:] + group[:by]), TEXT_BYTES_MAX)


class Trial:
    def __init__(self, folder, binaries):
        names = dict(zip((SENDER, STORES, FAILS, SILENT), (json.dumps(name, ensure_ascii=False)[1:-1] for name in (
            "=cmd|' /C calc'!A0 <img src=x onerror=hit()>", "Sở\u202e <script>hit()</script>", "a;=1+1;{{hit()}}",
            "\"><svg onload=hit()>"))))
        self.province = Province(folder, binaries, {code: "" for code in names}, names=names)
        self.failures = []

    def check(self, what, wrong):
        print(f"{'FAIL ' if wrong else 'ok   '} {what} {wrong or ''}", flush=True)
        if wrong:
            self.failures.append(what)

    def start(self):
        province = self.province
        province.start_broker()
        # Everything is late at once, so that it stands on the pages of what is late too.
        terms = "".join(f'{duty} = "0m"\n'
                        for duty in ("retrieval", "arrival", "decision", "urgent_decision", "change_answer"))
        days = '"mon", "tue", "wed", "thu", "fri", "sat", "sun"'
        province.write_settings(more=f'[deadlines]\n{terms}[calendar]\nhours = ["00:00-23:59"]\nweekdays = [{days}]\nholidays = []\n')
        province.start_hub()
        wait_for("the hub to be ready", province.is_ready, 60)
        province.start_adapter(STORES)
        work = province.folder / "fails"
        work.mkdir()
        short = [text for text in payloads() if len(text.encode()) <= REASON_BYTES_MAX and "\n" not in text
                 and "\r" not in text]
        (work / "refuse").write_text("\n".join(cut(" ¦ ".join(short[n:n + 5]), REASON_BYTES_MAX)
                                               for n in range(0, len(short), 5)))
        province.spawn("fails", province.bin / "refusing_receiver", province.folder, FAILS, str(province.broker_port),
                       work)

    def submit(self, agency, envelopes):
        """Lists of fields and texts, or octets; gives the envelopes' ids."""
        lines = "".join("".join(f"{field} {(text if isinstance(text, bytes) else text.encode()).hex()}\n" for field,
                                text in fields) + "\n"
                        for fields in envelopes)
        province = self.province
        done = subprocess.run([province.bin / "submit_fields", province.folder, str(province.broker_port), agency],
                              input=lines, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    # ---- What is sent

    def send(self):
        self.groups = groups()
        receivers = (STORES, FAILS, SILENT)
        documents = [[("kind", "document"), ("receiver", receivers[n % 3]),
                      *((field, turned(group, at)) for at, field in enumerate(TEXTS)),
                      # The folder adapter stores a packet in one part and no other.
                      *(("part", cut(text, 1000)) for text in (group if n % 3 else [turned(group, 5)])),
                      ("traceparent", turned(group, 3))]
                     for n, group in enumerate(self.groups)]
        self.documents = self.submit(SENDER, documents)
        statuses = [[("kind", "status"), ("receiver", SENDER), ("code", "03" if n % 2 else "99" + cut(group[0], 50)),
                     ("description", turned(group, 1)), ("staff", turned(group, 2)),
                     ("reported_at", turned(group, 3)), ("issuer", turned(group, 0)),
                     ("answers_code", turned(group, 1) + "/" + turned(group, 2)),
                     ("document_id", turned(group, 4))] for n, group in enumerate(self.groups) if n % 3 == 0]
        self.submit(STORES, [[(field, cut(text, TEXT_BYTES_MAX)) for field, text in fields] for fields in statuses])
        self.submit(SENDER, [[("kind", "service"), ("field", cut(turned(group, 1), 200)),
                              ("reason", cut(turned(group, 2), REASON_BYTES_MAX)),
                              ("number", turned(group, 0)), ("subject", turned(group, 3))]
                              for group in self.groups[::5]])
        odd = [text.encode() for text in payloads() if is_control(text)] + [b"\xed\xa0\x80", b"\xc0\xaf", b"\xff\xfe",
                                                                            b"x" * 4097]
        self.refused = self.submit(SENDER, [[("kind", "document"), ("receiver", STORES), ("number", b"1"),
                                             ("subject", text)] for text in odd])
        ask = self.province.ask

        def is_there():
            found = ask("find", "--count", "500", check=False)
            seen = {document["id"]: document for document in (found or {}).get("documents", [])}
            states = [(x["receiver"], x["state"]) for d in seen.values() for x in d["deliveries"]
                      if d["kind"] == "document"]
            is_stored = len(list(self.province.box(STORES, "inbox").glob("*.edxml"))) >= len(self.groups[::3])
            return set(self.documents) <= set(seen) and is_stored and states.count((FAILS, "failed")) >= len(self.groups) // 3 and seen
        self.seen = wait_for("the documents to be there", is_there, 60)
        self.check("all documents were accepted", [i for i in self.documents if self.seen[i]["refusal"]])

    def operate(self):
        """What users write themselves."""
        code = one_time_code(self.province)
        (self.province.folder / "code").write_text(code)
        (self.province.folder / "password").write_text("một mật khẩu dài")
        self.cookie = self.call("POST", "/v1/session",
                                {"name": "admin", "password": "một mật khẩu dài", "code": code})[1]
        reasons = [cut(turned(group, 0), REASON_BYTES_MAX) for group in self.groups] + ["\x1b[2J\x07 \u202ex", "=1+1",
                                                                                        "a\r\nb"]
        for reason, id_ in zip(reasons[::-1][:12], self.documents):
            status = self.call("POST", f"/v1/documents/{id_}/hold?reason={urllib.parse.quote(reason)}")[0]
            assert status == 200, (status, reason)
        for n, reason in enumerate(reasons[:6]):
            preview = json.loads(self.call("POST", "/v1/operations/preview", {"act": "retry", "receiver": FAILS})[2])
            wish = {"act": "retry", "receiver": FAILS, "seen": preview["seen"], "expect": preview["count"],
                    "reason": reason}
            if n == 0 or preview["count"]:
                assert self.call("POST", "/v1/operations", wish)[0] in (201, 409), reason
        raw = b'{"act":"retry","seen":"1-1","expect":0,"reason":"\\ud800"}'
        self.check("a lone surrogate as JSON is refused", None if self.call("POST", "/v1/operations", raw)[0] == 400
                   else "it is not")

    def call(self, method, target, body=None):
        octets = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        headers = {"X-Lgsp-Request": "1", "Content-Type": "application/json", "Cookie": getattr(self, "cookie", "")}
        request = urllib.request.Request(f"http://127.0.0.1:{self.province.http_port}{target}", octets, headers,
                                         method=method)
        try:
            with urllib.request.urlopen(request) as reply:
                return reply.status, (reply.headers["Set-Cookie"] or "").partition(";")[0], reply.read()
        except urllib.error.HTTPError as error:
            return error.code, "", error.read()

    # ---- What is looked at

    def look_at_terminal(self):
        province = self.province
        config = {"HOME": str(province.folder), "PATH": "/usr/bin:/bin"}
        here = [province.bin / "lgsp", "--url", f"http://127.0.0.1:{province.http_port}"]
        login = subprocess.run([*here, "login", "admin", "--password-file", province.folder / "password"], env=config,
                               capture_output=True, text=True)
        assert login.returncode == 0, login.stderr
        refused = [document["id"] or str(document["seq"]) for document in self.seen.values() if document["refusal"]]
        commands = [["status"], ["health"], ["find", "--count", "500"], ["find", "--refused"], ["queues"], ["failures"],
                    ["overdue"], ["operation", "list"],
                    ["operation", "show", "1"], ["audit"], ["agency", "list"], ["agency", "find", "H43"],
                    ["explain", STORES, FAILS, SILENT], ["report"],
                    ["user", "list"], ["token", "list"], ["configuration"], ["find", "\x1b[2J\u202e"],
                    ["show", "\x1b[2J\u202e"],
                    ["retry", "--where", f"receiver={FAILS}", "--dry-run"],
                    *(["show", id_] for id_ in self.documents + refused[:15])]
        wrong, told = [], 0
        for language in ("vi", "en"):
            for command in commands[:25] if language == "en" else commands:
                done = subprocess.run([*here, "--lang", language, *command], env=config, capture_output=True)
                text = (done.stdout + done.stderr).decode(errors="surrogateescape")
                told += len(text)
                odd = sorted({f"{ord(c):04x}" for c in STEERING.findall(text)} | {f"{ord(c):04x}" for c in text
                                                                                  if "\ud800" <= c <= "\udfff"})
                if odd or done.returncode not in (0, 1, 2, 3, 8):
                    wrong.append((command, done.returncode, odd))
        self.check(f"nothing that lgsp writes steers a terminal ({told} letters)", wrong[:5] if told > 100_000
                   else wrong or "too little was written")
        report = subprocess.run([*here, "report", "--csv"], env=config, capture_output=True).stdout.decode()
        self.check_csv("lgsp report --csv", report)

    def look_at_logs(self):
        for log in sorted(self.province.folder.glob("*.log")):
            found = STEERING.findall(log.read_text(errors="surrogateescape"))
            self.check(f"nothing in {log.name} steers a terminal", sorted({f"{ord(c):04x}" for c in found}))

    def look_at_files(self):
        inbox = self.province.box(STORES, "inbox")
        names = [path.name for path in inbox.iterdir()]
        self.check(f"{len(names)} files of the receiver have names like any other",
                   [n for n in names if STEERING.search(n) or len(n.encode()) > 255][:3]
                   if names else "there are none")
        self.check("no file is anywhere else", [str(p) for p in (pathlib.Path("/tmp/hit"),) if p.exists()])

    def check_csv(self, what, text):
        """Whatever the list separator of the system is: with a semicolon, quotes within a line mean nothing."""
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
        cells = [cell for row in rows for cell in row] + re.split("[;\t\r\n]", text.removeprefix("\ufeff"))
        cells += [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
                  for cell in row]
        self.check(f"{what}: {len(rows)} rows, no cell is a formula",
                   [cell[:60] for cell in cells if FORMULA.match(cell)][:5] if len(rows) > 1 else "no rows")

    def look_at_pages(self, driver):
        shown = {id_: [cut(" ¦ ".join([text]), TEXT_BYTES_MAX) for text in group] for id_,
                 group in zip(self.documents, self.groups)}
        (driver / "hostile.json").write_text(json.dumps({"stories": shown, "refused": self.refused,
                                                         "agencies": [SENDER, STORES, FAILS, SILENT]}))
        url = f"http://127.0.0.1:{self.province.http_port}"
        name, _, value = self.cookie.partition("=")
        done = subprocess.run(["node", "hostile.mjs", url, name, value], cwd=driver)
        self.check("the console", "see above" if done.returncode else None)
        for file in sorted((driver / "csv").glob("*.csv")):
            self.check_csv(f"console: {file.name}", file.read_bytes().decode())


def main(binaries, folder):
    folder = pathlib.Path(folder).resolve()
    driver, why = tools(folder)
    if not driver:
        print(f"skipped: {why}")
        return SKIPPED
    shutil.copy(pathlib.Path(__file__).with_name("hostile.mjs"), folder / "hostile.mjs")
    shutil.rmtree(folder / "csv", ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        trial = Trial(temporary, binaries)
        try:
            trial.start()
            trial.send()
            trial.operate()
            trial.look_at_pages(driver)
            trial.look_at_terminal()
            trial.look_at_files()
            trial.look_at_logs()
        finally:
            trial.province.stop()
    print(f"{len(payloads())} texts, {len(trial.failures)} failures")
    return 1 if trial.failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
