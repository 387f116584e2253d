#!/usr/bin/env python3
"""A real time-stamping authority on this machine: RFC 3161 over HTTP, answered by OpenSSL.

    python3 tests/support/timestamp_server.py [--port N]

The first line printed is the URL; port 0, the default, takes a free one. Tokens carry the present time and are
signed by the fixtures' archive authority (fixtures/pki/archive-tsa.pem), whose key is public: they prove nothing.
Needs Python 3 and the openssl command.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PKI = Path(__file__).resolve().parent.parent.parent / "fixtures" / "pki"
QUERY_TYPE = "application/timestamp-query"
REPLY_TYPE = "application/timestamp-reply"
LARGEST_QUERY = 65_536


class Authority:
    """OpenSSL's `ts`; its serial number lives in a folder that ends with the server."""

    def __init__(self, folder):
        self.folder = Path(folder)
        (self.folder / "serial").write_text("01\n")
        self.one_at_a_time = threading.Lock()

    def answer(self, query):
        """The `TimeStampResp`, or None where OpenSSL makes none of the query."""
        (query_file, reply_file) = (self.folder / "query.tsq", self.folder / "reply.tsr")
        with self.one_at_a_time:
            query_file.write_bytes(query)
            reply_file.unlink(missing_ok=True)
            command = ["openssl", "ts", "-reply", "-config", PKI / "openssl-tsa.cnf", "-section", "archive_tsa"]
            command += ["-queryfile", query_file, "-out", reply_file]
            command += ["-signer", PKI / "archive-tsa.pem", "-inkey", PKI / "keys" / "archive-tsa.key"]
            command += ["-chain", PKI / "archive-tsa-ca.pem"]
            done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
            if done.returncode != 0 or not reply_file.exists():
                sys.stderr.write(done.stderr)
                return None
            return reply_file.read_bytes()


class Handler(BaseHTTPRequestHandler):
    """RFC 3161, 3.4: a POST with a query is answered by a reply."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_QUERY:
            return self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        query = self.rfile.read(int(length))
        if self.headers.get_content_type() != QUERY_TYPE:
            return self.refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        reply = self.server.authority.answer(query)
        if reply is None:
            return self.refuse(HTTPStatus.BAD_REQUEST)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", REPLY_TYPE)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def refuse(self, status):
        """An unread body must not be taken for the next request."""
        self.close_connection = True
        self.send_error(status)

    def log_message(self, *_):
        pass


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--port", type=int, default=0)
    port = options.parse_args().port
    with tempfile.TemporaryDirectory() as folder, ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        server.authority = Authority(folder)
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
