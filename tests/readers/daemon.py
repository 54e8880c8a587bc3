"""The real program, with a store of its own, seen through a tap."""
import json
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request

import processes
import tap

SITE_TITLE = "Merged news, checked"
NEVER = urllib.request.ProxyHandler({})  # whatever the environment says, loopback needs no proxy


def get(url, **fields):
    """(status, fields, body) of any answer."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in fields.items()})
    try:
        with urllib.request.build_opener(NEVER).open(request, timeout=20) as response:
            return response.status, tap.lowered(response.getheaders()), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, tap.lowered(error.headers.items()), error.read()


def configuration(folder, base_url, sources):
    text = ['[server]', 'listen = ["127.0.0.1:0"]', f'base_url = "{base_url}"',
            '[site]', f'title = "{SITE_TITLE}"', '[store]',
            f'path = "{folder / "store.db"}"', '[fetch]', 'host_gap = "0s"', 'host_connections = 4',
            'min_interval = "0.2s"', 'interval = "1h"', 'allow_networks = ["127.0.0.0/8"]']
    for name, (url, agency) in sources.items():
        text += ["[[source]]", f'id = "{name}"', f'url = "{url}"', f'agency = "{agency}"']
    return "\n".join(text) + "\n"


class Daemon:
    def __init__(self, program, folder, sources):
        """sources: id to (url, agency). Returns when the daemon answers."""
        folder.mkdir(parents=True)
        self.program, self.folder = program, folder
        self.tap = tap.Tap()
        self.url = self.tap.url
        self.config = folder / "rapporteur.toml"
        self.config.write_text(configuration(folder, self.url, sources), encoding="utf-8")
        self.log = []
        self.process = processes.start([program, "-c", self.config, "run"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                       encoding="utf-8", errors="replace", env=processes.home_of(folder / "home"))
        threading.Thread(target=self.listen, daemon=True).start()
        try:
            found = processes.eventually(self.address, 20)
            if not found:
                raise RuntimeError("the daemon did not say where it serves: " + "".join(self.log[-5:]))
        except BaseException:
            self.close()
            raise
        self.tap.target = found

    def listen(self):
        with open(self.folder / "stderr", "w", encoding="utf-8") as copy:
            for line in self.process.stderr:
                self.log.append(line)
                copy.write(line)
                copy.flush()

    def address(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"the daemon ended with {self.process.returncode}: " + "".join(self.log[-5:]))
        for line in self.log:
            if found := re.search(r"serving http://([0-9.]+):(\d+)", line):
                return found[1], int(found[2])
        return None

    def items(self):
        status, _, body = get(self.url + "/feed.json")
        return json.loads(body)["items"] if status == 200 else []

    def wait_for(self, count, timeout=60):
        if not processes.eventually(lambda: len(self.items()) == count, timeout):
            raise RuntimeError(f"/feed.json has {len(self.items())} entries after {timeout} s instead of {count}")

    def poll(self, source):
        time.sleep(0.3)  # beyond min_interval, which --now does not ignore
        result = processes.run([self.program, "-c", self.config, "poll", "--now", source], timeout=30,
                               env=processes.home_of(self.folder / "home"))
        if result.returncode != 0:
            raise RuntimeError(f"poll --now {source} failed: {result.stdout}{result.stderr}")

    def close(self):
        processes.stop(self.process)
        self.tap.close()
