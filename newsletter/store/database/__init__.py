"""How a database is reached, brought up to date, copied and looked through."""
