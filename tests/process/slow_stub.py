"""SendGrid's stub, with a delay before each answer: `python slow_stub.py SECONDS --journal FILE …`."""

from __future__ import annotations

import sys
import time

from newsletter.testing.http_faults import StubFault
from newsletter.testing.http_stub import StubAnswer, StubRequest, run_stub
from newsletter.testing.sendgrid_stub import SendgridStub


class SlowStub(SendgridStub):
    """Takes its time, as a provider at the other end of a line does."""

    delay_s = 0.0

    def answer(self, request: StubRequest, fault: StubFault) -> StubAnswer:
        """Answer after a while."""
        time.sleep(self.delay_s)
        return super().answer(request, fault)


if __name__ == "__main__":
    SlowStub.delay_s = float(sys.argv[1])
    run_stub(SlowStub, sys.argv[2:])
