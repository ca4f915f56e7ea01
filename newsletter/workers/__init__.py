"""`newsletter worker`: a process that sends running campaigns, alone or with any number of others."""

from newsletter.workers.serve import serve_worker

__all__ = ["serve_worker"]
