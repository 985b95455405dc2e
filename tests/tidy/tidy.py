#!/usr/bin/env python3
"""Checks the tree's shape: tidy.py ROOT. Prints each finding as FILE:LINE: [RULE] TEXT; exits 1 if there is one.

The rules are in docs/testing.md; the import table is in rooms.txt, what is over a limit in exceptions.txt.
"""

import os
import sys

import catalogue
import documents
import imports
import sizes
from source import read

HERE = os.path.dirname(os.path.abspath(__file__))


def check(root):
    rooms = imports.read_rooms(read(HERE, "rooms.txt"))
    exceptions = sizes.read_exceptions(read(HERE, "exceptions.txt"))
    findings = imports.check_imports(root, rooms)
    findings += sizes.check_sizes(root, exceptions)
    for rule in (sizes.check_names, sizes.check_leftovers, catalogue.check_events, catalogue.check_codes,
                 documents.check_links, documents.check_layout, documents.check_packages,
                 documents.check_machine_paths, documents.check_executables):
        findings += rule(root)
    return findings


if __name__ == "__main__":
    found = check(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "..", ".."))
    for finding in found:
        print(finding)
    print(f"{len(found)} findings")
    sys.exit(1 if found else 0)
