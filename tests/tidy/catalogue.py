"""The catalogue of events against the code and the runbook; codes and settings against the documentation."""

import re

from source import CPP, Finding, code_only, files, read

CATALOGUE = "hub/telemetry/events.hpp"
TROUBLES = "hub/telemetry/troubles.hpp"
RUNBOOK = "docs/operations.md"
EVENT = re.compile(r'\bEventKind\s+(\w+)\s*\{\s*"([A-Z_]+)"')
TROUBLE = re.compile(r'\bTrouble\s+\w+\s*\{\s*"([A-Z_]+)"')
LOGGED = re.compile(r"\bevents::(\w+)")
SECTION = re.compile(r"^### `?([A-Z][A-Z_]+)`?\s*$", re.M)


def catalogue(text):
    """{name in the code: id}"""
    return dict(EVENT.findall(text))


def check_events(root):
    text = read(root, CATALOGUE)
    events = catalogue(text)
    findings = []
    listed = set(re.findall(r"\b\w+\b", text[text.index("std::array all"):]))
    for name, event in events.items():
        if name != event.lower():
            findings.append(Finding(CATALOGUE, 1, "event", f"{name} is called {event}"))
        if name not in listed:
            findings.append(Finding(CATALOGUE, 1, "event", f"{event} is missing in `all`"))
    sections = SECTION.findall(read(root, RUNBOOK))
    known = set(events.values()) | set(TROUBLE.findall(read(root, TROUBLES)))
    for event in sorted(known - set(sections)):
        findings.append(Finding(RUNBOOK, 1, "event", f"no section ### {event}"))
    for event in sorted(set(sections) - known):
        findings.append(Finding(RUNBOOK, 1, "event", f"a section ### {event}, but no such event or trouble"))
    for event in sorted({s for s in sections if sections.count(s) > 1}):
        findings.append(Finding(RUNBOOK, 1, "event", f"two sections ### {event}"))
    return findings + check_places(root, events)


def check_places(root, events):
    places = {name: [] for name in events}
    findings = []
    for path in files(root, ("hub", "adapters"), CPP):
        if path.startswith("hub/telemetry/"):
            continue
        code = code_only(read(root, path))
        for match in LOGGED.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            if match.group(1) in places:
                places[match.group(1)].append((path, line))
    for name, found in places.items():
        for path, line in found[1:]:
            findings.append(Finding(path, line, "event", f"{events[name]} is logged from {found[0][0]}:{found[0][1]} too"))
        if not found:
            findings.append(Finding(CATALOGUE, 1, "event", f"{events[name]} is logged nowhere"))
    return findings


def check_codes(root):
    """docs/receipts.md explains every code that a receipt can carry."""
    enum = re.search(r"enum class Errc[^{]*\{(.*?)\n\};", code_only(read(root, "hub/core/fault.hpp")), re.S).group(1)
    words = read(root, "docs/receipts.md")
    return [Finding("docs/receipts.md", 1, "code", f"`{code}` is not explained")
            for code in re.findall(r"\b(\w+)\s*,", enum) if f"`{code}`" not in words]
