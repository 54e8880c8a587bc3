#!/usr/bin/python3
"""The release suite: the real daemon, read by real readers.

    tests/readers/run.py --program PATH --work DIR [--only NAME,...]

DIR takes everything that is made: stores, caches of readers, screenshots, the npm tools (kept between runs). All
traffic stays on loopback, apart from the installation of the npm tools. Ends with 1 if anything failed.

Debian packages: newsboat sfeed python3-feedparser liferea xvfb dbus-daemon chromium libxml2-utils nodejs npm, and for
the screenshots fonts with Arabic and Chinese (fonts-noto-core fonts-noto-cjk). What is missing fails by its name.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time
import traceback

sys.dont_write_bytecode = True  # nothing is left in the source tree

import bench
import check_atom
import check_page
import check_reference
import check_validators
import isolation
import processes
import report
import with_feedparser
import with_liferea
import with_newsboat
import with_node
import with_sfeed

# In this order: newsboat's check adds a story, those after it see it too.
CHECKS = {
    "reference": check_reference.check,
    "feedparser": with_feedparser.check,
    "sfeed": with_sfeed.check,
    "rss-parser": with_node.check_rss_parser,
    "node-feedparser": with_node.check_feedparser,
    "liferea": with_liferea.check,
    "newsboat": with_newsboat.check,
    "atom": check_atom.check,
    "validators": check_validators.check,
    "page": check_page.check,
}
NEED_NPM = {"rss-parser", "node-feedparser", "page"}
LIMIT = 1200  # seconds for everything, npm apart
MARK = ".made-by-the-release-suite"  # in a work folder: what else is in it may go
KEPT = {"npm", MARK}  # from run to run


def arguments():
    parser = argparse.ArgumentParser(description="The release suite: the real daemon, read by real readers.")
    parser.add_argument("--program", required=True, type=pathlib.Path, help="the built rapporteur")
    parser.add_argument("--work", required=True, type=pathlib.Path, help="a folder outside of the source tree")
    parser.add_argument("--only", default="", help="names of checks, with commas: " + ", ".join(CHECKS))
    parser.add_argument(isolation.MARK, action="store_true", dest="is_inside", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.only = [name for name in given.only.split(",") if name] or list(CHECKS)
    for name in given.only:
        if name not in CHECKS:
            parser.error(f"there is no check {name}; there are {', '.join(CHECKS)}")
    if not os.access(given.program, os.X_OK):
        parser.error(f"{given.program} is no program")
    given.program, given.work = given.program.resolve(), given.work.resolve()
    root = bench.HERE.parent.parent
    if given.work.is_relative_to(root) and not given.work.is_relative_to(root / "build"):
        parser.error("--work must be outside of the source tree")
    return given


def install_npm_tools(folder):
    """Tools of package.json, with npm's own client; scripts of packages do not run. Returns a complaint or ""."""
    wanted = (bench.HERE / "package.json").read_bytes()
    done = folder / "installed.json"  # a copy of what was installed, written last
    if done.exists() and done.read_bytes() == wanted:
        return ""
    try:
        npm = processes.need("npm", "npm")
    except processes.Missing as missing:
        return str(missing)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "package.json").write_bytes(wanted)
    result = subprocess.run([npm, "install", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, timeout=600,
                            stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode != 0:
        return "npm could not install the tools of package.json: " + result.stderr.strip()[-300:]
    done.write_bytes(wanted)
    return ""


def prepare(work):
    work.mkdir(parents=True, exist_ok=True)
    if any(work.iterdir()) and not (work / MARK).exists():
        sys.exit(f"{work} is neither empty nor a work folder of the suite: nothing is deleted there")
    (work / MARK).touch()
    for old in work.iterdir():
        if old.name in KEPT:
            continue
        shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()


def run_check(name, table):
    try:
        return CHECKS[name](table)
    except processes.Missing as missing:
        return [report.Row(name, problems=[str(missing)])]
    except Exception as failure:  # one check less must not cost the others
        traceback.print_exc()
        return [report.Row(name, problems=[f"could not be carried out: {failure}"])]


def judge_end(table):
    if not table.daemon:
        return []
    row = report.Row("daemon", table.version())
    code = table.daemon.process.returncode
    row.require(code == 0, f"ended with {code} after SIGTERM")
    errors = [line.strip() for line in table.daemon.log if "error" in line.lower()]
    row.require(not errors, f"logged {errors[:3]}")
    return [row]


def run_inside(given):
    is_isolated = isolation.has_only_loopback()
    if is_isolated:
        isolation.raise_loopback()
    npm = given.work / "npm"
    has_tools = (npm / "installed.json").exists()
    table = bench.Bench(given.program, given.work, npm / "node_modules" if has_tools else None,
                        (npm / "missing").read_text() if (npm / "missing").exists() else "npm tools are not installed",
                        is_isolated, began=time.time())
    rows = []
    try:
        table.open()
        for name in CHECKS:
            if name in given.only:
                print(f"{name} ...", file=sys.stderr, flush=True)
                rows += run_check(name, table)
    except Exception as failure:
        traceback.print_exc()
        rows.append(report.Row("daemon", problems=[f"the daemon could not be brought up: {failure}"]))
    finally:
        table.close()
    rows += judge_end(table)
    return 1 if report.print_report(rows) else 0


def main():
    given = arguments()
    if given.is_inside:
        return run_inside(given)
    prepare(given.work)
    if NEED_NPM & set(given.only):
        complaint = install_npm_tools(given.work / "npm")
        if complaint:
            (given.work / "npm").mkdir(exist_ok=True)
            (given.work / "npm" / "missing").write_text(complaint)
    if isolation.can_isolate():
        return 1 if isolation.run_inside_again(LIMIT) else 0
    return run_inside(given)


if __name__ == "__main__":
    sys.exit(main())
