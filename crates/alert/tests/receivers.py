"""Receivers of alerts, each somebody else's: a mail server and the library of Standard Webhooks.

Prints the ports of both, then a line of JSON for each message taken. A mail to refused@ is refused."""

import asyncio
import email
import email.policy
import http.server
import json
import sys
import threading

from aiosmtpd.smtp import SMTP
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

SECRET = sys.argv[1]


def say(**message):
    print(json.dumps(message), flush=True)


class Mail:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        defects = [str(defect) for defect in letter.defects]
        say(
            channel="mail",
            to=envelope.rcpt_tos,
            subject=letter["subject"],
            automatic=letter["auto-submitted"],
            date=letter["date"],
            defects=defects,
            text=letter.get_body(("plain",)).get_content(),
        )
        return "250 taken"


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            # It also refuses what is older or newer than five minutes.
            verified = Webhook(SECRET).verify(body, dict(self.headers))
            status = 200
        except WebhookVerificationError as error:
            verified, status = str(error), 401
        say(channel="webhook", status=status, verified=verified, id=self.headers["webhook-id"])
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Mail()), "127.0.0.1", 0)
    hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    say(smtp=server.sockets[0].getsockname()[1], http=hook.server_address[1])
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
