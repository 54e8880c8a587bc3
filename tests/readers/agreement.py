#!/usr/bin/python3
"""Two readers, one document: what `rapporteur parse` says of stored feeds, against python3-feedparser.

    tests/readers/agreement.py --program PATH [--corpus DIR]

Titles (as text), links and instants of all entries are compared, over the files in which feedparser finds an entry. Each
difference is printed as `file | entry | field | feedparser | ours`. Those that were looked into stand in agreement.tsv,
with who is right by the specifications and the bytes. Ends with 1 when a difference is not there, when a row there
is no difference any more, or when less than 98 % of titles, links or instants agree, where those count that the table
does not call feedparser's mistake (the share of all is printed too). The corpus is no part of the project: without it
nothing is compared.

Debian package: python3-feedparser (the table was written against 6.0.10).
"""
import argparse
import calendar
import dataclasses
import datetime
import html
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
FIELDS = ("title", "link", "instant")
LEAST_AGREEMENT = 98.0  # percent, of each field
VERDICTS = ("ours", "theirs", "both")


@dataclasses.dataclass(frozen=True)
class Difference:
    file: str
    entry: int  # by feedparser's counting from 1; beyond its last one: an entry that only we see
    field: str  # one of FIELDS, or "entry" when one side has none
    theirs: str
    ours: str

    def key(self):
        return (self.file, self.entry, self.field)

    def __str__(self):
        return " | ".join((self.file, str(self.entry), self.field, self.theirs or "-", self.ours or "-"))


# What is compared: of both sides the same is made, so that only meaning can differ.

def text_of(value):
    """Tags stripped, references decoded, white space collapsed."""
    return " ".join(html.unescape(re.sub(r"<[a-zA-Z/!][^>]*>", "", value or "")).split())


def host_of(parts):
    host = (parts.hostname or "").lower()
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        pass
    is_default = parts.port in (None, {"http": 80, "https": 443}.get(parts.scheme))
    user = parts.netloc.rpartition("@")[0]
    return (user + "@" if user else "") + (f"[{host}]" if ":" in host else host) + ("" if is_default else f":{parts.port}")


def link_of(address):
    """As RFC 3986 section 6.2.2 has it: white space out, the rest escaped where it must be, host in lower case."""
    address = re.sub(r"[\t\r\n]", "", (address or "").strip())
    try:
        parts = urllib.parse.urlsplit(address)
        if not parts.netloc:
            return address
        allowed = "%/:@!$&'()*+,;=~-._"
        path = urllib.parse.urlsplit(urllib.parse.urljoin(address, parts.path or "/")).path
        return urllib.parse.urlunsplit((parts.scheme.lower(), host_of(parts), urllib.parse.quote(path, safe=allowed),
                                        urllib.parse.quote(parts.query, safe=allowed + "?"),
                                        urllib.parse.quote(parts.fragment, safe=allowed + "?")))
    except ValueError:
        return address


def instant_of(seconds):
    if seconds is None:
        return ""
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def first(entry, *names):
    return next((entry[name] for name in names if entry.get(name)), None)


# The address behind FeedBurner's proxy is the link to us; feedparser gives it a name of its own.
def shown_by_feedparser(entry):
    stated = first(entry, "published_parsed", "updated_parsed", "created_parsed")
    return {"id": entry.get("id") or "", "title": text_of(entry.get("title")),
            "link": link_of(first(entry, "feedburner_origlink", "link")),
            "instant": instant_of(calendar.timegm(stated) if stated else None)}


def shown_by_us(entry):
    return {"id": entry.get("id") or "", "title": text_of(entry.get("title")), "link": link_of(entry.get("link")),
            "instant": first(entry, "published", "updated", "created") or ""}


# Entries

def pair(theirs, ours):
    """Pairs of entries (None: that side lacks it): by their places, or by what they say where the numbers differ."""
    if len(theirs) == len(ours):
        return list(zip(theirs, ours))
    pairs, left = [], list(ours)
    for their in theirs:
        found = next((our for name in ("id", "link", "title") for our in left if their[name] and our[name] == their[name]), None)
        if found is not None:
            left.remove(found)
        pairs.append((their, found))
    return pairs + [(None, our) for our in left]


class Comparison:
    def __init__(self):
        self.compared = dict.fromkeys(FIELDS, 0)
        self.equal = dict.fromkeys(FIELDS, 0)
        self.differences = []
        self.files = 0
        self.entries = 0

    def add(self, name, theirs, ours):
        self.files += 1
        for number, (their, our) in enumerate(pair(theirs, ours), 1):
            if their is None or our is None:
                said = [" ".join(filter(None, (side["title"], side["link"]))) or "(says nothing)" if side else "" for side in (their, our)]
                self.differences.append(Difference(name, number, "entry", *said))
                continue
            self.entries += 1
            for field in FIELDS:
                self.compare(name, number, field, their[field], our[field])

    def compare(self, name, number, field, their, our):
        if not their and not our:
            return
        self.compared[field] += 1
        if their == our:
            self.equal[field] += 1
        else:
            self.differences.append(Difference(name, number, field, their, our))

    def percent(self, field, mistakes=0):
        counted = self.compared[field] - mistakes
        return 100.0 * self.equal[field] / counted if counted else 0.0


