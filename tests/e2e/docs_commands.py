#!/usr/bin/env python3
"""The commands of the documentation are commands that the programs understand: docs_commands.py ROOT BIN.

`lgsp` runs against a port where nobody listens: a command that is right ends as unreachable (6), one that is
wrong as usage (2). `lgsp validate` and `lgsp send` need no hub: their file is not there (3, 1); `lgsp completion` and
`lgsp man` need none either. `lgsp-hub --check`, `lgsp-axis`, `lgsp-axis-sim`, `lgsp-gateway --check`,
`lgsp-folder --check` and `lgsp dev` do their work in a copy of config/. Scripts are not run: they must be there, and
their --help must know the option.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile

ROOT, BIN = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path.insert(0, os.path.join(ROOT, "tests", "tidy"))

import console  # noqa: E402
import source  # noqa: E402

# Tools of others, and what would take a whole machine.
OTHERS = {"cmake", "cpack", "ctest", "journalctl", "systemctl", "rabbitmqctl", "rabbitmq-diagnostics", "rabbitmqadmin", "cd",
          "sqlite3", "git", "export", "curl", "install", "usermod", "chmod", "chown", "cp", "mkdir", "find", "apt-get", "runuser", "tar"}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def run(words, folder):
    environment = dict(os.environ, LGSP_URL=f"http://127.0.0.1:{free_port()}", LANG="C.UTF-8", XDG_CONFIG_HOME=folder)
    environment.pop("LGSP_TOKEN_FILE", None)
    return subprocess.run(words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)


def private(path, flags):
    return os.open(path, flags, 0o600)


def make_config(folder):
    """config/ with its keys and passwords, as docs/operations.md and config/hub.example.toml say."""
    shutil.copytree(os.path.join(ROOT, "config"), folder)
    lgsp = os.path.join(BIN, "lgsp")
    for order in (["dev", "pki", "pki"], ["dev", "broker", "broker"]):
        done = run([lgsp, *order, "--from", "agencies.example.toml"], folder)
        if done.returncode != 0:
            sys.exit(f"{' '.join(order)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    for example, own in (("hub.example.toml", "hub.toml"), ("folder.example.toml", "folder-H43.01.toml")):
        shutil.copy(os.path.join(folder, example), os.path.join(folder, own))
    os.mkdir(os.path.join(folder, "gateway"))
    for code in ("H43.01", "H43.02"):
        with open(os.path.join(folder, "gateway", code + ".secret"), "w", opener=private, encoding="utf-8") as file:
            file.write("a secret of " + code + " alone\n")
    for name in ("H43.03.token", "H43.03.webhook"):
        with open(os.path.join(folder, "gateway", name), "w", opener=private, encoding="utf-8") as file:
            file.write("a secret long enough for a token\n")
    for name in ("code", "password"):
        with open(os.path.join(folder, name), "w", opener=private, encoding="utf-8") as file:
            file.write("a secret long enough\n")
    done = run([os.path.join(BIN, "lgsp-axis-sim"), "--init", "axis"], folder)
    if done.returncode != 0:
        sys.exit(f"lgsp-axis-sim --init: exit {done.returncode}\n{done.stderr}")


def check(command, folder):
    """What is wrong with the command; None when nothing is."""
    words = shlex.split(command)
    program = words[0]
    if program in ("lgsp", "lgsp-axis", "lgsp-axis-sim", "lgsp-gateway", "lgsp-hub", "lgsp-folder"):
        words = [word.replace("/etc/lgsp-hub/", folder + "/") for word in words]
        if words[1:2] == ["dev"]:
            shutil.rmtree(os.path.join(folder, words[3]), ignore_errors=True)  # It overwrites nothing.
        done = run([os.path.join(BIN, program), *words[1:]], folder)
        wanted = 6 if program == "lgsp" and words[1] not in ("dev", "completion", "man", "--version", "--help") else 0
        if words[1:3] == ["context", "list"]:
            wanted = 0  # A file of one's own.
        if "--login-code" in words:
            wanted = 1  # The ledger's folder of the example is not there.
        if "--doctor" in words:
            wanted = 8  # Nor is it there, nor is the broker.
        if words[1] == "version":
            wanted = 0  # A hub that is away is no failure.
        if words[1] == "support-bundle":
            wanted = 7  # What the hub would have told is not in it.
        if words[1] == "validate":
            wanted = 3  # The file of the example is not there.
        if words[1] == "send":
            wanted = 1  # Nor is the packet of the example.
        if done.returncode != wanted:
            return f"exit {done.returncode} instead of {wanted}\n{done.stdout}{done.stderr}"
        return None
    if "/" in program:
        path = os.path.join(ROOT, program)
        if not os.access(path, os.X_OK):
            return "is no program of this tree"
        text = source.read(ROOT, program)
        unknown = [word for word in words[1:] if word.startswith("--") and not re.search(rf"{word}\b", text)]
        return f"does not know {' '.join(unknown)}" if unknown else None
    return None if program in OTHERS else "is a program that nobody knows"


def main():
    checked = failed = 0
    with tempfile.TemporaryDirectory(prefix="lgsp-docs-") as scratch:
        make_config(os.path.join(scratch, "pristine"))
        for path in source.files(ROOT, None, (".md",)):
            for line, command in console.commands(source.read(ROOT, path)):
                folder = os.path.join(scratch, f"run-{checked}")
                shutil.copytree(os.path.join(scratch, "pristine"), folder)
                checked += 1
                wrong = check(command, folder)
                if wrong:
                    failed += 1
                    print(f"{path}:{line}: $ {command}\n    {wrong}")
    print(f"{checked} commands, {failed} wrong")
    return 1 if failed or checked < 10 else 0


sys.exit(main())
