#!/usr/bin/env python3
"""Embeds the console: pack.py INDEX OUT.cpp FILE … The index names each FILE as /console/NAME; it comes to name it with
its digest, and is served as "/". The same input gives the same output, octet for octet."""

import gzip
import hashlib
import pathlib
import sys

TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".svg": "image/svg+xml"}
COLUMNS = 24


def digest(octets):
    return hashlib.sha256(octets).hexdigest()[:16]


def array(name, octets):
    rows = (octets[at:at + COLUMNS] for at in range(0, len(octets), COLUMNS))
    body = ",\n".join(",".join(str(octet) for octet in row) for row in rows)
    return f"constexpr unsigned char {name}[] = {{\n{body}}};\n"


def main(index, out, *files):
    page = pathlib.Path(index).read_bytes()
    assets = []
    for path in map(pathlib.Path, files):
        octets = path.read_bytes()
        old, new = f"/console/{path.name}", f"/console/{path.stem}-{digest(octets)}{path.suffix}"
        if page.count(old.encode()) != 1:
            sys.exit(f"{index} does not name {old} once")
        page = page.replace(old.encode(), new.encode())
        assets.append((new, path.suffix, octets, True))
    assets.append(("/", ".html", page, False))

    arrays, rows = "", ""
    for at, (path, suffix, octets, is_immutable) in enumerate(assets):
        arrays += array(f"plain_{at}", octets) + array(f"gzip_{at}", gzip.compress(octets, 9, mtime=0))
        rows += (f'    {{"{path}", "{TYPES[suffix]}", "\\"{digest(octets)}\\"", text(plain_{at}), text(gzip_{at}), '
                 f'{str(is_immutable).lower()}}},\n')
    pathlib.Path(out).write_text(f"""// Made by hub/console/pack.py.
#include "hub/console/assets.hpp"

#include <algorithm>
#include <iterator>

namespace hub::console {{
namespace {{

{arrays}
template <std::size_t size>
std::string_view text(const unsigned char (&octets)[size]) noexcept {{
    return {{reinterpret_cast<const char*>(octets), size}};
}}

const Asset assets[] = {{
{rows}}};

}}  // namespace

const Asset* find(std::string_view path) noexcept {{
    const auto found = std::find_if(std::begin(assets), std::end(assets), [&](const Asset& asset) {{ return asset.path == path; }});
    return found == std::end(assets) ? nullptr : found;
}}

}}  // namespace hub::console
""")


if __name__ == "__main__":
    main(*sys.argv[1:])
