"""Sends the sample mailing to an outbox and prints the kinds of outcome: `outbox_sender.py ROOT COUNT`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from newsletter.config.schema import Config
from newsletter.providers.outbox import open_provider
from newsletter.testing.sample_mailing import sample_mailing, sample_recipients

if __name__ == "__main__":
    readers = sample_recipients([f"Lezer {number}" for number in range(int(sys.argv[2]))])
    shipment = open_provider(Config(root=Path(sys.argv[1]))).prepare(sample_mailing())
    submission = shipment.submit(shipment.build(readers, "c.1.1"))
    os.write(1, json.dumps([submission.of(one.position).kind for one in readers]).encode())
