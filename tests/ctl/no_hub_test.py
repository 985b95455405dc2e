#!/usr/bin/env python3
"""What every command says where no hub is, or something else: no_hub_test.py LGSP

Each command that asks a hub, at an address where nobody is and at addresses of other programs: exit code 6 with words
that say which of the two it is, in both languages, and as JSON."""

import http.server
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading

LGSP = sys.argv[1]
ID = "0192f0c1-2345-7abc-8def-0123456789ab"
WORDS = {"nobody": ("Không kết nối được trục", "The hub cannot be reached"),
         "other": ("Nơi trả lời không phải là trục", "What answers there is no LGSP hub")}
# Status, type, body of what another program answers, whatever it is asked.
PAGES = {
    "a page": (200, "text/html", "<html>Welcome to nginx!</html>"),
    "a page that there is not": (404, "text/html", "<html>404</html>"),
    "JSON of another kind": (200, "application/json", '{"status": "UP"}'),
    "a list": (200, "application/json", "[]"),
    "another's problem": (404, "application/json", '{"error": "no such route"}'),
    "a way elsewhere": (301, "text/html", ""),
    "nothing": (200, "text/plain", ""),
}
# DOWN is the folder with what files they want.
COMMANDS = [
    "status", "health", "queues", "queue list", "queue show H43.01", "find", "find 7816", f"show {ID}", "show 7816/VP", "explain H43.01 H43.02",
    "agency list", "agency show H43.01", "agency find x", "report", "report --csv", "overdue", "overdue --csv", "overdue --agency H43.01 --duty decision",
    "failures", "failure assign 0123456789abcdef", "failure assign 0123456789abcdef --to an",
    "failure assign 0123456789abcdef --give-back", "failure note 0123456789abcdef --text x", "audit", "axis",
    "operation list", "operation show 1", "operation stop 1 --reason x", "operation resume 1 --reason x",
    "operation cancel 1 --reason x", "operation approve 1 --expect 9 --reason x",
    "retry --where receiver=H43.01 --dry-run", "park --where receiver=H43.01 --dry-run",
    "release --where receiver=H43.01 --dry-run", f"hold {ID} --reason x", f"release {ID} --reason x",
    "queue pause H43.01 --reason x", "queue resume H43.01 --reason x", "queue limit H43.01 --per-minute 30 --reason x",
    "queue unlimit H43.01 --reason x",
    "remind H43.01 --duty retrieval --by phone --note x", f"reveal {ID} --part 1 --reason x -o DOWN/part",
    f"recall {ID} --reason x --outbox DOWN", "config show", "config diff", "config reload --reason x",
    "config reload --dry-run", "login an --password-file DOWN/word", "user list",
    "user add an --role viewer --password-file DOWN/word", "user change an --role viewer", "user disable an",
    "user enable an", "user password an --password-file DOWN/word", "user factor add an --password-file DOWN/word",
    "user factor confirm an --otp-file DOWN/word", "user factor remove an", "token list",
    "token add x --role viewer --out DOWN/token", "token revoke x",
]
# These have no part in it, and why.
LEFT_OUT = {
    "send": "an outbox", "validate": "a file", "dev pki": "files", "dev broker": "files", "completion": "itself",
    "man": "itself", "version": "a hub that is away is no failure",
    "support-bundle": "what is known without one: support_bundle_test.py", "doctor": "this host", "config check": "files",
    "context list": "its own file", "context use": "its own file",
    "logout": "a hub's answer is an empty object, and the session's end is its own file's",
}


class Other(http.server.BaseHTTPRequestHandler):
    page = PAGES["a page"]

    def answer(self):
        status, kind, body = self.page
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_POST = do_PATCH = do_DELETE = answer

    def log_message(self, *_):
        pass


def lgsp(url, command, folder, *more):
    words = [str(folder) + word.removeprefix("DOWN") if word.startswith("DOWN") else word for word in command.split()]
    environment = {"PATH": os.environ["PATH"], "XDG_CONFIG_HOME": str(folder)}
    return subprocess.run([LGSP, "--url", url, *more, *words], capture_output=True, text=True, env=environment, timeout=60,
                          stdin=subprocess.DEVNULL)


def wrong_with(url, command, folder, kind):
    """Text in both languages, then JSON."""
    wrong = []
    for lang, words in zip(("vi", "en"), WORDS[kind]):
        done = lgsp(url, command, folder, "--lang", lang)
        if done.returncode != 6 or words not in done.stderr or done.stdout or "--url" not in done.stderr:
            wrong.append(f"{lang}: {done.returncode} {done.stdout[:200]} {done.stderr[:300]}")
    if "--csv" in command:
        return wrong
    done = lgsp(url, command, folder, "--lang", "en", "--json")
    try:
        error = json.loads(done.stdout)["error"]
        is_right = (done.returncode, error["code"], error["title"], error["field"]) == (6, "hub_unreachable", WORDS[kind][1], url)
    except (ValueError, KeyError):
        is_right = False
    return wrong if is_right else [*wrong, f"json: {done.returncode} {done.stdout[:300]}"]


def commands_of(words=()):
    text = subprocess.run([LGSP, *words, "--help"], capture_output=True, text=True, check=True).stdout
    names = [line.split()[0] for line in text.partition("Subcommands:")[2].partition("\n\n")[0].splitlines() if line.strip()]
    return [each for name in names for each in (commands_of([*words, name]) or [" ".join([*words, name])])]


def main():
    failures = []

    def note(what, wrong):
        print("FAIL" if wrong else "ok  ", what, *wrong, sep="\n       " if wrong else " ", flush=True)
        failures.extend(wrong)

    for command in commands_of():
        is_known = command in LEFT_OUT or any(each == command or each.startswith(command + " ") for each in COMMANDS)
        note(f"{command} is in the table", [] if is_known else ["it is not"])
    with tempfile.TemporaryDirectory(prefix="lgsp-no-hub-") as temporary, socket.socket() as nobody:
        folder = pathlib.Path(temporary)
        (folder / "word").write_text("mật khẩu đủ dài\n")
        (folder / "word").chmod(0o600)
        nobody.bind(("127.0.0.1", 0))  # Bound and never listening: connecting is refused.
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_address[1]}"
        for command in COMMANDS:
            note(f"lgsp {command}: nobody there",
                 wrong_with(f"http://127.0.0.1:{nobody.getsockname()[1]}", command, folder, "nobody"))
            for what, Other.page in PAGES.items():
                note(f"lgsp {command}: {what}", wrong_with(here, command, folder, "other"))
        left = sorted(path.name for path in folder.iterdir())
        note("nothing was written", [] if left == ["word"] else [str(left)])
        server.shutdown()
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
