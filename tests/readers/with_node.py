"""Two parsers that many web services are built on: rss-parser and feedparser of npm."""
import json
import os
import re

import bench as benches
import daemon
import processes
import report
import story

RSS_PARSER_QUIRKS = ()
FEEDPARSER_QUIRKS = (
    story.Quirk("title", "takes a plain title for HTML and drops what looks like a tag",
                lambda sent: story.collapsed(re.sub("<[^>]*>", "", sent.title))),
    story.Quirk("author", "sees no author where there are several, so shows that of the feed",
                lambda sent: daemon.SITE_TITLE if len(sent.authors) > 1 else None),
)


def check(bench, row, package, script, quirks):
    node = processes.need("node", "nodejs")
    if not row.require(bench.modules, bench.missing_modules):
        return [row]
    row.version = json.loads((bench.modules / package / "package.json").read_text(encoding="utf-8"))["version"]
    _, _, body = daemon.get(bench.atom_url())
    environment = {**processes.home_of(bench.work / "node"), "NODE_PATH": os.fspath(bench.modules)}
    result = processes.run([node, benches.HERE / script], text_in=body.decode("utf-8"), env=environment)
    if not row.require(result.returncode == 0, f"ended with {result.returncode}: {result.stderr.strip()[-300:]}"):
        return [row]
    said = json.loads(result.stdout)
    shown = [story.Story(one["id"], one["title"], one["url"], story.seconds(one["published"]), one["author"])
             for one in said["shown"]]
    story.compare(row, bench.reference(), shown, quirks)
    story.compare_home(row, bench, said["site"])
    return [row]


def check_rss_parser(bench):
    return check(bench, report.Row("npm rss-parser"), "rss-parser", "rss_parser.js", RSS_PARSER_QUIRKS)


def check_feedparser(bench):
    return check(bench, report.Row("npm feedparser"), "feedparser", "node_feedparser.js", FEEDPARSER_QUIRKS)
