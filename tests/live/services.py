"""What a host turns to: a web server, a name server that knows no name, and something that looks like SSH."""
import socketserver
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"page\n" * 2000)

    def log_message(self, *_):
        pass


class Names(socketserver.BaseRequestHandler):
    def handle(self):
        question, answer = self.request
        # The question once more, as an answer: no such name (RFC 1035, 4.1.1).
        answer.sendto(question[:2] + b"\x81\x83" + question[4:10] + b"\0\0" + question[12:], self.client_address)


class Shell(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"SSH-2.0-none\r\n")
        self.request.recv(1024)


here = sys.argv[1]
socketserver.ThreadingTCPServer.allow_reuse_address = True
servers = [
    ThreadingHTTPServer((here, 80), Page),
    socketserver.ThreadingUDPServer((here, 53), Names),
    socketserver.ThreadingTCPServer((here, 22), Shell),
]
for server in servers:
    threading.Thread(target=server.serve_forever).start()
print("ready", flush=True)
