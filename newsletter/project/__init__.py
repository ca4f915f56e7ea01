"""The Python API: the only place that knows everybody."""
