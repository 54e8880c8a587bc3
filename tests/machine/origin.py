#!/usr/bin/python3
"""origin.py FOLDER: what a source is made of, on the loopback of a machine of its own: a name server on port 53 that knows
origin.test, a feed over HTTP on port 80 (gzip, ETag, a redirect), another over HTTPS on port 443 with FOLDER/cert.pem and
FOLDER/key.pem. FOLDER/asked gets a line for each request."""
import gzip
import http.server
import pathlib
import socket
import ssl
import sys
import threading

FOLDER = pathlib.Path(sys.argv[1])
FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{name}</title><link>http://origin.test/</link><description>made for a test</description>
<item><title>Bridges of {name}</title><link>http://origin.test/{name}/1</link><guid>{name}-1</guid>
<description>&lt;p&gt;The first of {name}.&lt;/p&gt;</description><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item>
<item><title>Wells of {name}</title><link>http://origin.test/{name}/2</link><guid>{name}-2</guid>
<description>&lt;p&gt;The second of {name}.&lt;/p&gt;</description><pubDate>Tue, 03 Nov 2026 10:00:00 GMT</pubDate></item>
</channel></rss>
"""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.strip("/").removesuffix(".rss")
        tag = f'"{name}"'
        if self.path.startswith("/old/"):
            return self.answer(302, b"", Location="/" + self.path.removeprefix("/old/"))
        if not self.path.endswith(".rss"):
            return self.answer(404, b"nothing here")
        if self.headers.get("If-None-Match") == tag:
            return self.answer(304, b"", ETag=tag)
        body, more = FEED.format(name=name).encode(), {}
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body, more = gzip.compress(body), {"Content-Encoding": "gzip"}
        self.answer(200, body, ETag=tag, **{"Content-Type": "application/rss+xml"}, **more)

    def answer(self, status, body, **headers):
        with open(FOLDER / "asked", "a", encoding="utf-8") as asked:
            asked.write(f"{self.server.server_port} {self.path} {status} {headers.get('Content-Encoding', '')}\n")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def answer_names():
    """A for origin.test is 127.0.0.1, nothing else is known of it; no other name exists."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    while True:
        query, who = server.recvfrom(512)
        end = query.index(b"\0", 12) + 5
        is_known, kind = query[12:end - 5].lower() == b"\x06origin\x04test", query[end - 4:end - 2]
        answers = b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04\x7f\0\0\x01" if is_known and kind == b"\0\x01" else b""
        flags = b"\x81\x80" if is_known else b"\x81\x83"
        server.sendto(query[:2] + flags + b"\0\x01" + (b"\0\x01" if answers else b"\0\0") + b"\0\0\0\0" + query[12:end] + answers, who)


def main():
    plain = http.server.ThreadingHTTPServer(("127.0.0.1", 80), Handler)
    secret = http.server.ThreadingHTTPServer(("127.0.0.1", 443), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / "cert.pem", FOLDER / "key.pem")
    secret.socket = context.wrap_socket(secret.socket, server_side=True)
    for work in (answer_names, plain.serve_forever, secret.serve_forever):
        threading.Thread(target=work, daemon=True).start()
    threading.Event().wait(900)  # whoever started it ends it; if not, it ends itself


main()
