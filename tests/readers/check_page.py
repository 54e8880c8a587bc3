"""The page in headless Chromium: accessibility, layout, requests, policy, size."""
import json
import os

import bench as benches
import daemon
import made_feed
import processes
import report

WIDTHS, SCHEMES = (320, 800, 1280), ("light", "dark")
STORIES = 50
MOST_BYTES = 15 * 1024  # gzip, PUBLISHING section 3


def check(bench):
    folder = bench.work / "page"
    folder.mkdir()
    origin_path = "/lists.rss"
    bench.origin.serve(origin_path, made_feed.document(STORIES + 10))
    many = daemon.Daemon(bench.program, folder / "daemon", {"lists": (bench.origin.url + origin_path, "")})
    try:
        many.wait_for(STORIES)
        return [check_size(many), *check_in_browser(bench, folder, many)]
    finally:
        many.close()


def check_size(many):
    row = report.Row(f"page, {STORIES} stories", counts={"entries": f"{len(many.items())}/{STORIES}"})
    plain = len(daemon.get(many.url + "/")[2])
    sizes = {}
    for coding in ("gzip", "br"):
        _, fields, body = daemon.get(many.url + "/", Accept_Encoding=coding)
        row.require(fields.get("content-encoding") == coding, f"is not sent as {coding} when that is asked for")
        sizes[coding] = len(body)
    row.require(sizes["gzip"] <= MOST_BYTES, f"takes {sizes['gzip']} bytes as gzip, more than {MOST_BYTES}")
    row.remarks = [f"{plain} bytes, gzip {sizes['gzip']}, br {sizes['br']}",
                   f"made text, gzip alone gets it to {made_feed.compression(STORIES):.2f}"]
    return row


def check_in_browser(bench, folder, many):
    rows = [report.Row("page, axe-core"), report.Row("page, layout"), report.Row("page, requests"),
            report.Row("page, own policy")]
    node, chromium = processes.need("node", "nodejs"), processes.need("chromium", "chromium")
    if not rows[0].require(bench.modules, bench.missing_modules):
        return rows[:1]
    marks = bench.daemon.tap.mark(), many.tap.mark()
    order = {"folder": os.fspath(folder), "executable": chromium, "pages": [
        {"url": bench.daemon.url + "/", "name": "page", "widths": WIDTHS, "schemes": SCHEMES},
        {"url": many.url + "/", "name": "long", "widths": WIDTHS[:2], "schemes": SCHEMES[:1]}]}
    environment = {**processes.home_of(folder / "home"), "NODE_PATH": os.fspath(bench.modules)}
    result = processes.run([node, benches.HERE / "page.js"], timeout=300, text_in=json.dumps(order), env=environment)
    if result.returncode != 0:
        raise RuntimeError(f"the browser did not get through: {result.stderr.strip()[-600:]}")
    seen = json.loads(result.stdout)
    for row in rows[1:]:
        row.version = "chromium " + seen["version"].split(".")[0]
    tapped = bench.daemon.tap.since(marks[0]) + many.tap.since(marks[1])
    with_axe = [load for load in seen["loads"] if "axe" in load]
    judge_axe(rows[0], with_axe)
    judge_layout(rows[1], seen["loads"])
    judge_requests(rows[2], seen["loads"], tapped)
    judge_policy(rows[3], [load for load in seen["loads"] if "axe" not in load])
    return rows


def judge_axe(row, loads):
    row.version = loads[0]["axe"]["version"]
    unsure = set()
    for load in loads:
        for rule in load["axe"]["violations"]:
            row.problems.append(f"{load['name']}: {rule['id']} ({rule['help']}) at {len(rule['nodes'])} places, "
                                f"first {rule['nodes'][0]}")
        row.require(load["axe"]["passes"] > 10, f"{load['name']}: only {load['axe']['passes']} rules applied")
        unsure |= {rule["id"] for rule in load["axe"]["incomplete"]}
    row.remarks.append(f"{len(loads)} loads, {loads[0]['axe']['passes']} rules passed")
    if unsure:
        row.remarks.append("axe could not decide " + ", ".join(sorted(unsure)))


def judge_layout(row, loads):
    for load in loads:
        row.require(load["scrollWidth"] <= load["clientWidth"],
                    f"{load['name']}: {load['scrollWidth']} px wide in {load['clientWidth']}, such as {load['wide']}")
        row.require(load["shift"] == 0, f"{load['name']}: layout shift {load['shift']}")
    row.remarks.append(f"{len(loads)} loads, no sideways scrolling, no shift" if not row.problems else "")
    row.remarks.append("screenshots in page/")


def complaints(load):
    """What the console says, apart from the icon that browsers ask for by themselves."""
    return [f"{one['type']}: {one['text']} {one['address']}" for one in load["console"]
            if not one["address"].endswith("/favicon.ico")]


def judge_requests(row, loads, tapped):
    for load in loads:
        row.require(load["status"] == 200, f"{load['name']}: answered {load['status']}")
        row.require(len(load["requests"]) == 1, f"{load['name']}: requests {load['requests']}")
        row.require(not complaints(load), f"{load['name']}: console says {complaints(load)}")
    # The browser's own wish for an icon is no request of the page, and not seen from inside.
    icons = [one.status for one in tapped if one.path == "/favicon.ico"]
    others = [one.path for one in tapped if one.path not in ("/", "/favicon.ico")]
    row.require(not others, f"the daemon was asked for {others}")
    row.require(sum(one.path == "/" for one in tapped) == len(loads), "pages were asked for more than once each")
    row.remarks.append(f"{len(loads)} loads, one request each")
    row.remarks.append(f"/favicon.ico asked {len(icons)} times, answered {sorted(set(icons))}" if icons
                       else "the browser asked for no icon")


def judge_policy(row, loads):
    for load in loads:
        row.require(not load["policy"], f"{load['name']}: against the policy: {load['policy']}")
        row.require(not complaints(load), f"{load['name']}: console says {complaints(load)}")
        row.require(load["stories"] > 0, f"{load['name']}: shows no stories")
    row.remarks.append("Content-Security-Policy in force, no violation" if not row.problems else "")
