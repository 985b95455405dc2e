"""The project's files, and C++ text without comments and strings."""

import os
import re

SOURCE_FOLDERS = ("hub", "adapters", "tests")
CPP = (".cpp", ".hpp", ".h", ".cc")
# Never part of the tree that is checked.
SKIPPED = {".git", ".cache", "node_modules", "__pycache__"}


class Finding:
    def __init__(self, path, line, rule, text):
        self.path, self.line, self.rule, self.text = path, line, rule, text

    def __str__(self):
        return f"{self.path}:{self.line}: [{self.rule}] {self.text}"


def is_skipped(name):
    return name in SKIPPED or name.startswith("build")


def files(root, folders=None, endings=None):
    """Paths relative to root, sorted; folders None: the whole tree."""
    found = []
    for start in folders or [""]:
        for folder, names, leaves in os.walk(os.path.join(root, start)):
            names[:] = sorted(n for n in names if not is_skipped(n))
            for leaf in leaves:
                if endings is None or leaf.endswith(endings):
                    found.append(os.path.relpath(os.path.join(folder, leaf), root))
    return sorted(found)


def read(root, path):
    """Empty when it is not there: what should stand in it is then missing."""
    if not os.path.isfile(os.path.join(root, path)):
        return ""
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'", re.S)


def code_only(text):
    """Comments become blanks and literals become empty; every line stays where it was."""
    def blank(match):
        token = match.group(0)
        lines = "\n" * token.count("\n")
        if token.startswith("/"):
            return " " + lines
        return '""' + lines if token[0] in 'R"' else "0" + lines
    return _TOKEN.sub(blank, text)
