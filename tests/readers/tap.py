"""A proxy in front of the daemon, as in real life, that writes down who asked what and how it was answered."""
import dataclasses
import http.client
import http.server
import threading

from origin import QuietServer

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "host"}


@dataclasses.dataclass(frozen=True)
class Exchange:
    path: str
    asked: dict     # request fields, names in lower case
    status: int
    answered: dict  # response fields, names in lower case
    length: int     # bytes of the body as sent


def lowered(fields):
    return {name.lower(): value for name, value in fields}


class Tap:
    def __init__(self):
        self.target = None  # (host, port) of the daemon
        self.exchanges = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self):
                outer.forward(self)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def forward(self, handler):
        connection = http.client.HTTPConnection(*self.target, timeout=20)
        try:
            asked = [(name, value) for name, value in handler.headers.items() if name.lower() not in HOP_BY_HOP]
            connection.putrequest(handler.command, handler.path, skip_accept_encoding=True)
            for name, value in asked:
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            body = response.read()
            fields = [(name, value) for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP]
        except (OSError, http.client.HTTPException):
            handler.send_error(502)
            return
        finally:
            connection.close()
        # Noted before it is sent: whoever has read the answer finds it here.
        self.exchanges.append(Exchange(handler.path, lowered(asked), response.status, lowered(fields), len(body)))
        handler.send_response_only(response.status)
        for name, value in fields:
            handler.send_header(name, value)
        if response.status != 304 and "content-length" not in lowered(fields):
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def since(self, mark):
        return self.exchanges[mark:]

    def mark(self):
        return len(self.exchanges)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
