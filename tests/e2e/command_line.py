#!/usr/bin/env python3
"""Every command of lgsp: exit code and exactly one JSON document, in each case it can meet: command_line.py BINARIES"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from command_line_names import name_documents, tell_version, validate
from command_line_rows import ask_by_conditions, print_rows, watch
from province import Province, free_port, packet, wait_for
from factor_commands import use_second_factor
from failure_commands import FAILS, call, take
from host_commands import check_output, examine_host, gather_support, show_settings
from overdue_commands import NO_PATIENCE, remind
from queue_commands import queues
from reveal_commands import crawl, reveal

CONTACTS = 'contacts = [{ name = "Văn thư", phone = "0259 0000 002", note = "giờ hành chính" }]'
AGENCIES = {"H43.01": "", "H43.02": CONTACTS, FAILS: ""}
TOKEN = "0123456789abcdef"


def wrong_with(done, code, is_json):
    """What is wrong with how a command ended; None when nothing is."""
    if done.returncode != code:
        return f"exit {done.returncode} instead of {code}: {done.stderr[:200]}"
    if not is_json:
        said, other = (done.stdout, done.stderr) if code == 0 else (done.stdout + done.stderr, "")
        return "says nothing" if not said.strip() or other else None
    try:
        value = json.loads(done.stdout)
    except ValueError:
        return f"not one JSON document: {done.stdout[:100]!r}"
    if done.stderr:
        return f"also says {done.stderr[:100]!r}"
    if code != 0 and not {"outcome", "findings"} & value.keys() and not (value.get("error", {}).get("code") and value["error"].get("title")):
        return "no error with code and title in its JSON"
    return None


class Run:
    """Runs commands as text and as JSON; remembers which of them have done their work."""

    def __init__(self, province):
        self.province = province
        self.here = ["--url", f"http://127.0.0.1:{province.http_port}"]
        self.nowhere = ["--url", f"http://127.0.0.1:{free_port()}"]
        self.commands = self.commands_of([])
        self.done = set()
        self.failures = []

    def commands_of(self, words):
        """Every command that --help names, with the commands below it: [["status"], …, ["agency", "list"], …]"""
        text = self.province.lgsp(*words, "--help").stdout
        names = re.findall(r"^  ([\w-]+) ", text.partition("Subcommands:")[2].partition("\n\n")[0], re.M)
        found = []
        for name in names:
            found += self.commands_of([*words, name]) or [[*words, name]]
        return found

    def expect(self, code, *arguments, between=()):
        """`between`: a command that makes the second time like the first."""
        for is_json in (False, True):
            if is_json and between:
                self.province.lgsp(*between)
            line = [*arguments, *(["--json"] if is_json else [])]
            done = self.province.lgsp(*line, check=False)
            wrong = wrong_with(done, code, is_json)
            self.note(f"{code} lgsp {' '.join(line)}", wrong)
            if code == 0 and not wrong:
                self.done |= {(tuple(command), is_json) for command in self.commands
                              if any(list(arguments[i:i + len(command)]) == command for i in (0, 2, 4))}

    def once(self, code, words, is_json):
        """What cannot be done twice alike. Gives what it wrote."""
        line = [*self.here, *words, *(["--json"] if is_json else [])]
        done = self.province.lgsp(*line, check=False)
        wrong = wrong_with(done, code, is_json)
        self.note(f"{code} lgsp {' '.join(line)}", wrong)
        if code == 0 and not wrong:
            self.done |= {(tuple(command), is_json) for command in self.commands if list(words[:len(command)]) == command}
        return done.stdout

    def note(self, what, wrong):
        print(f"{'FAIL ' if wrong else 'ok   '} {what} {wrong or ''}", flush=True)
        if wrong:
            self.failures.append(what)


def ask(run):
    """The commands that ask the hub."""
    province, here, expect = run.province, run.here, run.expect
    envelope = province.ask("find", "7816")["documents"][0]["id"]
    for command in (["status"], ["agency", "list"], ["agency", "show", "H43.02"], ["agency", "find", "H43"], ["agency", "find", "h43.0", "--count", "1"],
                    ["queues"], ["axis"], ["report"], ["report", "--from", "2026-01-01", "--to", "2026-12-31", "--by", "month", "--agency", "H43.01", "--total", "H43.01=12"], ["report", "--total", "H43.01=12", "--formula", "changes,paper"], ["health"],
                    ["explain", "H43.01", "H43.02"], ["explain", "--document", envelope], ["overdue"], ["overdue", "--agency", "H43.02", "--duty", "decision", "--urgent"], ["find"],
                    ["find", "7816"], ["find", "7816/UBND-VX"],
                    ["find", "--subject", "duong sat"], ["find", "DUONG", "sat"], ["find", "--number", "7816"],
                    ["find", "--notation", "ubnd-vx"], ["find", "--from", "H43.01"], ["find", "--agency", "H43.02"],
                    ["find", "--to", "H43.02", "--state", "retrieved"], ["find", "--since", "2020-01-01"],
                    ["find", "--since", "1d", "--until", "2100-01-01T00:00:00+07:00"], ["find", "--before", "1000"],
                    ["find", "--count", "500"], ["find", "--id", envelope], ["show", envelope], ["show", "1"],
                    ["show", "7816/UBND-VX"], ["show", "7816/ubnd-vx"]):
        expect(0, *here, *command)
        expect(6, *run.nowhere, *command)
    for command in (["find", "--number", "999999"], ["find", "--before", "1"], ["find", "--refused"],
                    ["find", "--since", "0m"], ["agency", "find", "nowhere"], ["show", "0192f0c1-2345-7abc-8def-0123456789ab"],
                    ["explain", "--document", "123456789"], ["show", "123456789"], ["show", "7816/VPCP"], ["show", "nonsense"]):
        expect(3, *here, *command)
    for command in (["explain", "no code!"], ["explain"], ["explain", "H43", "--document", envelope],
                    ["find", "--state", "nonsense"], ["find", "--since", "yesterday"], ["find", "--from", "no code!"],
                    ["find", "--count", "501"], ["find", "--count", "0"], ["operation", "list", "--count", "0"], ["overdue", "--count", "501"], ["report", "--from", "2026-02-30"], ["report", "--by", "year"], ["report", "--total", "H43.01"], ["report", "--formula", "paper"], ["report", "--total", "H43.01=1", "--formula", "x"], ["overdue", "--duty", "arrival"], ["overdue", "--agency", "H43.01"], ["axis", "extra"], ["agency", "find", "x", "--count", "201"], ["agency", "find", " "], ["find", "--before", "x"]):
        expect(2, *here, *command)
    report = json.loads(province.lgsp(*here, "report", "--total", "H43.01=1000", "--json").stdout)
    share, own = report["electronic"][0], [row for row in report["agencies"] if row["agency"] == "H43.01"][0]
    is_right = own["sent"]["documents"] > 0 and share["share"] == (own["sent"]["documents"] - own["sent"]["changes"]) / 1000
    run.note("the share of what was sent through the hub", None if is_right else report)
    done = province.lgsp(*here, "report", "--csv", "--by", "year", check=False)
    run.note("2 lgsp report --csv --by year", None if done.returncode == 2 and "by" in done.stderr and not done.stdout else done.stderr)
    for other in (["--json"], ["--total", "H43.01=1"]):
        done = province.lgsp(*here, "report", "--csv", *other, check=False)
        run.note(f"2 lgsp report --csv {other[0]}", None if done.returncode == 2 else done.stdout)
    name_documents(run)
    tell_version(run)
    for style in ((), ("--json",)):
        done = province.lgsp(*here, "explain", "H43.01", "H43.99", *style, check=False)
        is_right = done.returncode == 8 and "receiver_unknown" in done.stdout
        run.note(f"8 lgsp explain H43.99 {' '.join(style)}", None if is_right else done.stdout)
    expect(2, "--url", "nonsense", "status")
    for command in (["hold", envelope, "--reason", "CV 12/TTr"], ["release", envelope, "--reason", "xong"]):
        # Nobody has signed in: nothing may be changed.
        expect(4, *here, *command)
        expect(6, *run.nowhere, *command)
    for words, lang in ((("Đã nhận vào trục", "7816/UBND-VX", "H43.02"), "vi"),
                        (("Accepted by the hub", "7816/UBND-VX", "H43.02"), "en")):
        story = province.lgsp(*here, "--lang", lang, "show", envelope).stdout
        csv = province.lgsp(*here, "--lang", lang, "report", "--csv").stdout
        lines = csv.removeprefix("\ufeff").splitlines()
        wanted = lines[0].startswith({"vi": "Kỳ,Mã đơn vị,", "en": "Period,Agency,"}[lang]) and any(",H43.02," in line for line in lines[1:])
        run.note(f"a report as CSV in {lang}", None if csv.startswith("\ufeff") and wanted else csv[:300])
        run.note(f"the story in {lang}", None if all(word in story for word in words) else story)


def use_no_hub(run, folder):
    """Mistakes of usage, and the commands that need no hub."""
    expect = run.expect
    for wrong in ([], ["nonsense"], ["show"], ["show", "a", "b"], ["send", "x"], ["status", "--nonsense"], ["agency"], ["agency", "find"],
                  ["--lang", "fr", "status"], ["dev"], ["dev", "pki"], ["dev", "pki", str(folder / "none")],
                  ["dev", "pki", "x", "--agencies", "H43", "--key-type", "dsa"],
                  ["send", "x", "--outbox", "y", "--wait", "-1"], ["hold"], ["hold", "x"], ["release", "x"],
                  ["hold", "x", "y", "--reason", "z"], ["release", "--reason", "z"],
                  ["completion"], ["completion", "tcsh"], ["completion", "bash", "zsh"], ["man", "find"]):
        expect(2, *wrong)
    for wrong in (["nonsense"], ["agency", "nonsense"]):
        said = run.province.lgsp("--lang", "en", *wrong, check=False).stderr
        run.note(f"what lgsp {' '.join(wrong)} says", None if "no such command: nonsense" in said else said)
    for wrong, meant in ((["stauts"], "status"), (["agency", "lst"], "list"), (["find", "--form", "H43"], "--from"),
                         (["status", "--jsn"], "--json"), (["hold", "x", "--reson", "y"], "--reason")):
        for lang, words in (("vi", "Có phải ý là: "), ("en", "Did you mean: ")):
            done = run.province.lgsp("--lang", lang, *wrong, check=False)
            is_right = done.returncode == 2 and f"{words}{meant}?" in done.stderr
            run.note(f"what lgsp {' '.join(wrong)} means in {lang}", None if is_right else done.stderr)
    told = json.loads(run.province.lgsp("--lang", "en", "stauts", "--json", check=False).stdout)["error"]
    run.note("and so it is in JSON", None if told["remedy"].startswith("Did you mean: status?") else told)
    for command in (["completion", "bash"], ["completion", "zsh"], ["completion", "fish"], ["man"]):
        expect(0, *command)
    for words in (["--version"], ["--help"], *([*command, "--help"] for command in run.commands)):
        done = run.province.lgsp(*words, check=False)
        run.note(f"0 lgsp {' '.join(words)}", wrong_with(done, 0, False))
    agencies = folder / "agencies.toml"
    for kind, secret in (("pki", "hub.key"), ("broker", "hub.password")):
        target = str(folder / f"trial-{kind}")
        expect(0, "dev", kind, target, "--agencies", "H43", "--from", str(agencies), "--force")
        expect(1, "dev", kind, target, "--agencies", "H43")
        expect(1, "dev", kind, target, "--from", str(folder / "absent.toml"))
        expect(2, "dev", kind, str(folder / "other"), "--agencies", "no code!")
        mode = (pathlib.Path(target) / secret).stat().st_mode & 0o777
        run.note(f"{secret} is its owner's alone", None if mode == 0o600 else oct(mode))


def send(run, folder):
    good, bad, deaf = folder / "good.edxml", folder / "bad.edxml", folder / "deaf" / "outbox"
    long = folder / ("ễ" * 80 + ".edxml")
    for file in (good, long):
        file.write_bytes(packet("H43.01", ["H43.02"], "7817"))
    bad.write_bytes(b"<x/>")
    deaf.mkdir(parents=True)
    outbox = str(run.province.box("H43.01", "outbox"))
    run.expect(0, "send", str(good), "--outbox", outbox)
    for file, to in ((good, outbox), (good, outbox + "/"), (long, outbox)):
        run.expect(0, "send", str(file), "--outbox", to, "--wait", "60")
    run.expect(1, "send", str(bad), "--outbox", outbox, "--wait", "60")
    run.expect(1, "send", str(folder / "absent.edxml"), "--outbox", outbox)
    run.expect(1, "send", str(good), "--outbox", str(folder / "absent"))
    run.expect(1, "send", "/dev/zero", "--outbox", outbox)
    run.expect(6, "send", str(good), "--outbox", str(deaf), "--wait", "1")


def answer(number, code):
    """A status packet of H43.02 about a document of H43.01."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLEnvelope xmlns:edXML="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLHeader><edXML:MessageHeader>
