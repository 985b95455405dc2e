#!/usr/bin/env python3
"""Completion scripts and the manual page say what --help says: self_commands_test.py LGSP

The script for bash is run by bash. Those for zsh and fish are read by these shells where they are installed; otherwise
only our own rules are checked here: quotes that close, every command and every option. So it is with the page and man.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

LGSP = os.path.abspath(sys.argv[1])
VALUES = ("vi en", "bash zsh fish", "p256 rsa2048 ed25519", "viewer clerk operator administrator",
          "retrieval arrival decision change_answer", "phone mail message other")
# What the page may contain after a backslash, and at the beginning of a line.
ESCAPES = r"\\(?:e|-|&|fB|fI|fR|\((?:aq|dq|ga|ha|ti))"
MACROS = {".TH", ".SH", ".SS", ".TP", ".PP", ".RS", ".RE", ".nf", ".fi", ".br", ".nh", ".ad", '.\\"'}
failures = []


def lgsp(*words):
    environment = dict(os.environ, XDG_CONFIG_HOME="/nonexistent", LGSP_URL="http://nowhere.example", LANG="C.UTF-8")
    return subprocess.run([LGSP, *words], check=True, capture_output=True, text=True, env=environment).stdout


def expect(is_so, what):
    print("ok   " if is_so else "FAIL ", what, flush=True)
    if not is_so:
        failures.append(what)


def section(text, name):
    return text.partition(f"\n{name}:\n")[2].partition("\n\n")[0]


def commands_of(words=()):
    """Every command that --help names, groups too, with its long options: {("agency", "list"): {"--json", …}, …}"""
    text = lgsp(*words, "--help")
    found = {words: set(re.findall(r"^ +(?:-\w,)?(--[\w-]+)", section(text, "Options"), re.M))}
    for name in re.findall(r"^  ([\w-]+) ", section(text, "Subcommands"), re.M):
        found |= commands_of((*words, name))
    return found


class Bash:
    """Presses Tab: what the script offers behind these words, the last of which is being written."""

    def __init__(self, script, folder):
        self.folder = folder
        self.file = os.path.join(folder, "lgsp.bash")
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(script)

    def offered(self, *words):
        press = ('source "$0"; COMP_WORDS=(lgsp "$@"); COMP_CWORD=$#; _lgsp; '
                 '((${#COMPREPLY[@]} == 0)) || printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "--norc", "-uc", press, self.file, *words], cwd=self.folder, capture_output=True, text=True)
        if done.returncode or done.stderr:
            return f"exit {done.returncode}: {done.stderr}"
        return sorted(done.stdout.splitlines())

    def expect(self, words, wanted):
        got = self.offered(*words)
        expect(got == sorted(wanted), f"bash: lgsp {' '.join(words)}|" + ("" if got == sorted(wanted) else f": {got}"))


def check_bash(bash, commands):
    everywhere = commands[()]
    for words, options in commands.items():
        below = [other[-1] for other in commands if other and other[:-1] == words]
        if below:
            bash.expect([*words, ""], below)
        bash.expect([*words, "--"], options | everywhere)
        if not below and not section(lgsp(*words, "--help"), "Positionals"):
            bash.expect([*words, ""], [])
    for name in ("a b.edxml", "c.edxml"):
        open(os.path.join(bash.folder, name), "w", encoding="utf-8").close()
    os.mkdir(os.path.join(bash.folder, "outbox"))
    for words, wanted in (
            (["op"], ["operation"]), (["re"], ["recall", "release", "remind", "report", "retry", "reveal"]), (["operation", "s"], ["show", "stop"]),
            (["find", "--st"], ["--standing", "--state"]), (["find", "--state", ""], []), (["find", "status", ""], []),
            (["--lang", ""], ["vi", "en"]), (["find", "--lang", "e"], ["en"]), (["find", "--lang", "=", "v"], ["vi"]),
            (["--lang", "="], ["vi", "en"]), (["--lang", "=", "vi", "age"], ["agency"]),
            # A value is no command, and what looks like several words in bash is still one value.
            *(([option, "agency", "l"], ["login", "logout"]) for option in ("--url", "--ca-file", "--token-file", "--once", "--seen", "--lang")),
            (["--url", "http", ":", "//127.0.0.1", ":", "8480", "agency", ""], ["list", "show", "find"]),
            (["retry", "--where", "cause", "=", "1f2e", "--dr"], ["--dry-run"]),
            (["completion", ""], ["bash", "zsh", "fish"]), (["dev", "pki", "x", "--key-type", "p"], ["p256"]),
            (["user", "add", "--role", "c"], ["clerk"]), (["nonsense", "st"], ["status"]),
            (["validate", "a"], ["a b.edxml"]), (["validate", "c"], ["c.edxml"]), (["send", "x", "--outbox", ""], ["outbox"]),
            (["--token-file", "c"], ["c.edxml"]), (["dev", "broker", "o"], ["outbox"]), (["show", ""], []), (["show", "c"], [])):
        bash.expect(words, wanted)


def is_quoted_right(script, shell):
    if shell == "fish":
        word = r"""(?:[^\s'"\\]|'(?:\\.|[^'\\])*'|"[^"]*")+"""
        return all(re.fullmatch(rf"(?:{word} ?)+", line) for line in script.splitlines() if line.startswith("complete"))
    try:
        return bool(shlex.split(script, comments=True))
    except ValueError:
        return False


def check_unrun(shell, script, commands, folder, *arguments):
    """A script for a shell that need not be here."""
    expect(is_quoted_right(script, shell), f"{shell}: its quotes close")
    for words, options in commands.items():
        is_there = " ".join(("lgsp", *words)) in script if shell == "fish" else "_".join(("_lgsp", *words)) + "()" in script
        expect(is_there, f"{shell}: lgsp {' '.join(words)}")
        for option in options:
            named = rf" -l {option[2:]} " if shell == "fish" else rf"'\*?{option}[=\[]"
            expect(re.search(named, script), f"{shell}: lgsp {' '.join(words)} {option}")
    for values in VALUES:
        expect(values in script, f"{shell}: {values}")
    if not shutil.which(shell):
        print(f"      {shell} is not installed: its script was not run")
        return
    file = os.path.join(folder, "script." + shell)
    with open(file, "w", encoding="utf-8") as out:
        out.write(script)
    done = subprocess.run([shell, *arguments, file], capture_output=True, text=True)
    expect(done.returncode == 0 and not done.stderr, f"{shell} understands it {done.stderr}")


def plain(page):
    """The page's text without what is there for roff alone."""
    page = re.sub(r"\\f[BIR]|\\&", "", page)
    for escape, text in (("\\-", "-"), ("\\(aq", "'"), ("\\(dq", '"'), ("\\(ga", "`"), ("\\(ha", "^"), ("\\(ti", "~"), ("\\e", "\\")):
        page = page.replace(escape, text)
    return page


def check_page(page, commands, folder):
    for number, line in enumerate(page.splitlines(), 1):
        is_macro = line.startswith((".", "'"))
        if (is_macro and line.split(" ")[0] not in MACROS) or (not line.startswith('.\\"') and "\\" in re.sub(ESCAPES, "", line)):
            expect(False, f"man: line {number}: {line}")
    text = plain(page)
    parts = dict(zip(re.findall(r"^\.S[SH] (.*)$", text, re.M), re.split(r"^\.S[SH] .*$", text, flags=re.M)[1:]))
    for words, options in commands.items():
        part = parts.get(" ".join(("lgsp", *words)) if words else "OPTIONS", "")
        missing = [option for option in options if not re.search(rf"^(?:-\w, )?{option}\b", part, re.M) and option != "--help"]
        expect(part and not missing, f"man: lgsp {' '.join(words)} {missing or ''}")
        example = section(lgsp(*words, "--help"), "Example / ví dụ").strip().splitlines()[:1]
        expect(all(line in part for line in example), f"man: lgsp {' '.join(words)}: its example")
    expect(re.findall(r"^\.TP\n(\d+)$", parts['"EXIT STATUS"'], re.M) == [*"012345678", "130"], "man: the exit codes")
    for variable in ("LGSP_URL", "LGSP_CA_FILE", "LGSP_TOKEN_FILE", "LANG"):
        expect(variable in parts["ENVIRONMENT"], f"man: {variable}")
    if not shutil.which("man") or not shutil.which("groff"):
        print("      man is not installed: the page was not shown")
        return
    file = os.path.join(folder, "lgsp.1")
    with open(file, "w", encoding="utf-8") as out:
        out.write(page)
    environment = dict(os.environ, LC_ALL="C.UTF-8", MANWIDTH="100", MAN_KEEP_FORMATTING="")
    done = subprocess.run(["man", "--warnings", "-l", file], capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL)
    shown = re.sub(r".\x08|\x1b\[[\d;]*m", "", done.stdout)
    expect(done.returncode == 0 and not done.stderr, f"man shows it {done.stderr}")
    for wanted in ("hỏi và vận hành trục liên thông / ask and operate LGSP Hub", "lgsp find 7816/VPCP-TTĐT", "--token-file FILE",
                   'lgsp recall 12/BC-VP --reason "Sai thẩm quyền"', "~/.config/lgsp/contexts.json"):
        expect(wanted in shown, f"man shows {wanted}")


def main():
    commands = commands_of()
    expect(len(commands) > 20 and "--json" in commands[()], "--help names the commands")
    scripts = {shell: lgsp("completion", shell) for shell in ("bash", "zsh", "fish")}
    for shell, script in scripts.items():
        expect(json.loads(lgsp("completion", shell, "--json")) == {"shell": shell, "script": script}, f"{shell}: the same in JSON")
    expect(json.loads(lgsp("man", "--json")) == {"page": lgsp("man")}, "man: the same in JSON")
    with tempfile.TemporaryDirectory(prefix="lgsp-self-") as folder:
        with tempfile.TemporaryDirectory(prefix="lgsp-bash-") as apart:
            check_bash(Bash(scripts["bash"], apart), commands)
        check_unrun("zsh", scripts["zsh"], commands, folder, "-n")
        check_unrun("fish", scripts["fish"], commands, folder, "--no-execute")
        check_page(lgsp("man"), commands, folder)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
