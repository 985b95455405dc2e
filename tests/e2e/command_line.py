#!/usr/bin/env python3
"""Every command of lgsp: exit code and exactly one JSON document, in each case it can meet: command_line.py BINARIES"""

import json
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "demo"))
from province import Province, free_port, packet, wait_for

AGENCIES = {"H43.01": "", "H43.02": ""}


def main():
    failures = []
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lgsp-ctl-"))
    province = Province(folder, sys.argv[1], AGENCIES)
    here = ["--url", f"http://127.0.0.1:{province.http_port}"]
    nowhere = ["--url", f"http://127.0.0.1:{free_port()}"]

    def expect(code, *arguments):
        for is_json in (False, True):
            line = [*arguments, *(["--json"] if is_json else [])]
            done = province.lgsp(*line, check=False)
            problem = None
            if done.returncode != code:
                problem = f"exit {done.returncode} instead of {code}: {done.stderr[:200]}"
            elif is_json:
                try:
                    value = json.loads(done.stdout)
                    if code not in (0,) and "error" not in value and "outcome" not in value:
                        problem = "no error in its JSON"
                except ValueError:
                    problem = f"not one JSON document: {done.stdout[:100]!r}"
            elif code == 0 and not done.stdout.strip():
                problem = "says nothing"
            print(("ok    " if not problem else "FAIL  ") + f"{code} lgsp {' '.join(line)} {problem or ''}", flush=True)
            if problem:
                failures.append(line)

    try:
        province.start()
        wait_for("the hub to be ready", province.is_ready, 60)
        province.drop("H43.01", "a", packet("H43.01", ["H43.02"], "7816", subject="V/v nâng cấp đường sắt"))
        wait_for("the document", lambda: list(province.box("H43.02", "inbox").glob("*.edxml")), 60)
        wait_for("its receipts", lambda: province.ask("find", "--state", "retrieved", check=False).get("documents"), 60)
        envelope = province.ask("find", "7816")["documents"][0]["id"]
        good = folder / "good.edxml"
        good.write_bytes(packet("H43.01", ["H43.02"], "7817"))
        bad = folder / "bad.edxml"
        bad.write_bytes(b"<x/>")
        outbox = str(province.box("H43.01", "outbox"))

        for command in (["status"], ["agency", "list"], ["queues"], ["find", "7816"], ["find", "7816/UBND-VX"],
                        ["find", "--subject", "duong sat"], ["find", "DUONG", "sat"], ["find", "--from", "H43.01"],
                        ["find", "--to", "H43.02", "--state", "retrieved"], ["find", "--since", "2020-01-01"],
                        ["find", "--id", envelope], ["show", envelope]):
            expect(0, *here, *command)
            expect(6, *nowhere, *command)
        expect(3, *here, "find", "--number", "999999")
        expect(3, *here, "show", "0192f0c1-2345-7abc-8def-0123456789ab")
        expect(3, *here, "show", "123456789")
        expect(1, *here, "show", "nonsense")
        expect(1, *here, "find", "--state", "nonsense")
        expect(1, *here, "find", "--since", "yesterday")
        expect(1, *here, "find", "--from", "no code!")
        for wrong in ([], ["nonsense"], ["show"], ["send", "x"], ["status", "--nonsense"], ["--lang", "fr", "status"],
                      ["dev", "pki"]):
            expect(2, *wrong)
        expect(0, "send", str(good), "--outbox", outbox)
        expect(0, "send", str(good), "--outbox", outbox, "--wait", "60")
        expect(1, "send", str(bad), "--outbox", outbox, "--wait", "60")
        expect(1, "send", str(folder / "absent.edxml"), "--outbox", outbox)
        for n, kind in enumerate(("pki", "broker")):
            for is_json in ([], ["--json"]):
                target = str(folder / f"trial{n}{len(is_json)}")
                done = province.lgsp("dev", kind, target, "--agencies", "H43", *is_json, check=False)
                if done.returncode != 0:
                    failures.append(["dev", kind])
            expect(1, "dev", kind, str(folder / f"trial{n}0"), "--agencies", "H43")
            expect(2, "dev", kind, str(folder / "other"), "--agencies", "no code!")
            if (folder / f"trial{n}0" / ("hub.key" if n == 0 else "hub.password")).stat().st_mode & 0o077:
                failures.append("a secret that others may read")
        story = province.lgsp(*here, "--lang", "vi", "show", envelope).stdout
        for words in ("Trục đã nhận" if "Trục đã nhận" in story else "Đã nhận", "7816/UBND-VX", "H43.02"):
            if words not in story:
                failures.append(f"the story lacks {words}")
        # A slow, a huge and a meaningless caller lose their own connection and nothing else.
        import socket
        for octets in (b"GET /v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 100000, b"\x00\xff" * 500,
                       b"GET /v1/status HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"POST /v1/status HTTP/1.1\r\n"):
            with socket.create_connection(("127.0.0.1", province.http_port)) as caller:
                caller.sendall(octets)
        expect(0, *here, "status")
    finally:
        province.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
