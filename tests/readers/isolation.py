"""A network of our own in which there is nothing but loopback.

Readers are other people's programs: some come with lists of public feeds, browsers call home. Inside a fresh network
namespace nothing they do reaches anybody. The process namespace ends every leftover together with the suite.
"""
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys

MARK = "--inside"  # the argument of the second start, in the namespaces


def can_isolate():
    try:
        return subprocess.run(prefix() + ["true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def prefix():
    kept = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["setpriv", "--pdeathsig", "KILL", "unshare", *kept, "--net", "--pid", "--fork", "--kill-child",
            "--mount-proc"]


def run_inside_again(limit):
    """The same command in the namespaces, which end with it or after `limit` seconds. Returns its exit status."""
    process = subprocess.Popen(prefix() + [sys.executable, *sys.argv, MARK])
    # unshare itself ignores these; killed, it takes the process namespace and everything in it along.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: process.kill())
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        print(f"the suite did not end within {limit} s", file=sys.stderr)
        return 1


def raise_loopback():
    """The new lo is down; ip(8) may not be installed, so by ioctl: SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh", b"lo", 0).ljust(40, b"\0")
        flags = struct.unpack("16sh", fcntl.ioctl(handle, 0x8913, request)[:18])[1]
        if flags & 1:
            return
        fcntl.ioctl(handle, 0x8914, struct.pack("16sh", b"lo", flags | 1).ljust(40, b"\0"))


def has_only_loopback():
    return {name for _, name in socket.if_nameindex()} == {"lo"}
