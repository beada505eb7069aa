#!/usr/bin/env python3
"""Prints the mails that smtp_sink.py kept in DIR as a JSON list of {from, to, subject, text}, in the order they came."""
import email, email.policy, json, os, pathlib

mails = []
for file in sorted(pathlib.Path(os.environ["DIR"]).glob("*.eml")):
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = mail.get_body(("plain",))
    mails.append({
        "from": str(mail["From"]), "to": str(mail["To"]), "subject": str(mail["Subject"]),
        "text": body.get_content().replace("\r\n", "\n").rstrip() if body else "",
    })
print(json.dumps(mails))
