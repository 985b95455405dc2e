"""Commands in the documentation: lines that begin with `$ ` in fences marked ```console."""

import re

FENCE = re.compile(r"^```console\n(.*?)^```", re.M | re.S)


def commands(text):
    """(line, command) of each; a line that ends with a backslash goes on in the next one."""
    found = []
    for fence in FENCE.finditer(text):
        first = text.count("\n", 0, fence.start(1)) + 1
        lines = fence.group(1).split("\n")
        at = 0
        while at < len(lines):
            start, line = at, lines[at]
            while line.endswith("\\") and at + 1 < len(lines):
                at += 1
                line = line[:-1] + lines[at].lstrip()
            if line.startswith("$ "):
                found.append((first + start, line[2:]))
            at += 1
    return found