<edXML:From><edXML:OrganId>H43.02</edXML:OrganId><edXML:OrganName>H43.02</edXML:OrganName></edXML:From>
<edXML:ResponseFor><edXML:OrganId>H43.01</edXML:OrganId><edXML:Code>{number}/UBND-VX</edXML:Code><edXML:PromulgationDate>2026/11/20</edXML:PromulgationDate><edXML:DocumentId>H43.01,2026/11/20,{number}/UBND-VX</edXML:DocumentId></edXML:ResponseFor>
<edXML:StatusCode>{code}</edXML:StatusCode><edXML:Description>Đồng ý</edXML:Description><edXML:Timestamp>2026/11/21 08:00:00</edXML:Timestamp>
</edXML:MessageHeader></edXML:edXMLHeader></edXML:edXMLEnvelope></edXML>
""".encode()


def recall(run, folder):
    """A document is asked back, given back, and cannot be changed afterwards."""
    province, outbox = run.province, run.province.box("H43.01", "outbox")
    why = ("--reason", "Sai thẩm quyền", "--outbox", str(outbox))

    def change_of(number):
        return province.ask("show", f"{number}/UBND-VX")["deliveries"][0]["change"] or {"state": "none"}

    for number, is_json in (("7816", False), ("7821", True)):
        if is_json:
            province.drop("H43.01", "d", packet("H43.01", ["H43.02"], number))
            wait_for("a document to recall", lambda: province.ask("find", "--number", number, check=False).get("documents"), 60)
        line = [*run.here, "recall", f"{number}/UBND-VX", *why, *(["--json"] if is_json else [])]
        wrong = wrong_with(province.lgsp(*line, check=False), 0, is_json)
        run.note(f"0 lgsp {' '.join(line)}", wrong)
        run.done.add((("recall",), is_json))
        wait_for("the question", lambda: change_of(number)["state"] == "asked", 60)
        run.expect(5, *run.here, "recall", f"{number}/UBND-VX", *why)
    wait_for("the question at the receiver", lambda: any(b"StatusCode>13<" in file.read_bytes() for file in
                                                         province.box("H43.02", "inbox").glob("*.edxml")), 60)
    province.drop("H43.02", "answer", answer("7816", "15"))
    wait_for("the answer", lambda: change_of("7816")["state"] == "agreed", 60)
    told = province.ask("show", "7816/UBND-VX")
    run.note("the document is given back", None if told["deliveries"][0]["state"] == "15" else str(told))
    shown = province.lgsp(*run.here, "--lang", "vi", "show", "7816/UBND-VX").stdout
    run.note("and people are told so", None if "Thu hồi: bên nhận đồng ý" in shown else shown)
    document_id = "<edXML:DocumentId>H43.01,2026/11/20,7816/UBND-VX</edXML:DocumentId>"
    again = packet("H43.01", ["H43.02"], "7822").replace(
        b"</edXML:TraceHeader></edXML:TraceHeaderList>",
        f"</edXML:TraceHeader><edXML:Bussiness>{document_id}<edXML:BussinessDocType>1</edXML:BussinessDocType>"
        "<edXML:BussinessDocReason>nữa</edXML:BussinessDocReason></edXML:Bussiness></edXML:TraceHeaderList>".encode())
    province.drop("H43.01", "again", again)
    reason = province.box("H43.01", "refused") / "again.edxml.reason.json"
    wait_for("the refusal of another recall", reason.exists, 60)
    code = json.loads(reason.read_text())["code"]
    run.note("what was given back stays given back", None if code == "document_recalled" else code)
    run.expect(5, *run.here, "recall", "7816/UBND-VX", *why)
    run.expect(3, *run.here, "recall", "7821/UBND-VX", *why, "--to", "H43.01")
    run.expect(3, *run.here, "recall", "nonsense", *why)
    run.expect(2, *run.here, "recall", "7816/UBND-VX", "--reason", "x")
    run.expect(6, *run.nowhere, "recall", "7816/UBND-VX", *why)


def misbehave(run):
    """A huge and a meaningless caller, one for another host and one that stops in the middle."""
    for octets in (b"GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 100000, b"\x00\xff" * 500,
                   b"GET /v1/status HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"POST /v1/status HTTP/1.1\r\n"):
        with socket.create_connection(("127.0.0.1", run.province.http_port)) as caller:
            with contextlib.suppress(OSError):  # It may be hung up on before all is said.
                caller.sendall(octets)
    run.expect(0, *run.here, "status")


def show_a_token(run, folder):
    """The hub again, now with a token."""
    province = run.province
    token, wrong_token = secret(folder, "http.token", TOKEN), secret(folder, "wrong.token", TOKEN[:-1] + "0")
    settings = (folder / "hub.toml").read_text().replace("[http]", '[http]\ntoken_file = "http.token"')
    (folder / "hub.toml").write_text(settings + NO_PATIENCE)
    province.kill("hub", signal.SIGTERM)
    province.start_hub()
    right = [*run.here, "--token-file", token]
    wait_for("the hub with a token", lambda: province.lgsp(*right, "status", check=False).returncode == 0, 60)
    for command in (["status"], ["find", "7816"], ["show", "1"], ["queues"], ["agency", "list"], ["config", "show"], ["config", "show", "--origin", "--key", "http."]):
        run.expect(0, *right, *command)
        run.expect(4, *run.here, *command)
        run.expect(4, *run.here, "--token-file", wrong_token, *command)
    run.expect(1, *run.here, "--token-file", str(folder / "absent.token"), "status")
    print_rows(run, right, (["failures"], ["failures", "--parked"], ["operation", "list"], ["audit"], ["config", "show"]))
    show_settings(run, right, folder / "hub.toml", TOKEN)
    gather_support(run, right, folder, TOKEN)
    operate(run, right)
    hold_and_release(run, right, folder)
    remind(run, right)
    reveal(run, right, folder)
    queues(run, right)
    take(run, right)
    call(run, right)


def operate(run, right):
    """Operations on deliveries, of which there are none just now: tests/e2e/operations.py has a thousand."""
    nobody = ("--where", "receiver=H43.02")
    sure = ("--yes", "--reason", "thử", "--wait", "30")
    for command in (["failures"], ["failures", "--parked"], ["audit"], ["audit", "--verb", "hold"], ["operation", "list"]):
        run.expect(0, *right, *command)
        run.expect(4, *run.here, *command)
    for standing in (("--standing", "parked"), ("--state", "parked"), ("--standing", "at_adapter")):
        run.expect(3, *right, "find", *standing)
    run.expect(2, *right, "find", "--standing", "nonsense")
    run.expect(0, *right, "retry", "--where", "state=parked", "--dry-run")
    run.expect(0, *right, "release", "--where", "cause=none", "--dry-run")
    for command in ("retry", "park", "release"):
        run.expect(0, *right, command, *nobody, "--dry-run")
        run.expect(5, *right, command, *nobody, "--expect", "0", *sure)
        run.expect(5, *right, command, *nobody, "--expect", "1", *sure)
        run.expect(2, *right, command, *nobody, "--expect", "0")
        run.expect(2, *right, command, "--where", "nonsense", "--dry-run")
        run.expect(4, *run.here, command, *nobody, "--dry-run")
    run.expect(3, *right, "operation", "show", "999")
    for command in ("stop", "cancel", "resume"):
        run.expect(3, *right, "operation", command, "999", "--reason", "không có")
        run.expect(2, *right, "operation", command, "1")
    run.expect(3, *right, "operation", "approve", "999", "--expect", "1", "--reason", "không có")
    run.expect(2, *right, "operation", "approve", "999", "--reason", "không có")


def hold_and_release(run, right, folder):
    """A legal hold, the reasons of which are in the document's story."""
    def story():
        return json.loads(run.province.lgsp(*right, "show", "1", "--json").stdout)

    envelope = story()["id"]
    for command, is_held in (("hold", True), ("release", False)):
        reason = f"Công văn 12/TTr: {command}"
        again = () if is_held else (*right, "hold", envelope, "--reason", "nữa")
        run.expect(0, *right, command, envelope, "--reason", reason, between=again)
        run.expect(4, *run.here, command, envelope, "--reason", reason)
        run.expect(4, *run.here, "--token-file", str(folder / "wrong.token"), command, envelope, "--reason", reason)
        told = story()
        said = [entry["text"] for entry in told["entries"] if entry["event"] == ("held" if is_held else "released")]
        # Once as text, once as JSON.
        run.note(f"{command} is in the story", None if told["held"] == is_held and said == 2 * [reason] else str(told))
        run.expect(3, *right, command, "0192f0c1-2345-7abc-8def-0123456789ab", "--reason", reason)
        for name, wrong in (("7816/UBND-VX", reason), ("1", reason), (envelope, ""), (envelope, " "),
                            (envelope, "x" * 1000)):
            run.expect(2, *right, command, name, "--reason", wrong)
    run.expect(1, *right, "release", envelope, "--reason", "đã thôi giữ")


