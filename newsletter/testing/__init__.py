"""What adapters must pass: contract suites and real servers to test against."""
