"""sfeed: a small parser in C without an XML library, so a document must not be too clever for it."""
import daemon
import processes
import report
import story

QUIRKS = ()


def check(bench):
    row = report.Row("sfeed")
    program = processes.need("sfeed", "sfeed")
    row.version = processes.package_version("sfeed")
    _, _, body = daemon.get(bench.atom_url())
    result = processes.run([program, bench.daemon.url + "/"], text_in=body.decode("utf-8"))
    row.require(result.returncode == 0, f"ended with {result.returncode}: {result.stderr}")
    shown = []
    for line in result.stdout.splitlines():
        when, title, link, _, _, identity, author = line.split("\t")[:7]
        shown.append(story.Story(identity, title, link, int(when) if when else None, author or None))
    story.compare(row, bench.reference(), shown, QUIRKS)
    return [row]
