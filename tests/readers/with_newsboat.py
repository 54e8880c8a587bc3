"""newsboat: a terminal reader on libcurl that asks for deltas (RFC 3229) as soon as it holds a tag.

It sends If-Modified-Since as a time condition, so libcurl drops the body of a 200 whose Last-Modified is not newer.
"""
import contextlib
import sqlite3
import time

import bench as benches
import processes
import report
import story

QUIRKS = (
    story.Quirk("author", "shows all authors in one line", lambda sent: ", ".join(sent.authors)),
)


def reload(bench, home):
    """One run of the reader; what it asked and got, and what it holds then."""
    mark = bench.daemon.tap.mark()
    (home / "urls").write_text(bench.atom_url() + "\n", encoding="utf-8")
    (home / "settings").write_text("", encoding="utf-8")
    result = processes.run([processes.need("newsboat", "newsboat"), "-u", home / "urls", "-c", home / "cache.db", "-C",
                            home / "settings", "-x", "reload"], timeout=60, env=processes.home_of(home))
    if result.returncode != 0:
        raise RuntimeError(f"newsboat ended with {result.returncode}: {result.stdout}{result.stderr}")
    with contextlib.closing(sqlite3.connect(home / "cache.db")) as cache:
        rows = cache.execute("select guid, title, url, pubDate, author from rss_item where deleted = 0").fetchall()
        (site,), = cache.execute("select url from rss_feed").fetchall()
    asked = [one for one in bench.daemon.tap.since(mark) if one.path == "/feed.atom"]
    return asked, [story.Story(*row[:4], row[4] or None) for row in rows], site


def check(bench):
    home = bench.work / "newsboat"
    home.mkdir()
    processes.need("newsboat", "newsboat")
    version = processes.package_version("newsboat")
    first = report.Row("newsboat", version)
    asked, shown, site = reload(bench, home)
    first.require([one.status for one in asked] == [200], f"got {[one.status for one in asked]} instead of one 200")
    story.compare(first, bench.reference(), shown, QUIRKS)
    story.compare_home(first, bench, site)
    # It keeps the validators of its very first answer nowhere (the row of the feed does not exist yet), so its second
    # question is as bare as the first, and the third is conditional.
    asked, shown, _ = reload(bench, home)
    statuses = [one.status for one in asked]
    first.require(statuses == [200], f"got {statuses} at its second question")
    return [first, check_unchanged(bench, home, version), check_news(bench, home, version)]


def ask_again(bench, home, row, status):
    asked, shown, _ = reload(bench, home)
    if row.require(len(asked) == 1, f"asked {len(asked)} times"):
        row.require(asked[0].status == status, f"was answered {asked[0].status} instead of {status}")
        row.require("if-none-match" in asked[0].asked, "sent no If-None-Match")
        row.require(asked[0].asked.get("a-im") == "feed", "sent no A-IM: feed")
        row.remarks.append(f"answered {asked[0].status}, {asked[0].length} bytes")
    return asked[0] if asked else None, shown


def check_unchanged(bench, home, version):
    row = report.Row("newsboat, nothing new", version)
    _, shown = ask_again(bench, home, row, 304)
    story.compare(row, bench.reference(), shown, QUIRKS)
    return row


def check_news(bench, home, version):
    """A story more at the origin: the reader must have it and keep all the others."""
    row = report.Row("newsboat, one story more", version)
    before = len(bench.daemon.items())
    time.sleep(1.2)  # HTTP dates have seconds: let this be a new one
    bench.origin.serve("/desk.atom", (benches.FEEDS / "desk-2.atom").read_bytes())
    bench.daemon.poll("desk")
    bench.daemon.wait_for(before + 1)
    answer, _ = ask_again(bench, home, row, 226)
    if answer and answer.status == 226:
        row.require(answer.answered.get("im", "").startswith("feed"), "the 226 has no field IM: feed")
    _, shown = ask_again(bench, home, row, 304)
    story.compare(row, bench.reference(), shown, QUIRKS)
    return row
