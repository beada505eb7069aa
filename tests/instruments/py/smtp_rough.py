#!/usr/bin/env python3
"""What smtp_sink.py does not do: a real SMTP server that keeps every message as DIR/*.eml and is rough to its clients.
PORT=2525 DIR=/tmp/mail MODE=
  ok              takes everything
  cut:N           keeps the first N messages and cuts the connection instead of answering
  drop:N          cuts the connection without keeping them
  late:S          keeps every message at once and answers S seconds later
  refuse:ADDRESS  refuses that recipient for good, naming it
  busy:N          says 421 and hangs up on the first N connections
  mute            accepts connections and never says a word
  starttls, tls   protected by a certificate for localhost whose authority is written to CA; takes mail only after
                  signing in as khaosat with the password right; a refusal repeats the password tried
"""
import asyncio, datetime, ipaddress, os, ssl, tempfile, threading, time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

DIR = os.environ.get("DIR", "/tmp/mail")
PORT = int(os.environ.get("PORT", "2525"))
MODE, _, ARGUMENT = os.environ.get("MODE", "ok").partition(":")
LOGIN = ("khaosat", "right")
os.makedirs(DIR, exist_ok=True)


class Rough:
    messages = 0
    connections = 0

    def keep(self, envelope):
        aside = f"{DIR}/{self.messages}.part"
        with open(aside, "wb") as file:
            file.write(envelope.original_content)
        os.replace(aside, f"{DIR}/{time.time():.6f}-{self.messages}.eml")

    async def handle_RCPT(self, server, session, envelope, address, options):
        if MODE == "refuse" and address.lower() == ARGUMENT.lower():
            return f"550 5.1.1 <{address}>: no such person here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server, session, envelope):
        self.messages += 1
        rough = MODE in ("cut", "drop") and self.messages <= int(ARGUMENT)
        if not (MODE == "drop" and rough):
            self.keep(envelope)
        if rough:
            server.transport.abort()
        if MODE == "late":
            await asyncio.sleep(float(ARGUMENT))
        return "250 2.0.0 kept"


class Busy(SMTP):
    """Hangs up on the first connections."""

    async def _handle_client(self):
        self.event_handler.connections += 1
        if MODE == "busy" and self.event_handler.connections <= int(ARGUMENT):
            await self.push("421 4.3.2 too busy")
            self.transport.close()
            return
        await super()._handle_client()


class Door(Controller):
    def factory(self):
        return Busy(self.handler, **self.SMTP_kwargs)


def authenticate(server, session, envelope, mechanism, data):
    login, password = data.login.decode(), data.password.decode()
    if (login, password) == LOGIN:
        return AuthResult(success=True)
    return AuthResult(success=False, handled=False, message=f"535 5.7.8 {login} may not enter with {password}")


def context():
    """A server's TLS context; the authority's certificate is written to CA."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    now = datetime.datetime.now(datetime.timezone.utc)

    def certificate(name, issuer, key, signer, extensions):
        names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in (name, issuer)]
        builder = x509.CertificateBuilder(names[1], names[0], key.public_key(), x509.random_serial_number(),
                                          now - datetime.timedelta(days=1), now + datetime.timedelta(days=30))
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    with open(os.environ["CA"], "wb") as file:
        file.write(certificate("test authority", "test authority", authority, authority,
                               [(x509.BasicConstraints(ca=True, path_length=0), True)]))
    with tempfile.NamedTemporaryFile() as file:
        file.write(certificate("localhost", "test authority", server, authority,
                               [(hosts, False), (x509.BasicConstraints(ca=False, path_length=None), True)]))
        file.write(server.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                        serialization.NoEncryption()))
        file.flush()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(file.name)
    return tls


async def mute():
    async def listen(reader, writer):
        await reader.read()

    server = await asyncio.start_server(listen, "127.0.0.1", PORT)
    print("smtp on", PORT, flush=True)
    await server.serve_forever()


if MODE == "mute":
    asyncio.run(mute())
login = {"authenticator": authenticate, "auth_required": True} if MODE in ("starttls", "tls") else {}
if MODE == "starttls":
    login |= {"tls_context": context(), "require_starttls": True}
if MODE == "tls":
    login |= {"ssl_context": context(), "auth_require_tls": False}
door = Door(Rough(), hostname="127.0.0.1", port=PORT, **login)
door.start()
print("smtp on", PORT, flush=True)
threading.Event().wait()
