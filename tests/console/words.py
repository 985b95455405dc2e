#!/usr/bin/env python3
"""The console's words: words.py ROOT. Both languages have the same ones, each with the same {names}; each is used,
and each that is used is there."""

import pathlib
import re
import sys

WORD = re.compile(r'^    ("(?:[^"\\]|\\.)+"): ("(?:[^"\\]|\\.)*"),$', re.M)
# Words stand in the source as whole literals, never put together from parts.
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
USED = re.compile(r'\bt\(\s*"([^"]+)"')


def words_of(page, language):
    found = {}
    for path in sorted(page.glob(f"words*_{language}.ts")):
        for key, text in WORD.findall(path.read_text()):
            if key.strip('"') in found:
                raise SystemExit(f"{path.name}: {key} is there twice")
            found[key.strip('"')] = text
    return found


def check(page):
    vi, en = words_of(page, "vi"), words_of(page, "en")
    source = "\n".join(path.read_text() for path in sorted(page.glob("*.ts*")) if not path.name.startswith("words_"))
    literals, used = set(LITERAL.findall(source)), set(USED.findall(source))
    wrong = [f"{key} is in one language only" for key in sorted(vi.keys() ^ en.keys())]
    for key in sorted(vi.keys() & en.keys()):
        if sorted(re.findall(r"\{\w+\}", vi[key])) != sorted(re.findall(r"\{\w+\}", en[key])):
            wrong.append(f"{key} has other names in braces in the other language")
        if vi[key] == '""' or en[key] == '""':
            wrong.append(f"{key} says nothing")
    wrong += [f"{key} is used nowhere" for key in sorted(vi.keys() - literals)]
    wrong += [f"{key} is used and not there" for key in sorted(used - vi.keys())]
    return len(vi), wrong


if __name__ == "__main__":
    count, wrong = check(pathlib.Path(sys.argv[1]) / "hub" / "console" / "page")
    for line in wrong:
        print(line)
    print(f"{count} words, {len(wrong)} wrong")
    sys.exit(1 if wrong or count == 0 else 0)
