"""Conditional questions when a story arrives that is older than what was shown last: the normal case of a merge.

A client by time alone must get it, and one that asks for a delta must get it alone (CONTRACT section 3).
"""
import time

import bench as benches
import report
from daemon import Daemon, get


def check(bench):
    row = report.Row("feed.atom, validators")
    rows = [row, report.Row("feed.atom, delta")]
    bench.origin.serve("/news.atom", (benches.FEEDS / "desk-1.atom").read_bytes())
    # A source without a stated date beside it: what it brings was changed just now.
    bench.origin.serve("/undated.rss", (benches.FEEDS / "rivers.rss").read_bytes())
    own = Daemon(bench.program, bench.work / "validators", {
        "news": (bench.origin.url + "/news.atom", ""), "undated": (bench.origin.url + "/undated.rss", "")})
    try:
        judge(bench, own, *rows)
    finally:
        own.close()
    return rows


def judge(bench, own, row, delta):
    before = len(bench.stories_of("rivers")) + len(bench.stories_of("desk"))
    own.wait_for(before)
    url = own.url + "/feed.atom"
    _, old, _ = get(url)
    row.require(get(url, If_None_Match=old["etag"])[0] == 304, "If-None-Match with its own tag is not answered 304")
    row.require(get(url, If_Modified_Since=old["last-modified"])[0] == 304, "If-Modified-Since is not answered 304")
    time.sleep(1.2)  # HTTP dates have seconds
    bench.origin.serve("/news.atom", (benches.FEEDS / "desk-2.atom").read_bytes())
    own.poll("news")
    own.wait_for(before + 1)
    _, new, _ = get(url)
    row.require(new["etag"] != old["etag"], "the tag stays although there is a story more")
    row.require(new["last-modified"] != old["last-modified"],
                f"there is a story more, but Last-Modified stays {old['last-modified']} (Date: {new['date']})")
    for field in ("If_None_Match", "If_Modified_Since"):
        status, _, _ = get(url, **{field: old["etag" if field == "If_None_Match" else "last-modified"]})
        row.require(status == 200, f"{field.replace('_', '-')} of before the story is answered {status}")
    status, fields, body = get(url, If_None_Match=old["etag"], A_IM="feed")
    delta.require(status == 226, f"A-IM: feed with the tag of before the story is answered {status} instead of 226")
    if status == 226:
        delta.require(fields.get("im") == "feed", f"IM is {fields.get('im')}")
        delta.require(fields.get("etag") == new["etag"], "the tag is not the one of the whole document")
        delta.require(body.count(b"<entry") == 1, f"has {body.count(b'<entry')} entries instead of the new one")
