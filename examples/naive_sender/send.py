"""A sender as most are written at first: mail somebody, then note that they were mailed.

`python send.py after` notes it after the mail left, `python send.py before` before that.
"""

import os
import smtplib
import sys
from email.message import EmailMessage
from pathlib import Path

mailed = Path("mailed.txt")
done = set(mailed.read_text().split()) if mailed.exists() else set()


def note(reader: str) -> None:
    with mailed.open("a") as file:
        file.write(f"{reader}\n")
        file.flush()
        os.fsync(file.fileno())


with smtplib.SMTP(os.environ["SMTP_HOST"], int(os.environ["SMTP_PORT"])) as server:
    for reader in Path("readers.txt").read_text().split():
        if reader in done:
            continue
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = "an@brief.example", reader, "Hallo"
        letter.set_content("Dag!\n")
        if sys.argv[1] == "before":
            note(reader)
        server.send_message(letter)
        if sys.argv[1] == "after":
            note(reader)