def secret(folder, name, text):
    (folder / name).write_text(text + "\n")
    (folder / name).chmod(0o600)
    return str(folder / name)


def sign_in(run, folder):
    """The first administrator by a code of the host, users, tokens, contexts."""
    province, here, expect = run.province, run.here, run.expect
    word, other, wrong = (secret(folder, name, text) for name, text in
                          (("word", "mật khẩu đủ dài"), ("other", "một mật khẩu khác"), ("wrong", "not the password")))
    made = subprocess.run([province.bin / "lgsp-hub", "--login-code", folder / "hub.toml"], capture_output=True, text=True)
    run.note("a code is alone on standard output", None if made.returncode == 0 and len(made.stdout) == 24 else str(made))
    code = secret(folder, "code", made.stdout.strip().lower())
    login = (*here, "login", "an", "--password-file", word)
    expect(4, *login)
    run.note("the code is good", wrong_with(province.lgsp(*login, "--code-file", code, check=False), 0, False))
    expect(4, *login, "--code-file", code)
    expect(0, *login)
    expect(4, *here, "login", "an", "--password-file", wrong)
    expect(1, *here, "login", "an", "--password-file", str(folder / "absent"))
    expect(6, *run.nowhere, "login", "an", "--password-file", word)
    contexts = folder / "lgsp" / "contexts.json"
    run.note("the session is its owner's alone", None if contexts.stat().st_mode & 0o777 == 0o600 else oct(contexts.stat().st_mode))
    for command in (["status"], ["user", "list"], ["token", "list"], ["context", "list"], ["context", "use", "default"]):
        expect(0, *here, *command)
    print_rows(run, here, (["user", "list"], ["token", "list"], ["context", "list"]))
    # Its context says where the hub is.
    expect(0, "status")
    expect(3, "context", "use", "nowhere")
    manage_users(run, folder, login, word, other)
    use_second_factor(run, folder)
    expect(0, *here, "logout", between=login)
    expect(4, *here, "status")


