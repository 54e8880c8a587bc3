"""/feed.json, which every reader is compared with, against what the fixture feeds say."""
import time

import report
import story


def check(bench):
    row = report.Row("feed.json", remarks=["against the fixture feeds"])
    items = bench.daemon.items()
    shown = {one.title: one for one in story.reference(items)}
    site, origin = bench.daemon.url, bench.origin.url
    right = dict.fromkeys(report.COLUMNS, 0)
    for entry in bench.stated["stories"]:
        title = story.collapsed(entry["title"])
        if not row.require(title in shown, f"has no story {title!r}"):
            continue
        got = shown[title]
        right["entries"] += 1
        right["titles"] += 1
        url = entry["url"].format(site=site, origin=origin)
        is_page_of_ours = url.endswith("/story/")
        same = got.url.startswith(url) and len(got.url) > len(url) if is_page_of_ours else got.url == url
        right["links"] += row.require(same, f"the address of {title!r} is {got.url}, the feed says {url}")
        if entry["published"]:
            same = got.published == story.seconds(entry["published"])
        else:
            same = bench.began - 1 <= got.published <= time.time()
        right["dates"] += row.require(same, f"the date of {title!r} is {got.published}, stated {entry['published']}")
        agency = bench.stated["sources"][entry["source"]]["agency"]
        right["authors"] += row.require(got.author == agency, f"the agency of {title!r} is {got.author}, not {agency}")
        if "id" in entry:
            row.require(got.id == entry["id"], f"the id of {title!r} is {got.id}, the Atom origin says {entry['id']}")
    total = len(bench.stated["stories"])
    row.require(len(items) == total, f"has {len(items)} stories instead of {total}")
    row.counts = {column: f"{count}/{total}" for column, count in right.items()}
    return [row]
