"""Other programs: found or named as missing, bounded in time, never left behind."""
import os
import shutil
import signal
import subprocess
import time


class Missing(Exception):
    """A program that the suite needs is not installed."""


def need(program, package):
    path = shutil.which(program)
    if not path:
        raise Missing(f"{program} is not installed: apt-get install {package}")
    return path


def package_version(package):
    """What dpkg says, without Debian's revision; "?" where there is no dpkg."""
    try:
        result = run(["dpkg-query", "-W", "-f", "${Version}", package], timeout=20)
    except OSError:
        return "?"
    return result.stdout.split(":")[-1].rsplit("-", 1)[0] if result.returncode == 0 else "?"


def stop(process, patience=10):
    """Ends a process started with start_new_session and all of its children."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        # The leader may have left children in its group: those get no second chance.
        if number == signal.SIGTERM:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        break
    process.wait(patience)


def start(arguments, **options):
    return subprocess.Popen([str(one) for one in arguments], start_new_session=True, **options)


def run(arguments, timeout=60, text_in=None, **options):
    """Like subprocess.run with captured text, but a timeout ends the whole group."""
    process = start(arguments, stdin=subprocess.PIPE if text_in is not None else subprocess.DEVNULL,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options)
    try:
        output, errors = process.communicate(text_in, timeout)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{os.path.basename(str(arguments[0]))} did not end within {timeout} s") from None
    finally:
        stop(process)
    return subprocess.CompletedProcess(arguments, process.returncode, output, errors)


def eventually(question, timeout, pause=0.1):
    """The first true answer, or the last false one when the time is over."""
    end = time.monotonic() + timeout
    while True:
        answer = question()
        if answer or time.monotonic() > end:
            return answer
        time.sleep(pause)


def home_of(folder, **more):
    """An environment in which a program finds nothing of the user's and leaves nothing outside of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(folder), "LANG": "C.UTF-8",
                   "LC_ALL": "C.UTF-8", "TZ": "UTC", "TMPDIR": str(folder), **more}
    for name, place in (("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache"),
                        ("XDG_RUNTIME_DIR", "runtime")):
        environment[name] = str(folder / place)
        (folder / place).mkdir(mode=0o700, exist_ok=True)
    return environment
