"""/feed.atom against the grammar of RFC 4287, and against what a grammar cannot say."""
import html
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

import bench as benches
import daemon
import processes
import report

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

# Faults that the grammar must find, so that a grammar which accepts everything does not pass: pattern, replacement.
SPOILED = (
    (r"<id>[^<]*</id>(?=\s*<title>[^<]*</title>\s*<published>)", ""),         # an entry without id
    (r"(<title>[^<]*</title>)(?=\s*<published>)", r"\1\1"),                   # two titles
    (r"<published>[^<]*</published>", "<published>yesterday</published>"),
    (r'<link rel="alternate"', '<link rel="alternate" colour="red"'),         # neither Atom's nor foreign
    (r"<summary>", "<teaser>x</teaser><summary>"),                            # an element that Atom does not have
    (r"<author>", "<author><nick>x</nick>"),
)


def validate(document, folder, name):
    path = folder / name
    path.write_bytes(document)
    xmllint = processes.need("xmllint", "libxml2-utils")
    return processes.run([xmllint, "--nonet", "--noout", "--relaxng", benches.HERE / "atom.rng", path])


def check(bench):
    folder = bench.work / "atom"
    folder.mkdir()
    _, fields, body = daemon.get(bench.atom_url())
    return [check_grammar(body, folder), check_rules(bench, fields, ElementTree.fromstring(body))]


def check_grammar(body, folder):
    row = report.Row("feed.atom, grammar", processes.package_version("libxml2-utils"), remarks=["atom.rng by xmllint"])
    result = validate(body, folder, "feed.atom")
    row.require(result.returncode == 0, f"is not valid: {result.stderr.strip()[:600]}")
    for number, (pattern, replacement) in enumerate(SPOILED):
        spoiled, count = re.subn(pattern, replacement, body.decode("utf-8"), count=1)
        if row.require(count == 1, f"the suite cannot spoil the feed: it has no {pattern}"):
            result = validate(spoiled.encode("utf-8"), folder, f"spoiled-{number}.atom")
            row.require(result.returncode == 3, f"the grammar accepts a feed in which {pattern} became {replacement}")
    row.remarks.append(f"{len(SPOILED)} spoiled copies refused")
    return row


def is_absolute_http(address):
    parts = urllib.parse.urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"[\s<>\"{}|\\^`]", address)


def is_absolute_iri(text):
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", text))


def texts(element, name):
    return [(one.text or "").strip() for one in element.findall(ATOM + name)]


def check_rules(bench, fields, feed):
    row = report.Row("feed.atom, rules")
    entries = feed.findall(ATOM + "entry")
    row.require(fields["content-type"].startswith("application/atom+xml"), f"is served as {fields['content-type']}")
    own = [one.get("href") for one in feed.findall(ATOM + "link") if one.get("rel") == "self"]
    row.require(own == [bench.atom_url()], f"names {own} as rel=self")
    for element in [feed, *entries]:
        check_container(row, element)
    for entry in entries:
        check_entry(row, entry)
    identities = [identity for entry in entries for identity in texts(entry, "id")]
    row.require(len(set(identities)) == len(identities), "ids are not unique")
    row.require(identities == [item["id"] for item in bench.daemon.items()], "ids or order differ from /feed.json")
    for link in feed.iter(ATOM + "link"):
        row.require(is_absolute_http(link.get("href")), f"has the address {link.get('href')!r}")
    newest = max(max(texts(entry, "updated")) for entry in entries)
    row.require(texts(feed, "updated")[0] >= newest, f"is updated {texts(feed, 'updated')[0]}, an entry {newest}")
    check_own_pages(row, bench, feed)
    row.counts["entries"] = f"{len(entries)}/{len(bench.daemon.items())}"
    return row


def check_container(row, element):
    name = (texts(element, "id") or ["(no id)"])[0]
    row.require(is_absolute_iri(name), f"{name} is no absolute IRI")
    for date in texts(element, "updated") + texts(element, "published"):
        row.require(DATE.fullmatch(date), f"{name}: {date} is no date of RFC 3339")
    for title in element.findall(ATOM + "title"):
        row.require((title.text or "").strip(), f"{name} has an empty title")
    row.require(XML + "base" not in element.attrib, f"{name} has xml:base")


def check_entry(row, entry):
    name = texts(entry, "id")[0]
    authors = entry.findall(ATOM + "author")
    row.require(authors and all(all(texts(one, "name")) for one in authors), f"{name} has no author of its own")
    row.require(entry.get(XML + "lang"), f"{name} has no xml:lang")
    published, updated = texts(entry, "published"), texts(entry, "updated")
    row.require(updated >= published, f"{name} is updated {updated} but published {published}")
    alternates = [one for one in entry.findall(ATOM + "link") if one.get("rel") == "alternate"]
    kinds = [(one.get("type"), one.get("hreflang")) for one in alternates]
    row.require(kinds and len(set(kinds)) == len(kinds), f"{name} has the alternates {kinds} (RFC 4287 4.1.2)")
    for markup in texts(entry, "content"):
        for address in re.findall(r"""(?:href|src)\s*=\s*["']([^"']*)""", markup):
            row.require(is_absolute_http(html.unescape(address)), f"the content of {name} has the address {address!r}")
    if not row.require(entry[-1].tag == ATOM + "source", f"{name} does not end with its source but {entry[-1].tag}"):
        return
    source = entry[-1]
    for part in ("id", "title", "updated"):
        row.require(len(texts(source, part)) == 1 and texts(source, part)[0], f"the source of {name} has no {part}")
    check_container(row, source)


def check_own_pages(row, bench, feed):
    """Addresses at the daemon itself must lead somewhere."""
    addresses = {link.get("href") for link in feed.iter(ATOM + "link")}
    own = sorted(address for address in addresses if address.startswith(bench.daemon.url))
    for address in own:
        status, _, _ = daemon.get(address)
        row.require(status == 200, f"names {address.replace(bench.daemon.url, '')}, which answers {status}")
    row.remarks.append(f"{len(own)} addresses of our own asked")
