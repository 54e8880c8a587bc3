"""A story as a reader shows it, and how two lists of stories are compared."""
import dataclasses
import datetime
from typing import Callable, Optional


@dataclasses.dataclass(frozen=True)
class Story:
    id: str
    title: str
    url: str
    published: Optional[int]  # seconds since 1970; None: the reader shows none
    author: Optional[str]     # the first one; None: the reader shows none
    authors: tuple = ()       # all of them; like the page of the first one, in a reference only
    author_page: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class Quirk:
    """What a reader is known to do to a field of an entry: `makes` gives what it shows for what was sent."""
    field: str
    reason: str
    makes: Callable[[Story], object]


def collapsed(text):
    return " ".join((text or "").split())


def seconds(text):
    """RFC 3339 to whole seconds since 1970."""
    instant = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return int(instant.timestamp() // 1)


def reference(items):
    """Stories of a JSON Feed's items; the first author is the agency (CONTRACT section 3)."""
    return [Story(item["id"], collapsed(item["title"]), item["url"], seconds(item["date_published"]),
                  item["authors"][0]["name"], tuple(one["name"] for one in item["authors"]),
                  item["authors"][0].get("url")) for item in items]


FIELDS = {"title": "titles", "url": "links", "published": "dates", "author": "authors"}


def compare(row, expected, shown, quirks=(), shows=("title", "url", "published", "author")):
    """Fills the row's counts and problems. Entries are the same when their ids are; a reader that shows an id that was
    never sent has lost an entry and invented another."""
    wanted = {story.id: story for story in expected}
    found = {}
    for story in shown:
        row.require(story.id not in found, f"shows {story.id} twice")
        found[story.id] = story
    for story in expected:
        row.require(story.id in found, f"does not show {story.id} ({story.title})")
    for identity in found.keys() - wanted.keys():
        row.problems.append(f"shows {identity} ({found[identity].title}), which /feed.json does not have")
    row.counts["entries"] = f"{len(found.keys() & wanted.keys())}/{len(wanted)}"
    used = set()
    for field in FIELDS:
        if field in shows:
            compare_field(row, field, wanted, found, [quirk for quirk in quirks if quirk.field == field], used)
    row.remarks += [quirk.reason for quirk in quirks if quirk in used]
    for quirk in quirks:
        row.require(quirk in used, f"a quirk is written down that no entry shows: {quirk.reason}")


def compare_home(row, bench, address):
    """The address that a reader opens for the feed as a whole is the page's."""
    row.require(address == bench.daemon.url + "/", f"takes {address} for the site of the feed, not the page /")


def compare_field(row, field, wanted, found, quirks, used):
    equal = 0
    for identity, story in wanted.items():
        if identity not in found:
            continue
        got, right = (getattr(one, field) for one in (found[identity], story))
        if field == "title":
            got, right = collapsed(got), collapsed(right)
        matching = [quirk for quirk in quirks if got != right and got == quirk.makes(story)]
        used.update(matching)
        if got == right or matching:
            equal += 1
        else:
            row.problems.append(f"{field} of {identity} is {got!r}, sent was {right!r}")
    row.counts[FIELDS[field]] = f"{equal}/{len(wanted)}"