def once_each(run, lines):
    """What cannot be done twice alike: once as text, once as JSON."""
    for is_json, line in zip((False, True), lines):
        run.once(0, line, is_json)


def manage_users(run, folder, login, word, other):
    here, expect, lgsp = run.here, run.expect, run.province.lgsp
    clerk = ["--role", "clerk", "--agency", "H43.02", "--password-file", other]
    once_each(run, (["user", "add", "binh", *clerk], ["user", "add", "chi", *clerk]))
    expect(1, *here, "user", "add", "binh", *clerk)
    expect(2, *here, "user", "add", "Bình", *clerk)
    expect(2, *here, "user", "add", "dung", "--role", "clerk", "--password-file", other)
    expect(2, *here, "user", "add", "dung", "--role", "root", "--password-file", other)
    for command in (["user", "change", "chi", "--role", "viewer"], ["user", "disable", "chi"], ["user", "enable", "chi"],
                    ["user", "password", "chi", "--password-file", word]):
        expect(0, *here, *command)
        expect(3, *here, *command[:2], "nobody", *command[3:])
        expect(6, *run.nowhere, *command)
    expect(1, *here, "user", "disable", "an")
    # The same with the same key is done once, something else is not done with it.
    again = ["--once", "k-1", "user", "password", "chi", "--password-file", word]
    expect(0, *here, *again)
    expect(5, *here, *again[:-1], other)
    expect(5, *here, *again[:2], "user", "disable", "chi")
    # What somebody else has changed since it was looked at is not changed.
    listed = lambda: {user["name"]: user["etag"] for user in run.province.ask("user", "list")["users"]}
    seen = listed()["chi"]
    expect(0, *here, "--seen", seen.strip('"'), "user", "enable", "chi")
    lgsp(*here, "user", "disable", "chi")
    expect(5, *here, "--seen", seen, "user", "enable", "chi")
    expect(0, *here, "--seen", "*", "user", "enable", "chi")
    tokens = [str(folder / name) for name in ("one.token", "two.token")]
    once_each(run, [["token", "add", name, "--role", role, "--out", file] for name, role, file in
                                      (("one", "operator", tokens[0]), ("two", "viewer", tokens[1]))])
    expect(0, *here, "--token-file", tokens[0], "status")
    expect(4, *here, "--token-file", tokens[0], "user", "list")
    once_each(run, (["token", "revoke", "one"], ["token", "revoke", "two"]))
    expect(4, *here, "--token-file", tokens[0], "status")
    expect(3, *here, "token", "revoke", "one")
    # A clerk of the receiver, who may look and no more.
    lgsp(*here, "login", "binh", "--password-file", other)
    expect(0, *here, "find", "7816")
    expect(4, *here, "user", "list")
    expect(4, *here, "hold", "0192f0c1-2345-7abc-8def-0123456789ab", "--reason", "x")
    expect(4, *here, "user", "password", "chi", "--password-file", word)
    expect(0, *here, "user", "password", "binh", "--password-file", other, "--current-file", other)
    lgsp(*login)


