"""The import table, include cycles, and clocks in the core."""

import fnmatch
import os
import re

from source import CPP, SOURCE_FOLDERS, Finding, code_only, files, read

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.M)
GENERATED = re.compile(r".*\.pb\.h$")
POSIX_FOLDERS = ("sys/", "arpa/", "net/", "netinet/", "linux/")
POSIX = {"unistd.h", "poll.h", "fcntl.h", "signal.h", "netdb.h", "pthread.h", "dirent.h", "spawn.h", "termios.h",
         "time.h", "errno.h", "stdlib.h", "string.h", "stdio.h"}
# Core gets its time and its randomness as arguments (house style 3).
CLOCK = re.compile(r"\b(?:system|steady|high_resolution|utc|file)_clock\b|\brandom_device\b|\bgettimeofday\b"
                   r"|\bclock_gettime\b|\bsleep_(?:for|until)\b|\bstd::time\s*\("
                   r"|(?<![\w.>])time\s*\(\s*(?:nullptr|NULL|0|&)"
                   r"|\bs?rand\s*\(\s*\)")


class Room:
    def __init__(self, name, patterns, imports, outside):
        self.name, self.patterns, self.imports, self.outside = name, patterns, imports, outside

    def has(self, path):
        return any(fnmatch.fnmatch(path, pattern) for pattern in self.patterns)

    def may_use(self, header, path):
        kind = "posix" if header in POSIX or header.startswith(POSIX_FOLDERS) else None
        for rule in self.outside:
            prefix, _, pattern = rule.partition("@")
            if pattern and not fnmatch.fnmatch(path.rsplit("/", 1)[-1], pattern):
                continue
            if prefix == kind or (kind is None and header.startswith(prefix)):
                return True
        return False


def read_rooms(text):
    rooms = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, patterns, imports, outside = (cell.strip() for cell in line.split("|"))
        rooms.append(Room(name, patterns.split(), set(imports.split()), outside.split()))
    return rooms


def room_of(rooms, path):
    return next((room for room in rooms if room.has(path)), None)


def is_standard(header):
    return re.fullmatch(r"[a-z_]+", header) is not None


def includes(text):
    """(line, "path" or None, <header> or None), also inside of comments: a commented include is no include."""
    code = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S)
    return [(code.count("\n", 0, m.start()) + 1, m.group(1), m.group(2)) for m in INCLUDE.finditer(code)]


def check_imports(root, rooms):
    findings = []
    graph = {}
    for path in files(root, SOURCE_FOLDERS, CPP):
        room = room_of(rooms, path)
        if room is None:
            findings.append(Finding(path, 1, "room", "stands in no room of tests/tidy/rooms.txt"))
            continue
        text = read(root, path)
        graph[path] = set()
        for line, ours, foreign in includes(text):
            findings += check_include(root, rooms, room, path, line, ours, foreign, graph)
        if room.name == "core":
            for match in CLOCK.finditer(code_only(text)):
                line = code_only(text).count("\n", 0, match.start()) + 1
                findings.append(Finding(path, line, "clock", f"'{match.group(0).strip()}' in the core"))
        if path.endswith((".hpp", ".h")) and "#pragma once" not in text:
            findings.append(Finding(path, 1, "header", "has no #pragma once"))
    findings += [Finding(cycle[0], 1, "cycle", " -> ".join(cycle)) for cycle in cycles(graph)]
    return findings


def check_include(root, rooms, room, path, line, ours, foreign, graph):
    if foreign is not None or GENERATED.match(ours):
        header = foreign or ours
        if is_standard(header) or room.may_use(header, path):
            return []
        return [Finding(path, line, "outside", f"{room.name} may not use <{header}>")]
    known = room_of(rooms, ours)
    # A header that the build makes from a template stands beside it as `.in`.
    if known is None or not any(os.path.isfile(os.path.join(root, ours + end)) for end in ("", ".in")):
        return [Finding(path, line, "include", f'"{ours}" is not a path from the source root')]
    graph[path].add(ours)
    if known.name != room.name and known.name not in room.imports and ours not in room.imports:
        return [Finding(path, line, "import", f"{room.name} may not import {known.name} ({ours})")]
    return []


def cycles(graph):
    """Each cycle once, from its first file in the alphabet."""
    found, state = [], {}

    def visit(node, trail):
        state[node] = "open"
        for target in sorted(graph.get(node, ())):
            if state.get(target) == "open":
                found.append(trail[trail.index(target):] + [target])
            elif target not in state:
                visit(target, trail + [target])
        state[node] = "done"

    for node in sorted(graph):
        if node not in state:
            visit(node, [node])
    return found
