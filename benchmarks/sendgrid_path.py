"""CPU and memory of the SendGrid path against the least one could do by hand.

    python benchmarks/sendgrid_path.py [--recipients 100000] [--rounds 3]

Every variant runs in a process of its own against a local server that answers 202 and nothing else; rounds
are interleaved, and the best CPU time of each variant counts. To add a variant, write a function that takes
(url, recipients) and name it in VARIANTS.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import escape
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

BATCH = 1000
KEY = "SG.benchmark"
PARAGRAPH = "Vorige maand vroeg ik hoe je een besluit uitlegt dat niemand wil. Hier is wat ik terugkreeg. "
DOMAIN = "brief.example"
CAMPAIGN = "c7f3a91e5d2b4c6f8a0b1c2d3e4f5061"


def readers(count: int) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield delivery id, address and values; every seventh name needs escaping."""
    for number in range(count):
        delivery = f"{number:032x}"
        token = f"{delivery}.AbCdEfGhIjKlMnOpQrStUv"
        yield (
            delivery,
            f"lezer{number}@gemeente{number % 300}.example",
            {
                "first_name": "Jan & Zoë" if number % 7 == 0 else f"Lezer{number}",
                "organisation": f"Gemeente {number % 300}",
                "unsubscribe_url": f"https://{DOMAIN}/unsubscribe/{token}",
                "preferences_url": f"https://{DOMAIN}/preferences/{token}",
            },
        )


def batches(count: int) -> Iterator[list[tuple[str, str, dict[str, str]]]]:
    source = readers(count)
    while batch := list(islice(source, BATCH)):
        yield batch


def by_hand(url: str, count: int) -> None:
    """Dictionaries, json.dumps and one kept http.client connection; no ledger, no outcomes, no limits."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    text = PARAGRAPH * 45
    html = f"<!doctype html><html><body><p>{'</p><p>'.join([PARAGRAPH] * 45)}</p></body></html>" * 3
    for number, batch in enumerate(batches(count)):
        personal = []
        for delivery, email, values in batch:
            name, organisation = values["first_name"], values["organisation"]
            leave, choose = values["unsubscribe_url"], values["preferences_url"]
            personal.append(
                {
                    "to": [{"email": email}],
                    "headers": {"Message-ID": f"<{delivery}@{DOMAIN}>", "List-Unsubscribe": f"<{leave}>"},
                    "substitutions": {
                        "-nl12345:first_name:s-": name,
                        "-nl12345:first_name:t-": name,
                        "-nl12345:organisation:t-": organisation,
                        "-nl12345:unsubscribe_url:t-": leave,
                        "-nl12345:first_name:h-": escape(name),
                        "-nl12345:organisation:h-": escape(organisation),
                        "-nl12345:unsubscribe_url:h-": escape(leave),
                        "-nl12345:preferences_url:h-": escape(choose),
                    },
                    "custom_args": {"nl_d": delivery, "nl_a": f"{CAMPAIGN}.{number}.1"},
                }
            )
        body = json.dumps(
            {
                "personalizations": personal,
                "from": {"email": f"renata@{DOMAIN}", "name": "Renata"},
                "subject": "Dag -nl12345:first_name:s-",
                "content": [{"type": "text/plain", "value": text}, {"type": "text/html", "value": html}],
            }
        ).encode()
        connection.request("POST", "/v3/mail/send", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 202:
            raise SystemExit(f"the server answered {answer.status}")


def shipment(url: str, count: int) -> None:
    """The shipment of this project, as the engine uses it: build, digest, submit."""
    from newsletter.config.schema import Config, ProviderConfig, SendgridConfig
    from newsletter.config.secrets import Secret
    from newsletter.domain.address import Mailbox
    from newsletter.domain.mailing import Mailing, Recipient
    from newsletter.domain.outcome import OutcomeKind
    from newsletter.domain.rendered import RenderedIssue
    from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText
    from newsletter.providers.sendgrid import open_provider

    def hole(name: str, context: SlotContext) -> Hole:
        return Hole(slot=Slot(name=name), context=context)

    html = f"<!doctype html><html><body><p>{'</p><p>'.join([PARAGRAPH] * 45)}</p></body></html>" * 3
    mailing = Mailing(
        campaign_id=CAMPAIGN,
        rendered=RenderedIssue(
            slug="meting",
            lang="nl",
            subject=SlottedText(("Dag ", hole("first_name", SlotContext.HEADER))),
            preheader=SlottedText.fixed(""),
            html=SlottedText(
                (
                    html,
                    hole("first_name", SlotContext.HTML),
                    hole("organisation", SlotContext.HTML),
                    hole("unsubscribe_url", SlotContext.URL),
                    hole("preferences_url", SlotContext.URL),
                )
            ),
            text=SlottedText(
                (
                    PARAGRAPH * 45,
                    hole("first_name", SlotContext.TEXT),
                    hole("organisation", SlotContext.TEXT),
                    hole("unsubscribe_url", SlotContext.TEXT),
                )
            ),
        ),
        sender=Mailbox(name="Renata", email=f"renata@{DOMAIN}"),
        reply_to=Mailbox(name="", email=f"renata@{DOMAIN}"),
        date=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        message_domain=DOMAIN,
        headers={
            "List-Unsubscribe": SlottedText(("<", hole("unsubscribe_url", SlotContext.HEADER), ">")),
            "List-Unsubscribe-Post": SlottedText.fixed("List-Unsubscribe=One-Click"),
        },
    )
    os.environ["BENCHMARK_KEY"] = KEY
    settings = SendgridConfig(api_key=Secret(reference="env:BENCHMARK_KEY"), host=url)
    config = Config(root=Path.cwd(), provider=ProviderConfig(sendgrid=settings))
    sending = open_provider(config).prepare(mailing)
    for number, batch in enumerate(batches(count)):
        recipients = [
            Recipient(position=position, delivery_id=delivery, email=email, values=values)
            for position, (delivery, email, values) in enumerate(batch)
        ]
        payload = sending.build(recipients, f"{CAMPAIGN}.{number}.1")
        if len(payload.digest) != 64 or sending.submit(payload).outcome.kind is not OutcomeKind.ACCEPTED:
            raise SystemExit("the shipment did not get through")
    sending.close()


VARIANTS: dict[str, Callable[[str, int], None]] = {
    "json.dumps + http.client": by_hand,
    "shipment": shipment,
}


def serve() -> None:
    """Answer every request with 202 until the input ends; prints the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    while True:
        wire, _ = listener.accept()
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with wire, wire.makefile("rb") as lines:
            while size := _content_length(lines):
                lines.read(size)
                wire.sendall(b"HTTP/1.1 202 Accepted\r\nX-Message-Id: m\r\nContent-Length: 0\r\n\r\n")


