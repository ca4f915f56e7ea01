"""Reports of checks for people, editors, scripts and CI."""
