"""Sizes of files and functions, names of folders, leftover marks."""

import re

from source import CPP, SOURCE_FOLDERS, Finding, code_only, files, read

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
SIZED = CPP + (".py", ".sh", ".sql", ".proto", ".cmake", ".ts", ".tsx")
VAGUE = {"common", "util", "utils", "helper", "helpers", "misc"}
# Split, so that this file does not find itself.
LEFTOVER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|^(?:<{7}|>{7}) ", re.M)
NOT_A_FUNCTION = re.compile(r"^\s*(?:inline\s+)?(?:namespace|class|struct|enum|union|extern)\b")
NAME = re.compile(r"(TEST_CASE|[~\w:]+(?:\s*operator\s*\S+)?)\s*\(")


def functions(text):
    """(name, first line, number of lines) of each outermost function body. By braces, not by a compiler: good
    enough for code that clang-format has laid out."""
    code = "\n".join("" if line.lstrip().startswith("#") else line for line in code_only(text).split("\n"))
    found, stack, start, line = [], [], 0, 1
    for at, letter in enumerate(code):
        if letter == "\n":
            line += 1
        elif letter == "{":
            head = code[start:at]
            if code[at - 1].isalnum() or code[at - 1] in "_>":
                stack.append(("value", "", line))  # `x_{1}`: clang-format puts a blank before a body.
                continue
            inside = any(kind == "function" for kind, _, _ in stack)
            stack.append(("function" if not inside and is_function(head) else "other", name_of(head), line))
            start = at + 1
        elif letter == "}" and stack:
            kind, name, first = stack.pop()
            if kind == "function":
                found.append((name, first, line - first + 1))
            if kind != "value":
                start = at + 1
        elif letter == ";":
            start = at + 1
    return found


def is_function(head):
    head = re.sub(r"^\s*template\s*<[^{}]*?>\s*(?=[\w\[])", "", head)
    if NOT_A_FUNCTION.match(head) or ")" not in head:
        return False
    # `int x = f(` … `{`, and tables: an initialiser, unless it is an operator or a lambda.
    before = head.split("(")[0]
    return "=" not in before or "operator" in before or "[" in before


def name_of(head):
    match = NAME.search(head)
    return match.group(1) if match else "?"


def read_exceptions(text):
    limits = {}
    for line in text.splitlines():
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if words[0] == "file" and len(words) > 3:
            limits[(words[1], None)] = int(words[2])
        elif words[0] == "function" and len(words) > 4:
            limits[(words[1], words[2])] = int(words[3])
        else:
            raise ValueError(f"exceptions.txt: not understood, or without a reason: {line}")
    return limits


def check_sizes(root, exceptions):
    findings, used = [], set()

    def judge(path, name, line, lines, most):
        key = (path, name)
        if lines <= most:
            return
        if key in exceptions and lines <= exceptions[key]:
            used.add(key)
            return
        what = f"function {name}" if name else "file"
        findings.append(Finding(path, line, "size", f"{what} has {lines} lines, more than "
                                                    f"{exceptions.get(key, most)}"))

    for path in files(root, None, SIZED):
        text = read(root, path)
        judge(path, None, 1, text.count("\n"), FILE_LINES_MAX)
        if path.endswith(CPP):
            for name, line, lines in functions(text):
                judge(path, name, line, lines, FUNCTION_LINES_MAX)
    for path, name in sorted(set(exceptions) - used, key=str):
        findings.append(Finding(path, 1, "exception", f"{name or 'the file'} needs its exception no more: take it out"))
    return findings


def check_names(root):
    findings = []
    for path in files(root):
        for word in path.rsplit(".", 1)[0].lower().split("/"):
            if word in VAGUE:
                findings.append(Finding(path, 1, "name", f"'{word}' says nothing about what is in it"))
    return findings


def check_leftovers(root):
    findings = []
    for path in files(root, None, SIZED + (".md", ".txt", ".toml", ".json", ".yaml", "run")):
        text = read(root, path)
        for match in LEFTOVER.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            findings.append(Finding(path, line, "leftover", match.group(0).strip()))
    return findings