def read_with_us(program, path, base):
    """The entries, or None when it is no feed to us."""
    done = subprocess.run([program, "parse", "--base", base, path], stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    if done.returncode == 65:
        return None
    if done.returncode != 0:
        raise RuntimeError(f"parse ended with {done.returncode} for {path}: {done.stderr.decode(errors='replace').strip()}")
    return [shown_by_us(entry) for entry in json.loads(done.stdout)["entries"]]


def compare_files(feedparser, program, corpus):
    comparison, passed_over = Comparison(), []
    for path in sorted(path for path in corpus.rglob("*") if path.is_file() and path.suffix != ".md"):
        name = path.relative_to(corpus).as_posix()
        base = "https://feeds.example/" + urllib.parse.quote(path.name)
        theirs = feedparser.parse(path.read_bytes(), response_headers={"content-location": base}).entries
        if theirs:
            comparison.add(name, [shown_by_feedparser(entry) for entry in theirs], read_with_us(program, path, base) or [])
        else:
            passed_over.append(name)
    return comparison, passed_over


# Verdicts

def numbers_in(cell):
    """ "1-3,7" are 1, 2, 3 and 7."""
    for part in cell.split(","):
        begin, _, end = part.partition("-")
        yield from range(int(begin), int(end or begin) + 1)


def read_verdicts(path):
    """(file, entry, field) to (who is right, why); a line that cannot be read is an error of whoever wrote it."""
    verdicts = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        file, entries, field, right, why = line.split("\t")
        if field not in (*FIELDS, "entry") or right not in VERDICTS or not why:
            raise ValueError(f"{path.name}: cannot be read: {line}")
        for number in numbers_in(entries):
            if verdicts.setdefault((file, number, field), (right, why)) != (right, why):
                raise ValueError(f"{path.name}: two verdicts for entry {number}: {line}")
    return verdicts


def print_differences(comparison, verdicts):
    """The number of those without a verdict."""
    known = [one for one in comparison.differences if one.key() in verdicts]
    unknown = [one for one in comparison.differences if one.key() not in verdicts]
    for right in VERDICTS:
        judged = [one for one in known if verdicts[one.key()][0] == right]
        if judged:
            print(f"\n{len(judged)} known differences, right: {right}")
            print(*judged, sep="\n")
    if unknown:
        print(f"\n{len(unknown)} differences without a verdict in agreement.tsv")
        print(*unknown, sep="\n")
    return len(unknown)


def judge(comparison, verdicts):
    """(passed, failed)"""
    failed = print_differences(comparison, verdicts)
    stale = verdicts.keys() - {one.key() for one in comparison.differences}
    for file, number, field in sorted(stale):
        print(f"agreement.tsv: no difference any more: {file} | {number} | {field}")
    print(f"\n{comparison.files} files, {comparison.entries} entries")
    failed += len(stale)
    for field in FIELDS:
        mistakes = sum(1 for one in comparison.differences if one.field == field and verdicts.get(one.key(), [""])[0] == "ours")
        percent = comparison.percent(field, mistakes)
        is_enough = percent >= LEAST_AGREEMENT
        print(f"{field + 's':<9}{comparison.equal[field]:>6} of {comparison.compared[field]:>6} agree: {comparison.percent(field):6.2f} % "
              f"of all, {percent:6.2f} % without {mistakes} mistakes of feedparser"
              + ("" if is_enough else f": less than {LEAST_AGREEMENT:g} %"))
        failed += 0 if is_enough else 1
    return sum(comparison.equal.values()) + len(verdicts) - len(stale), failed


def arguments():
    parser = argparse.ArgumentParser(description="What rapporteur parse says of stored feeds, against python3-feedparser.")
    parser.add_argument("--program", required=True, type=pathlib.Path, help="the built rapporteur")
    parser.add_argument("--corpus", type=pathlib.Path, default=HERE.parents[2] / "shared/corpus",
                        help="a folder of stored documents (default: the one beside the project)")
    parser.add_argument("--table", type=pathlib.Path, default=HERE / "agreement.tsv", help="verdicts on known differences")
    given = parser.parse_args()
    if not os.access(given.program, os.X_OK):
        parser.error(f"{given.program} is no program")
    given.program = given.program.resolve()
    return given


def main():
    given = arguments()
    if not given.corpus.is_dir():
        print(f"SKIPPED: there is no corpus at {given.corpus}, so NOTHING was compared")
        print("0 passed, 0 failed")
        return 0
    try:
        import feedparser
    except ImportError:
        print("the module feedparser is not installed: apt-get install python3-feedparser")
        print("0 passed, 1 failed")
        return 1
    print(f"python3-feedparser {feedparser.__version__}")
    comparison, passed_over = compare_files(feedparser, given.program, given.corpus)
    print(f"no entry for feedparser, not compared: {len(passed_over)} files: {', '.join(passed_over)}")
    passed, failed = judge(comparison, read_verdicts(given.table))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
