#!/usr/bin/env python3
"""Prints the mails kept in DIR as a JSON list, in the order they came, decoded by Python's library: {headers: {name: [value…]}, structure, text, html, defects}."""
import email, email.policy, json, os, pathlib

mails = []
for file in sorted(pathlib.Path(os.environ["DIR"]).glob("*.eml")):
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    content = lambda kind: [part.get_content().replace("\r\n", "\n")
                            for part in mail.walk() if part.get_content_type() == kind]
    headers = {}
    for name, value in mail.items():
        headers.setdefault(name, []).append(str(value))
    mails.append({
        "headers": headers,
        "structure": [part.get_content_type() for part in mail.walk()],
        "text": "".join(content("text/plain")), "html": "".join(content("text/html")),
        "defects": [str(defect) for part in mail.walk() for defect in part.defects],
    })
print(json.dumps(mails))