def _content_length(lines: object) -> int:
    size = 0
    while (line := lines.readline().strip().lower()) != b"":  # type: ignore[attr-defined]
        if line.startswith(b"content-length:"):
            size = int(line.partition(b":")[2])
    return size


def measure(name: str, url: str, count: int) -> None:
    """Run one variant in this process and print what it took as JSON."""
    run = VARIANTS[name]
    run(url, BATCH)  # imports and first connections are not what is compared
    wall, cpu = time.perf_counter(), time.process_time()
    run(url, count)
    figures = {
        "cpu_s": time.process_time() - cpu,
        "wall_s": time.perf_counter() - wall,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


def compare(count: int, rounds: int) -> None:
    """Run every variant `rounds` times, interleaved, and print a table."""
    command = [sys.executable, __file__]
    server = subprocess.Popen([*command, "--serve"], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    best: dict[str, dict[str, float]] = {}
    try:
        for _ in range(rounds):
            for name in VARIANTS:
                options = ["--variant", name, "--url", url, "--recipients", str(count)]
                answer = subprocess.run([*command, *options], capture_output=True, text=True, check=True)
                figures = json.loads(answer.stdout)
                kept = best.setdefault(name, figures)
                best[name] = {key: min(kept[key], figures[key]) for key in figures}
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    bare = best["json.dumps + http.client"]
    print(f"{count:,} recipients, {BATCH:,} a request, best of {rounds}")
    print(f"{'variant':28} {'CPU s':>8} {'ratio':>6} {'wall s':>8} {'ratio':>6} {'peak MB':>8}")
    for name, it in best.items():
        ratios = it["cpu_s"] / bare["cpu_s"], it["wall_s"] / bare["wall_s"]
        print(
            f"{name:28} {it['cpu_s']:8.2f} {ratios[0]:6.2f} {it['wall_s']:8.2f} {ratios[1]:6.2f} "
            f"{it['peak_mb']:8.1f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipients", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--variant", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
    elif options.variant:
        measure(options.variant, options.url, options.recipients)
    else:
        compare(options.recipients, options.rounds)


if __name__ == "__main__":
    main()
