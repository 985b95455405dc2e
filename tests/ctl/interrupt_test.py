#!/usr/bin/env python3
"""Ctrl-C while lgsp waits: interrupt_test.py LGSP

It ends with 130; on standard output there is one whole JSON document or nothing. A password prompt leaves a terminal on
which one sees what one types."""

import json
import os
import pathlib
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import termios

LGSP = sys.argv[1]
BIG = json.dumps({"documents": [{"seq": n, "subject": "x" * 1000} for n in range(2000)], "has_more": False, "is_cut": False})
failures = []


def note(what, wrong):
    print("FAIL" if wrong else "ok  ", what, wrong or "", flush=True)
    if wrong:
        failures.append(what)


def begin(folder, *words, **streams):
    environment = {"PATH": os.environ["PATH"], "XDG_CONFIG_HOME": str(folder), "LANG": "C.UTF-8"}
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.Popen([LGSP, *words], env=environment, **streams)


def no_answer(folder, server, url):
    """Whoever is asked says nothing."""
    for command in (["status"], ["find", "x"], ["version"], ["retry", "--where", "receiver=H43", "--dry-run"], ["health"],
                    ["login", "an", "--password-file", str(folder / "word")], ["status", "--watch"]):
        for style in ([], ["--json"]):
            with begin(folder, "--url", url, *command, *style) as process:
                with server.accept()[0] as caller:
                    caller.recv(1)  # It has asked.
                    process.send_signal(signal.SIGINT)
                    out, error = process.communicate(timeout=60)
            wrong = None if (process.returncode, out, error) == (130, b"", b"") else f"{process.returncode} {out} {error}"
            note(f"130 lgsp {' '.join([*command, *style])}", wrong)


def half_written(folder, server, url):
    """A document that nobody reads yet is written to its end."""
    with begin(folder, "--url", url, "find", "--json") as process:
        with server.accept()[0] as caller:
            caller.recv(65536)
            caller.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(BIG)}\r\n\r\n{BIG}".encode())
            beginning = os.read(process.stdout.fileno(), 1)
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=60)
    told = json.loads(beginning + rest)
    note("a document under way", None if process.returncode == 130 and len(told["documents"]) == 2000 else str(process.returncode))


def wait_for_packet(folder):
    (folder / "outbox").mkdir()
    (folder / "x.edxml").write_text("<x/>")
    with begin(folder, "send", str(folder / "x.edxml"), "--outbox", str(folder / "outbox"), "--wait", "600", "--json") as process:
        while not any(not name.startswith(".") for name in os.listdir(folder / "outbox")):
            if process.poll() is not None:
                break
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    note("130 lgsp send --wait", None if process.returncode == 130 and not out else f"{process.returncode} {out} {error}")


def silent_terminal(folder, url):
    master, slave = pty.openpty()
    with begin(folder, "--url", url, "login", "an", stdin=slave) as process:
        process.stderr.read(1)  # It asks.
        while termios.tcgetattr(slave)[3] & termios.ECHO:
            if process.poll() is not None:
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    is_seen = termios.tcgetattr(slave)[3] & termios.ECHO
    note("what is typed is seen again", None if process.returncode == 130 and is_seen else str(process.returncode))
    os.close(master)
    os.close(slave)


def main():
    with tempfile.TemporaryDirectory(prefix="lgsp-interrupt-") as temporary, socket.create_server(("127.0.0.1", 0)) as server:
        folder = pathlib.Path(temporary)
        (folder / "word").write_text("mật khẩu đủ dài\n")
        (folder / "word").chmod(0o600)
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        no_answer(folder, server, url)
        half_written(folder, server, url)
        wait_for_packet(folder)
        silent_terminal(folder, url)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
