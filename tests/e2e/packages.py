#!/usr/bin/env python3
"""The Debian packages of this build: their programs start, their units name what is in them and may write where the
example settings say, and nothing is left out.

  packages.py BUILD_FOLDER
"""

import gzip
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

PACKAGES = {
    "lgsp-hub": ["lgsp-hub", "lgsp"],
    "lgsp-adapters": ["lgsp-folder", "lgsp-axis", "lgsp-gateway"],
    "lgsp-axis-sim": ["lgsp-axis-sim"],
}

# What lgsp says of itself, and the command that says it.
TOLD = {
    "usr/share/bash-completion/completions/lgsp": ["completion", "bash"],
    "usr/share/zsh/vendor-completions/_lgsp": ["completion", "zsh"],
    "usr/share/fish/vendor_completions.d/lgsp.fish": ["completion", "fish"],
    "usr/share/man/man1/lgsp.1.gz": ["man"],
}


def run(*command, **more):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, **more).stdout


def expect(is_so, what):
    if not is_so:
        raise SystemExit(f"packages: {what}")


def written_folders(settings):
    """What settings name as `folder` or `…_folder`: the program's own, which it makes and writes."""
    for key, value in settings.items():
        if isinstance(value, dict):
            yield from written_folders(value)
        elif key == "folder" or key.endswith("_folder"):
            yield pathlib.PurePosixPath(value)


def check_folders(unit, text, examples):
    """Who starts from the example settings must not end as on a read-only file system."""
    kind = re.search(r"^ExecStart=.* --config /etc/\S*?/([a-z]+)(?:-%i)?\.toml$", text, re.M)
    expect(kind, f"{unit} does not say which settings it reads")
    settings = tomllib.loads((examples / f"{kind.group(1)}.example.toml").read_text())
    folders = list(written_folders(settings))
    expect(folders, f"{unit}: the example settings name no folder")
    expect("ProtectSystem=strict" in text, f"{unit} may write more than its own folders")
    may_write = [pathlib.PurePosixPath("/var/lib") / name
                 for names in re.findall(r"^StateDirectory=(.*)", text, re.M) for name in names.split()]
    may_write += [pathlib.PurePosixPath(name)
                  for names in re.findall(r"^ReadWritePaths=(.*)", text, re.M) for name in names.split()]
    for folder in folders:
        expect(any(folder.is_relative_to(root) for root in may_write),
               f"{unit} may not write {folder}, where the example settings put its files")


def check_units(root, examples):
    for unit in (root / "usr/lib/systemd/system").glob("*.service"):
        text = unit.read_text()
        check_folders(unit.name, text, examples)
        program = re.search(r"^ExecStart=(\S+)", text, re.M).group(1)
        expect((root / program.lstrip("/")).is_file(), f"{unit.name} starts {program}, which is not in the package")
        for document in re.findall(r"^Documentation=file:(\S+)", text, re.M):
            expect((root / document.lstrip("/")).is_file(), f"{unit.name} names {document}, which is not in the package")
        user = re.search(r"^User=(\S+)", text, re.M).group(1)
        made = "".join(path.read_text() for path in (root / "usr/lib/sysusers.d").glob("*.conf"))
        expect(f"u {user} " in made, f"{unit.name} runs as {user}, whom nobody makes")
        expect("RestartPreventExitStatus=78" in text, f"{unit.name} starts again with wrong settings")


def check_told(root):
    for name, command in TOLD.items():
        path = root / name
        expect(path.is_file(), f"{name} is not in the package")
        text = (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()
        expect(text == run(root / "usr/bin/lgsp", *command), f"{name} is not what lgsp {' '.join(command)} says")


def check(package, programs, file, root):
    run("dpkg-deb", "-x", file, root)
    fields = run("dpkg-deb", "-f", file)
    expect(re.search(r"^Depends: .*libc6", fields, re.M), f"{package} does not name its libraries")
    for program in programs:
        path = root / "usr/bin" / program
        expect(path.is_file(), f"{package} has no {program}")
        expect(re.fullmatch(r"(\S+ )?\d+\.\d+\.\d+\n", run(path, "--version")), f"{program} does not tell its version")
        expect(".debug_info" not in run("readelf", "-S", "-W", path), f"{program} is not stripped")
    expect((root / f"usr/share/doc/{package}/copyright").is_file(), f"{package} has no licence")
    examples = root / f"usr/share/doc/{package}/examples"
    expect(list(examples.glob("*.toml")), f"{package} has no example")
    check_units(root, examples)
    if "lgsp" in programs:
        check_told(root)
    for line in run("dpkg-deb", "-c", file).splitlines():
        mode, owner, *_, path = line.split()
        expect(owner == "root/root", f"{path} belongs to {owner}")
        expect(mode[8] != "w", f"everybody may write {path}")


def main():
    build = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="lgsp-packages-") as folder:
        folder = pathlib.Path(folder)
        run("cpack", "--config", build / "CPackConfig.cmake", "-B", folder / "made", cwd=build)
        made = {file.name.split("_")[0]: file for file in (folder / "made").glob("*.deb")}
        expect(set(made) == set(PACKAGES), f"made were {sorted(made)}")
        for package, programs in PACKAGES.items():
            check(package, programs, made[package], folder / package)
            print(f"{package}: {made[package].stat().st_size // 1024} KiB, {', '.join(programs)}")


if __name__ == "__main__":
    main()
