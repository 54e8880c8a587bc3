"""What every check gets: the daemon with all fixture stories, and where to put things."""
import dataclasses
import json
import pathlib
from typing import Optional

import processes
import story
from daemon import Daemon
from origin import Origin

HERE = pathlib.Path(__file__).resolve().parent
FEEDS = HERE / "feeds"


@dataclasses.dataclass
class Bench:
    program: pathlib.Path
    work: pathlib.Path
    modules: Optional[pathlib.Path]  # node_modules with the tools of package.json; None: not installed
    missing_modules: str             # why not
    is_isolated: bool
    origin: Origin = None
    daemon: Daemon = None
    stated: dict = None              # feeds/stories.json
    began: float = 0.0

    def open(self):
        self.stated = json.loads((FEEDS / "stories.json").read_text(encoding="utf-8"))
        self.origin = Origin()
        sources = {}
        for name, source in self.stated["sources"].items():
            # The path keeps the ending of the file but not its number: desk-1 and desk-2 are one source.
            path = "/" + name + "." + source["file"].rsplit(".", 1)[1]
            self.origin.serve(path, (FEEDS / source["file"]).read_bytes())
            sources[name] = (self.origin.url + path, source["agency"] if name in ("rivers", "miyah") else "")
        self.daemon = Daemon(self.program, self.work / "daemon", sources)
        self.daemon.wait_for(len(self.stated["stories"]))

    def close(self):
        if self.daemon:
            self.daemon.close()
        if self.origin:
            self.origin.close()

    def stories_of(self, source):
        return [one for one in self.stated["stories"] if one["source"] == source]

    def version(self):
        result = processes.run([self.program, "--version"], timeout=20)
        return result.stdout.split()[-1] if result.returncode == 0 else "?"

    def reference(self):
        return story.reference(self.daemon.items())

    def atom_url(self):
        return self.daemon.url + "/feed.atom"
