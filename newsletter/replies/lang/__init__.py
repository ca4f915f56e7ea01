"""What people and mail programs write in each language, as data: one TOML file each."""
