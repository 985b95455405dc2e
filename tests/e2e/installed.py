#!/usr/bin/env python3
"""The packages on a fresh Debian with systemd, by the very commands of docs/install.md: installed.py SOURCE BUILD

The commands run in their order, `apt-get` before the system is booted, since it has no network then. After that: a
document from agency to agency, the hub killed, wrong settings, a power cut, the package removed.
Needs root, debootstrap, systemd-nspawn and a mirror of Debian; ends with 77 where one of them is missing."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
sys.path.insert(0, str(SOURCE / "deploy" / "demo"))
sys.path.insert(0, str(SOURCE / "tests" / "tidy"))
import console  # noqa: E402
from province import packet, wait_for  # noqa: E402

NEEDED = ("debootstrap", "systemd-nspawn", "unshare", "nsenter")
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb"}
EXPOSURE_MAX = 2.0  # Of 10, by systemd-analyze: what a service that was broken into may still reach.
REBOOT = """mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/nspawn
exec systemd-nspawn -q -D "$1" --private-network --register=no --keep-unit --console=pipe -b"""


def expect(is_so, what):
    if not is_so:
        raise SystemExit(f"installed: {what}")


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    expect(done.returncode == 0, f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def fresh_debian(root):
    """Made once for a build folder: it takes a minute."""
    base = BUILD / "installed" / "base"
    if not base.exists():
        base.parent.mkdir(parents=True, exist_ok=True)
        half = base.with_name("half")
        shutil.rmtree(half, ignore_errors=True)
        run("debootstrap", "--variant=minbase", "--include=systemd,systemd-sysv", "bookworm", half)
        half.rename(base)
    run("cp", "-a", "--reflink=auto", f"{base}/.", root)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", root / "root", cwd=BUILD)


class System:
    """The fresh Debian, booted: nothing of this machine's own network, processes and services is in it."""

    def __init__(self, root):
        self.root, self.started, self.first = root, None, None

    def boot(self):
        self.started = subprocess.Popen(["unshare", "--mount", "bash", "-ec", REBOOT, "boot", self.root],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("the system to begin", self.find_first, 60)
        wait_for("the system to be up", lambda: self.ask("systemctl is-system-running") in ("running", "degraded"), 180)
        self.do("rabbitmqctl await_startup")

    def find_first(self):
        children = subprocess.run(["pgrep", "-P", str(self.started.pid)], capture_output=True, text=True).stdout.split()
        self.first = children[0] if children else None
        return self.first and self.ask("echo here") == "here"

    def cut_power(self):
        if self.started:
            if self.first:
                subprocess.run(["kill", "-KILL", self.first], check=False, capture_output=True)
            self.started.kill()
            self.started.wait()
            self.started = None

    def shell(self, script, folder="/root"):
        return subprocess.run(["nsenter", "-t", self.first, "-a", "bash", "-ec", f"cd {folder}; {script}"], env=ENVIRONMENT,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)

    def ask(self, script):
        return self.shell(script).stdout.strip()

    def do(self, script, folder="/root"):
        done = self.shell(script, folder)
        expect(done.returncode == 0, f"{script}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def is_ready(self):
        done = self.shell("lgsp status --json")
        return done.returncode in (0, 8) and json.loads(done.stdout)["state"] == "ready"

    def property_of(self, unit, name):
        return self.ask(f"systemctl show -P {name} {unit}")

    def programs(self):
        """Of ours, those that run; a fresh system has no pgrep."""
        return self.ask("cat /proc/[0-9]*/comm | grep ^lgsp-")

    def inbox(self):
        return sorted((self.root / "var/lib/lgsp-adapters/H43.02/inbox").glob("*.edxml"))

    def send(self, number):
        octets = packet("H43.01", ["H43.02"], number)
        (self.root / "etc/lgsp-adapters/van-ban.edxml").write_bytes(octets)
        return octets

    def expect_arrived(self, all_octets):
        wait_for(f"{len(all_octets)} documents in the inbox", lambda: len(self.inbox()) == len(all_octets), 60)
        expect({file.read_bytes() for file in self.inbox()} == set(all_octets), "other bytes came than were sent")


def install(root, commands):
    """As in a system that is not booted: services of the packages are not started."""
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    for command in ["apt-get update -q", *(f"DEBIAN_FRONTEND=noninteractive {command} -y" for command in commands)]:
        run("unshare", "--mount", "bash", "-ec", f'mount -t proc proc "$1/proc"; chroot "$1" bash -ec "cd /root; {command}"',
            "install", root, env=ENVIRONMENT)
    policy.unlink()


def follow(system, text):
    """The commands of the page, in one shell's folder; those of the agency's adapter a second time for H43.02."""
    folder, adapter = "/root", []
    section = text[text.index("## An agency's adapter"):text.index("## The first document")]
    of_adapter = {command for _, command in console.commands(section)}
    octets = system.send("1")
    for _, command in console.commands(text):
        if command.startswith("apt-get "):
            continue
        if command.startswith("cd "):
            folder = command.split()[1]
        if command.startswith("lgsp send "):
            system.do("; ".join(adapter), "/etc/lgsp-adapters")
        print(f"    $ {command}", flush=True)
        if command == "lgsp status":
            # The hub is ready before RabbitMQ has answered it, and until then says so.
            wait_for("a hub that nothing is wrong with", lambda: system.shell(command).returncode == 0, 30)
        system.do(command, folder)
        if command in of_adapter:
            adapter.append(command.replace("H43.01", "H43.02"))
            if "example" in command:
                adapter.append("sed -i s/H43.01/H43.02/g folder-H43.02.toml")
    return octets


def check_services(system):
    units = system.ask("ls /usr/lib/systemd/system | grep ^lgsp-").split()
    expect(len(units) == 4, f"units: {units}")
    for unit in units:
        name = unit.replace("@", "@H43.01")
        said = system.do(f"systemd-analyze verify {name} 2>&1 | grep lgsp || true")
        expect(not said, f"systemd-analyze verify {name}: {said}")
        exposure = float(system.do(f"systemd-analyze security --no-pager {name} | tail -n 1").split(": ")[1].split()[0])
        expect(exposure <= EXPOSURE_MAX, f"{name} is exposed by {exposure}")
    expect(system.ask("rabbitmqctl -q list_users | grep -c ^guest") == "0", "RabbitMQ keeps its first user")


def check_reload(system):
    first = system.property_of("lgsp-hub", "MainPID")
    system.do("systemctl reload lgsp-hub")
    system.do("cp hub.toml kept.toml && sed -i s/verify_threads/verify_thread/ hub.toml", "/etc/lgsp-hub")
    expect(system.shell("systemctl reload lgsp-hub").returncode != 0, "a reload with a wrong key succeeds")
    expect("verify_thread" in system.do("journalctl -u lgsp-hub --no-pager -n 20"), "the log does not name the wrong key")
    expect(system.is_ready(), "a reload with a wrong key leaves no hub that is ready")
    system.do("mv kept.toml hub.toml && systemctl reload lgsp-hub", "/etc/lgsp-hub")
    expect(system.property_of("lgsp-hub", "MainPID") == first, "a reload starts another process")


def check_restarts(system):
    system.do("systemctl kill -s KILL lgsp-hub")
    wait_for("the hub to be started again", lambda: system.property_of("lgsp-hub", "NRestarts") == "1", 60)
    wait_for("the hub to be ready again", system.is_ready, 60)
    system.do("cp hub.toml kept.toml && sed -i s/verify_threads/verify_thread/ hub.toml", "/etc/lgsp-hub")
    system.shell("systemctl restart lgsp-hub")
    wait_for("the hub to give up", lambda: system.property_of("lgsp-hub", "ActiveState") == "failed", 60)
    expect(system.property_of("lgsp-hub", "ExecMainStatus") == "78", "wrong settings do not end with 78")
    expect("verify_thread" in system.do("journalctl -u lgsp-hub --no-pager -n 20"), "the log does not name the wrong key")
    system.do("mv kept.toml hub.toml && systemctl restart lgsp-hub", "/etc/lgsp-hub")
    wait_for("the hub to be ready with its own settings", system.is_ready, 60)


def main():
    missing = [name for name in NEEDED if not shutil.which(name)]
    if os.geteuid() != 0 or missing:
        print("needs root" if not missing else f"not on this machine: {' '.join(missing)}")
        sys.exit(77)
    text = (SOURCE / "docs" / "install.md").read_text()
    root = pathlib.Path(tempfile.mkdtemp(prefix="lgsp-installed-"))
    root.chmod(0o755)
    system = System(root)
    try:
        fresh_debian(root)
        install(root, [command for _, command in console.commands(text) if command.startswith("apt-get ")])
        system.boot()
        first = follow(system, text)
        system.expect_arrived([first])
        check_services(system)
        check_reload(system)
        check_restarts(system)
        print("power cut", flush=True)
        system.cut_power()
        system.boot()
        wait_for("the hub to be ready after the power cut", system.is_ready, 120)
        second = system.send("2")
        system.do("lgsp send van-ban.edxml --outbox /var/lib/lgsp-adapters/H43.01/outbox --wait 60", "/etc/lgsp-adapters")
        system.expect_arrived([first, second])
        expect(system.programs(), "no program is found that could go on")
        system.do("DEBIAN_FRONTEND=noninteractive apt-get remove -q -y lgsp-hub lgsp-adapters")
        expect(not system.programs(), "programs go on after their package is gone")
        expect((root / "var/lib/lgsp-hub/ledger/ledger.sqlite").exists(), "the ledger went with the package")
        print("installed, killed, cut off, removed: 2 documents of 2 arrived")
    finally:
        system.cut_power()
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
