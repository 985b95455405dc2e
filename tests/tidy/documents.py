"""Links, layout of the source root, packages, paths of one machine."""

import os
import re

from source import Finding, files, is_skipped, read

LAYOUT = {"CMakeLists.txt", "hub", "adapters", "schemas", "config", "tests", "deploy", "docs",
          "README.md", "LICENSE", "CHANGELOG.md", "CMakePresets.json"}
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.M)
FENCE = re.compile(r"^(```+|~~~+)[^\n]*\n.*?^\1\s*$", re.M | re.S)
SCRIPTS = ("tests/run.sh", "deploy/demo.sh")
# Split, so that this file does not find itself.
ONE_MACHINE = re.compile(r"(?<![\w.])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+)/")


def slug(heading):
    """The anchor that forges make of a heading."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", lambda m: m.group(1) or "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors(text):
    return {slug(heading) for heading in HEADING.findall(FENCE.sub("", text))}


def check_links(root):
    findings = []
    for path in files(root, None, (".md",)):
        text = read(root, path)
        prose = FENCE.sub(lambda m: "\n" * m.group(0).count("\n"), text)
        for match in LINK.finditer(prose):
            target, _, anchor = match.group(1).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            line = prose.count("\n", 0, match.start()) + 1
            full = os.path.normpath(os.path.join(os.path.dirname(path), target)) if target else path
            if not os.path.exists(os.path.join(root, full)):
                findings.append(Finding(path, line, "link", f"{target} is not there"))
            elif anchor and full.endswith(".md") and anchor not in anchors(read(root, full)):
                findings.append(Finding(path, line, "link", f"{full} has no heading #{anchor}"))
    return findings


def check_layout(root):
    present = {name for name in os.listdir(root) if not name.startswith(".") and not is_skipped(name)}
    findings = [Finding(name, 1, "layout", "does not belong into the source root") for name in sorted(present - LAYOUT)]
    return findings + [Finding(name, 1, "layout", "is missing") for name in sorted(LAYOUT - present)]


def check_packages(root):
    """One list of packages, read by every script that installs some."""
    findings = []
    listed = [line.strip() for line in read(root, "deploy/packages.txt").splitlines()
              if line.strip() and not line.startswith("#")]
    for name in sorted({p for p in listed if listed.count(p) > 1}):
        findings.append(Finding("deploy/packages.txt", 1, "packages", f"{name} is listed twice"))
    for path in SCRIPTS:
        if not os.path.exists(os.path.join(root, path)):
            findings.append(Finding(path, 1, "packages", "is missing"))
    for path in files(root, ("deploy", "tests"), (".sh",)):
        text = read(root, path)
        if path in SCRIPTS and "packages" not in text:
            findings.append(Finding(path, 1, "packages", "does not use deploy/packages.txt"))
        for match in re.finditer(r"apt-get[^\n]*\binstall\b([^\n]*)", text):
            named = [word for word in match.group(1).split() if re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", word)]
            if named:
                line = text.count("\n", 0, match.start()) + 1
                findings.append(Finding(path, line, "packages", f"names {' '.join(named)}: use deploy/packages.txt"))
    return findings


def check_machine_paths(root):
    findings = []
    for path in files(root):
        text = read(root, path)
        for match in ONE_MACHINE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            findings.append(Finding(path, line, "machine", f"a path of one machine: {match.group(0)}"))
    return findings


def check_executables(root):
    scripts = [path for path in files(root, ("deploy", "tests"), (".sh",))] + [".ci/run"]
    return [Finding(path, 1, "mode", "is not executable") for path in scripts
            if os.path.exists(os.path.join(root, path)) and not os.access(os.path.join(root, path), os.X_OK)]
