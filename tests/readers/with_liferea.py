"""liferea: a GTK reader, started for real under a virtual screen; its database is read afterwards.

It comes with a list of public feeds that it would ask at its first start. So its list of feeds is written beforehand,
and it is started only where there is no network but loopback.
"""
import contextlib
import pathlib
import sqlite3
import subprocess
import xml.sax.saxutils

import processes
import report
import story

QUIRKS = (
    story.Quirk("author", "puts the author's page behind the name as markup",
                lambda sent: f'{sent.author} (<a href="{sent.author_page}">Website</a>)'),
)

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0">
  <head><title>Liferea Feed List Export</title></head>
  <body>
    <outline title="rapporteur" text="rapporteur" description="rapporteur" type="atom" id="rapport" {url}
             updateInterval="60"/>
  </body>
</opml>
"""

# A session bus that starts no services: no portals, no keyring, no settings of the desktop.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir={folder}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


def free_display():
    """A number nobody uses: locks of other process namespaces would look stale to the server."""
    for number in range(240, 300):
        if not any(pathlib.Path(one).exists() for one in (f"/tmp/.X{number}-lock", f"/tmp/.X11-unix/X{number}")):
            return number
    raise RuntimeError("no display number is free")


@contextlib.contextmanager
def virtual_screen(environment):
    display = f":{free_display()}"
    program = processes.need("Xvfb", "xvfb")
    server = processes.start([program, display, "-screen", "0", "1024x768x24", "-nolisten", "tcp"], env=environment,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        socket = pathlib.Path("/tmp/.X11-unix/X" + display[1:])
        if not processes.eventually(socket.exists, 20):
            raise RuntimeError("Xvfb did not start")
        yield display
    finally:
        processes.stop(server)


STORIES = """select source_id, title, source, date, (select value from metadata
    where metadata.item_id = items.item_id and key = 'author' order by nr limit 1)
    from items where node_id = 'rapport'"""
HOME_PAGE = "select value from subscription_metadata where node_id = 'rapport' and key = 'homepage'"


def rows_of(path, query):
    """From a database that the reader may still be writing."""
    if not path.exists():
        return []  # sqlite would make an empty one in its place
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=5)) as database:
            return database.execute(query).fetchall()
    except sqlite3.Error:
        return []  # no tables yet


def has_all(database, count):
    """The page of the feed is written after the stories."""
    return len(rows_of(database, STORIES)) >= count and rows_of(database, HOME_PAGE)


def check(bench):
    row = report.Row("liferea")
    program = processes.need("liferea", "liferea")
    session = processes.need("dbus-run-session", "dbus-daemon")
    processes.need("Xvfb", "xvfb")
    row.version = processes.package_version("liferea")
    if not row.require(bench.is_isolated, "is not started: it must not reach the outside, and unshare makes no "
                                          "network namespace here"):
        return [row]
    home = bench.work / "liferea"
    # Settings in memory: the suite asks nobody's dconf. The usual network monitor says "offline" where only loopback
    # is; and the list of feeds states an interval, because the default is never.
    environment = processes.home_of(home, GSETTINGS_BACKEND="memory", NO_AT_BRIDGE="1", GDK_BACKEND="x11",
                                    GIO_USE_VFS="local", LIBGL_ALWAYS_SOFTWARE="1",
                                    GIO_USE_NETWORK_MONITOR="base", GTK_USE_PORTAL="0")
    folder = home / "config" / "liferea"
    folder.mkdir()
    url = "xmlUrl=" + xml.sax.saxutils.quoteattr(bench.atom_url())
    (folder / "feedlist.opml").write_text(OPML.format(url=url), encoding="utf-8")
    bus = home / "bus.conf"
    bus.write_text(BUS.format(folder=environment["XDG_RUNTIME_DIR"]), encoding="utf-8")
    expected = bench.reference()
    database = home / "data" / "liferea" / "liferea.db"
    mark = bench.daemon.tap.mark()
    with virtual_screen(environment) as display, open(home / "log", "w", encoding="utf-8") as log:
        reader = processes.start([session, f"--config-file={bus}", "--", program, "--disable-plugins"],
                                 stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                 env={**environment, "DISPLAY": display})
        try:
            processes.eventually(lambda: has_all(database, len(expected)) or reader.poll() is not None, 60, 0.5)
            row.require(reader.poll() is None, f"ended by itself with {reader.returncode}, see liferea/log")
        finally:
            processes.stop(reader)
    asked = [one for one in bench.daemon.tap.since(mark) if one.path == "/feed.atom"]
    row.require(asked and asked[0].status == 200, f"got {[one.status for one in asked]} for the feed")
    story.compare(row, expected, [story.Story(*one) for one in rows_of(database, STORIES)], QUIRKS)
    story.compare_home(row, bench, *(value for value, in rows_of(database, HOME_PAGE) or [(None,)]))
    return [row]
