"""python3-feedparser: the parser of most Python programs, and the strictest about being well formed."""
import calendar

import daemon
import report
import story

QUIRKS = ()


def check(bench):
    row = report.Row("python3-feedparser")
    try:
        import feedparser
    except ImportError:
        row.problems.append("the module feedparser is not installed: apt-get install python3-feedparser")
        return [row]
    row.version = feedparser.__version__
    _, fields, body = daemon.get(bench.atom_url())
    parsed = feedparser.parse(body, response_headers={**fields, "content-location": bench.atom_url()})
    row.require(not parsed.bozo, f"bozo: {parsed.get('bozo_exception')}")
    row.require(parsed.version == "atom10", f"takes it for {parsed.version!r}")
    shown = [story.Story(entry.id, entry.title, entry.get("link"), calendar.timegm(entry.published_parsed),
                         entry.authors[0].get("name") if entry.get("authors") else None)
             for entry in parsed.entries]
    story.compare(row, bench.reference(), shown, QUIRKS)
    story.compare_home(row, bench, parsed.feed.get("link"))
    compare_enclosures(row, bench.daemon.items(), parsed.entries)
    for entry in parsed.entries:
        row.require(entry.get("source", {}).get("title"), f"shows no source of {entry.id}")
    return [row]


def compare_enclosures(row, items, entries):
    shown = {entry.id: sorted(one.href for one in entry.enclosures) for entry in entries}
    for item in items:
        wanted = sorted(one["url"] for one in item.get("attachments", []))
        got = shown.get(item["id"], [])
        row.require(got == wanted, f"enclosures of {item['id']} are {got}, sent were {wanted}")
