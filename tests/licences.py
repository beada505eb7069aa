#!/usr/bin/env python3
"""Holds every dependency against deny.toml: its licence, the bans, where it comes from.

The part of cargo-deny that needs no network and no tool beyond cargo and Python's standard library.
Prints each breach with the package's name; exit 0 none, 1 some, 2 when something cannot be read.
"""

import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Unreadable(Exception):
    """A file, a command's output or an expression that is not what it should be."""


def tokens(expression):
    """The words of an SPDX expression; the old `A/B` of early crates means `A OR B`."""
    text = expression.replace("/", " OR ")
    words = re.findall(r"[()]|[A-Za-z0-9.:+-]+", text)
    if "".join(words) != re.sub(r"\s+", "", text):
        raise Unreadable(f"{expression!r} is not an SPDX expression")
    return words


def satisfied(expression, allowed):
    """Whether the licence can be met with allowed licences alone.

    `expression`: SPDX 2.3, with AND binding tighter than OR. `allowed`: ids, or "id WITH exception".

    >>> [satisfied(text, {"MIT", "ISC", "Apache-2.0 WITH LLVM-exception"}) for text in (
    ...     "MIT", "GPL-3.0-only", "GPL-3.0-only OR MIT", "GPL-3.0-only AND MIT", "MIT/GPL-3.0-only")]
    [True, False, True, False, True]
    >>> satisfied("ISC OR MIT AND GPL-3.0-only", {"ISC"}), satisfied("(ISC OR MIT) AND GPL-3.0-only", {"ISC"})
    (True, False)
    >>> satisfied("Apache-2.0 WITH LLVM-exception", {"Apache-2.0"})
    False
    >>> satisfied("MIT AND", {"MIT"})
    Traceback (most recent call last):
    licences.Unreadable: 'MIT AND' is not an SPDX expression
    """
    words = tokens(expression)

    def peek():
        return words[0] if words else None

    def take(expected=None):
        word = words.pop(0) if words else None
        if word is None or (expected and word != expected):
            raise Unreadable(f"{expression!r} is not an SPDX expression")
        return word

    def either():
        result = both()
        while peek() == "OR":
            take()
            result = both() or result
        return result

    def both():
        result = one()
        while peek() == "AND":
            take()
            result = one() and result
        return result

    def one():
        if peek() == "(":
            take()
            result = either()
            take(")")
            return result
        name = take()
        if name in ("AND", "OR", "WITH", ")"):
            raise Unreadable(f"{expression!r} is not an SPDX expression")
        if peek() == "WITH":
            take()
            name = f"{name} WITH {take()}"
        return name in allowed or name.removesuffix("+") in allowed

    result = either()
    if words:
        raise Unreadable(f"{expression!r} is not an SPDX expression")
    return result


def cargo(*arguments):
    """What cargo prints, run beside Cargo.toml."""
    done = subprocess.run(["cargo", *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Unreadable(f"cargo {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def packages(targets):
    """Every package that a build or a test for one of the targets may take, by cargo's own resolution."""
    filters = [f"--filter-platform={target}" for target in targets]
    metadata = json.loads(cargo("metadata", "--format-version=1", "--locked", *filters))
    return sorted(metadata["packages"], key=lambda package: (package["name"], package["version"]))


def built(targets):
    """Names of the packages that are really compiled: metadata also lists features nobody switched on."""
    names = set()
    for target in targets:
        tree = cargo("tree", "--locked", "--prefix=none", "--format={p}", f"--target={target}")
        names.update(line.split()[0] for line in tree.splitlines() if line.strip())
    return names


def licence_breaches(found, rules):
    """One sentence for every package whose licence is not allowed, or not told; one for every idle exception."""
    exceptions = {entry["crate"]: entry["allow"] for entry in rules.get("exceptions", [])}
    for package in found:
        name = f"{package['name']} {package['version']}"
        allowed = set(rules["allow"]) | set(exceptions.pop(package["name"], []))
        if not package["license"]:
            yield f"{name} tells no SPDX licence; read its licence and decide"
        elif not satisfied(package["license"], allowed):
            yield f"{name} is under {package['license']}, which deny.toml does not allow"
    for crate in exceptions:
        yield f"deny.toml makes an exception for {crate}, which is no dependency; remove it"


def ban_breaches(names, rules):
    """One sentence for every banned package in the tree."""
    for entry in rules.get("deny", []):
        if entry["crate"] in names:
            yield f"{entry['crate']} is banned by deny.toml: {entry['reason']}"


def source_breaches(found):
    """One sentence for every package that is neither ours nor from a registry that cargo checks by hash."""
    for package in found:
        source = package["source"]
        if source is not None and not source.startswith("registry+"):
            yield f"{package['name']} {package['version']} comes from {source.split('+')[0]}, not from the registry"


def main():
    rules = tomllib.loads((ROOT / "deny.toml").read_text(encoding="utf-8"))
    targets = rules["graph"]["targets"]
    found = packages(targets)
    breaches = [
        *licence_breaches(found, rules["licenses"]),
        *ban_breaches(built(targets), rules["bans"]),
        *source_breaches(found),
    ]
    for breach in breaches:
        print(breach, file=sys.stderr)
    print(f"licences: {len(found)} packages, {len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Unreadable, OSError, KeyError, tomllib.TOMLDecodeError) as error:
        print(f"licences cannot be checked: {error}", file=sys.stderr)
        sys.exit(2)
