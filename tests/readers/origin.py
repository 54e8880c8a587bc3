"""The agencies' servers: documents by path, with ETag and 304."""
import hashlib
import http.server
import sys
import threading

TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "rdf": "application/rdf+xml",
         "json": "application/feed+json"}


class QuietServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        """Clients may break off; anything else is a fault of the suite."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, address)


class Origin:
    def __init__(self):
        self.documents = {}  # path: (media type, bytes)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self):
                outer.answer(self)

            def log_message(self, *_):
                pass

        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def serve(self, path, body):
        self.documents[path] = (TYPES[path.rsplit(".", 1)[1]], body)

    def answer(self, handler):
        media_type, body = self.documents.get(handler.path, (None, b""))
        tag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
        known = [one.strip() for one in handler.headers.get("If-None-Match", "").split(",")]
        status = 404 if media_type is None else 304 if tag in known else 200
        handler.send_response(status)
        if status != 404:
            handler.send_header("ETag", tag)
        if status == 200:
            handler.send_header("Content-Type", media_type)
        if status != 304:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if status == 200:
            handler.wfile.write(body)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
