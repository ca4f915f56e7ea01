"""Mail that comes in: fetched, read, matched, acted on, answered, quoted, gathered."""
