"""A mail server's side of one connection (RFC 5321): it takes every mail and delivers none.

It offers what mail clients ask for: EHLO, AUTH (any name and password will do), STARTTLS where
``tls`` says that the socket below can do it.
"""

from __future__ import annotations

from email import message_from_bytes
from email.header import decode_header, make_header

from .talk import Answer, Verdict, Work

_OFFERS = ("PIPELINING", "SIZE 33554432", "8BITMIME", "SMTPUTF8", "AUTH PLAIN LOGIN")

_REFUSALS: dict[Verdict, tuple[bytes, str]] = {
    "failed": (b"451 4.3.0 Temporary failure, try again later\r\n", "451 temporary failure"),
    "limited": (b"450 4.7.1 Too many mails, try again later\r\n", "450 too many mails"),
}


class Smtp:
    """See ``talk.Talk``."""

    def __init__(self, name: str, tls: bool = True) -> None:
        self.over = False
        self._name = name.replace(" ", "-")
        self._tls = tls
        self._heard = bytearray()
        self._recipients: list[str] = []
        self._sender: str | None = None
        self._in_mail = False
        #: Lines of an AUTH dialogue that the client still owes.
        self._owed = 0

    def greeting(self) -> bytes:
        return f"220 {self._name} ESMTP\r\n".encode()

    def hear(self, data: bytes) -> None:
        self._heard += data

    def next(self) -> bytes | Work | None:
        if self._in_mail:
            return self._mail()
        line, found, rest = self._heard.partition(b"\r\n")
        if not found or self.over:
            return None
        self._heard = rest
        return self._reply(line.decode("utf-8", "replace"))

    def answer(self, work: Work, verdict: Verdict, wait: float) -> Answer:
        self._sender, self._recipients = None, []
        if verdict == "done":
            return Answer(b"250 2.0.0 Accepted\r\n", "250 accepted")
        return Answer(*_REFUSALS[verdict])

    def _mail(self) -> Work | None:
        """The mail, once its last line, a dot alone, has come."""
        body, found, rest = (b"\r\n" + self._heard).partition(b"\r\n.\r\n")
        if not found:
            return None
        self._heard, self._in_mail = bytearray(rest), False
        subject = _subject(bytes(body[2:]))
        about = f" ({subject})" if subject else ""
        return Work(f"a mail to {', '.join(self._recipients)}{about}")

    def _reply(self, line: str) -> bytes:
        if self._owed:
            self._owed -= 1
            return _password(self._owed)
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                *offers, last = [self._name, *(["STARTTLS"] if self._tls else []), *_OFFERS]
                return "".join(
                    [*(f"250-{each}\r\n" for each in offers), f"250 {last}\r\n"]
                ).encode()
            case "HELO":
                return f"250 {self._name}\r\n".encode()
            case "STARTTLS" if self._tls:
                return b"220 2.0.0 Go ahead\r\n"
            case "AUTH":
                return self._auth(rest.split())
            case "MAIL":
                self._sender, self._recipients = _address(rest), []
                return b"250 2.1.0 Ok\r\n"
            case "RCPT" if self._sender is not None:
                self._recipients.append(_address(rest))
                return b"250 2.1.5 Ok\r\n"
            case "DATA" if self._recipients:
                self._in_mail = True
                return b"354 End with a dot alone on a line\r\n"
            case "RCPT" | "DATA":
                return b"503 5.5.1 Not now: MAIL, RCPT and DATA come in this order\r\n"
            case "RSET":
                self._sender, self._recipients = None, []
                return b"250 2.0.0 Ok\r\n"
            case "NOOP" | "VRFY":
                return b"250 2.0.0 Ok\r\n"
            case "QUIT":
                self.over = True
                return b"221 2.0.0 Bye\r\n"
            case _:
                return b"502 5.5.2 Command not known\r\n"

    def _auth(self, words: list[str]) -> bytes:
        method = words[0].upper() if words else ""
        if method not in ("PLAIN", "LOGIN"):
            return b"504 5.5.4 Only PLAIN and LOGIN\r\n"
        self._owed = (1 if method == "PLAIN" else 2) - (len(words) - 1)
        return _password(self._owed, first=len(words) == 1)


def _password(owed: int, first: bool = False) -> bytes:
    """The next line of an AUTH dialogue: what it asks for, base64, or that it is over."""
    if not owed:
        return b"235 2.7.0 Welcome\r\n"
    return b"334 VXNlcm5hbWU6\r\n" if first and owed == 2 else b"334 UGFzc3dvcmQ6\r\n"


def _address(rest: str) -> str:
    """The address in ``FROM:<ana@example.org> SIZE=100``."""
    return rest.partition(":")[2].strip().partition(" ")[0].strip("<>")


def _subject(mail: bytes) -> str:
    found = message_from_bytes(mail)["Subject"]
    return "" if found is None else " ".join(str(make_header(decode_header(str(found)))).split())