def speak_tls(run, folder):
    """The hub again, now with TLS: on the same port, in the same way, for whoever knows who signed its certificate."""
    province = run.province
    settings = (folder / "hub.toml").read_text()
    (folder / "hub.toml").write_text(settings.replace("[http]", '[http]\ncertificate_file = "pki/hub.pem"\nkey_file = "pki/hub.key"'))
    province.kill("hub", signal.SIGTERM)
    province.start_hub()
    secure = ["--url", f"https://127.0.0.1:{province.http_port}"]
    known = [*secure, "--ca-file", str(folder / "pki" / "ca.pem")]
    token = ["--token-file", str(folder / "http.token")]
    wait_for("the hub with TLS", lambda: province.lgsp(*known, *token, "agency", "list", check=False).returncode == 0, 60)
    run.expect(0, *known, "login", "an", "--password-file", str(folder / "word"))
    for code, words in ((0, known), (0, ()), (6, (*secure, *token)), (6, (*run.here, *token))):
        run.expect(code, *words, "agency", "list")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lgsp-ctl-"))
    os.environ["XDG_CONFIG_HOME"] = str(folder)
    province = Province(folder, sys.argv[1], AGENCIES)
    run = Run(province)
    try:
        province.start()
        wait_for("the hub to be ready", province.is_ready, 60)
        for name, number in (("a", "7816"), ("b", "7820"), ("c", "7820")):
            province.drop("H43.01", name, packet("H43.01", ["H43.02"], number, subject=f"V/v đường sắt, bản {name},"))
        wait_for("the documents", lambda: len(list(province.box("H43.02", "inbox").glob("*.edxml"))) == 3, 60)
        wait_for("their receipts",
                 lambda: len(province.ask("find", "--state", "retrieved", check=False).get("documents", [])) == 3, 60)
        ask(run)
        crawl(run)
        ask_by_conditions(run)
        print_rows(run, run.here, (["find"], ["queues"], ["overdue"], ["agency", "list"], ["agency", "find", "H43"]))
        use_no_hub(run, folder)
        send(run, folder)
        validate(run, folder)
        recall(run, folder)
        misbehave(run)
        check_output(run)
        watch(run)
        show_a_token(run, folder)
        examine_host(run, folder)
        sign_in(run, folder)
        speak_tls(run, folder)
    finally:
        province.stop()
        shutil.rmtree(folder, ignore_errors=True)
    # These need one that there is: tests/e2e/operations.py.
    of_one = [["operation", verb] for verb in ("show", "stop", "cancel", "approve", "resume")]
    for command in (each for each in run.commands if each not in of_one):
        for is_json in (False, True):
            run.note(f"{' '.join(command)} as {'JSON' if is_json else 'text'} is under test",
                     None if (tuple(command), is_json) in run.done else "never done")
    print(f"{len(run.failures)} failures")
    return 1 if run.failures or len(run.commands) < 8 else 0


if __name__ == "__main__":
    sys.exit(main())
