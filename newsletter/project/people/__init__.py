"""What people may ask of us: to come, to choose, to see their data, to leave, to be forgotten."""
