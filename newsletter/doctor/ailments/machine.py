"""What can be wrong with the machine: its clock, its disk, and the database on it."""

from __future__ import annotations

from newsletter.doctor.ailment import Ailment
from newsletter.domain.diagnosis import Health

__all__ = [
    "BACKUP_NONE",
    "BACKUP_OLD",
    "CLOCK_DRIFTS",
    "CLOCK_OFF",
    "DATABASE_DAMAGED",
    "DISK_FULL",
    "DISK_LOW",
    "FILES_OPEN",
    "KEYS_MISSING",
    "LOCK_LEFT",
    "LOG_LARGE",
    "OUTBOX_LARGE",
    "SCHEMA_NEWER",
    "SCHEMA_OLD",
    "SERVER_CLOCK_OFF",
    "SERVER_CROWDED",
    "SERVER_FORGETS",
    "SERVER_UNFIT",
]

_P, _W = Health.PROBLEM, Health.WARNING

CLOCK_OFF = Ailment(
    code="clock-off",
    health=_P,
    title="The clock is more than five minutes off.",
    why="Amazon refuses requests, letters leave at the wrong time, and a wrong date looks like spam.",
    advice="let the machine set its clock by itself: sudo timedatectl set-ntp true",
)
CLOCK_DRIFTS = Ailment(
    code="clock-drifts",
    health=_W,
    title="The clock is more than a minute off.",
    why="It will be off further; from five minutes on requests are refused.",
    advice="let the machine set its clock by itself: sudo timedatectl set-ntp true",
)
DISK_FULL = Ailment(
    code="disk-full",
    health=_P,
    title="The disk is all but full.",
    why="A letter stops when the ledger cannot be written.",
    advice="make room on the disk",
)
DISK_LOW = Ailment(
    code="disk-low",
    health=_W,
    title="There is no room on the disk for a copy of the database.",
    why="Backups, and new versions of the schema, put a copy beside it first.",
    advice="make room on the disk, or keep fewer backups there: [store] backups_kept",
)
DATABASE_DAMAGED = Ailment(
    code="database-damaged",
    health=_P,
    title="The database cannot be read, or contradicts itself.",
    why="Who got which letter, and who left, is in it.",
    advice="put back a backup: newsletter backup --help",
)
SERVER_UNFIT = Ailment(
    code="server-unfit",
    health=_P,
    title="The database server does not answer, or cannot hold the list.",
    why="Who got which letter, and who left, is in it.",
    advice="see that the server runs, and what [store] url says: docs/how-to/use-postgresql.md",
)
SERVER_FORGETS = Ailment(
    code="server-forgets",
    health=_P,
    title="The database server was told not to put everything on disk.",
    why="After a crash it has forgotten that letters left, and they would be sent again.",
    advice="on the server: ALTER SYSTEM RESET name, for each name it tells",
)
SERVER_CLOCK_OFF = Ailment(
    code="server-clock-off",
    health=_W,
    title="The clock of the database server is more than a minute off ours.",
    why="Workers go by that clock, and letters leave by ours.",
    advice="let both machines set their clocks by themselves: sudo timedatectl set-ntp true",
)
SERVER_CROWDED = Ailment(
    code="server-crowded",
    health=_W,
    title="The database server has few connections left.",
    why="Each command and each worker needs some, and is refused when there are none.",
    advice="raise max_connections on the server, or let fewer programs use it",
)
SCHEMA_OLD = Ailment(
    code="schema-old",
    health=_W,
    title="The database is of an older version.",
    why="The next command that opens it brings it up to date, after putting a copy beside it.",
    advice="make a backup first, then run: newsletter status",
)
SCHEMA_NEWER = Ailment(
    code="schema-newer",
    health=_P,
    title="The database is of a newer version, or of another program.",
    why="This version leaves it alone, so nothing can be sent.",
    advice="upgrade: pip install --upgrade newsletter-as-code",
)
LOG_LARGE = Ailment(
    code="log-large",
    health=_W,
    title="The write-ahead log of the database is large.",
    why="A program that has the database open for long keeps it from being folded in; reading gets slower.",
    advice="stop what has it open, such as a database browser",
)
FILES_OPEN = Ailment(
    code="files-open",
    health=_W,
    title="Others on this machine can read the database or its copies.",
    why="They hold the addresses of all readers.",
    advice="take their rights away, as the command shown does",
)
KEYS_MISSING = Ailment(
    code="keys-missing",
    health=_P,
    title="The key that signs links is not in the database.",
    why="Links to leave in letters that are out can no longer be told from forged ones.",
    advice="put back a backup that has it: newsletter backup --help",
)
LOCK_LEFT = Ailment(
    code="lock-left",
    health=_W,
    title="A command ended without saying so.",
    why="It was killed or the machine went down; a letter may be half sent.",
    advice="see where things stand: newsletter status",
)
BACKUP_NONE = Ailment(
    code="backup-none",
    health=_W,
    title="There is no backup of the database.",
    why="With the disk you would lose who your readers are, and who must never be mailed again.",
    advice="make one, and let it be made every day: newsletter backup",
)
BACKUP_OLD = Ailment(
    code="backup-old",
    health=_W,
    title="The newest backup is more than a week old.",
    why="Whoever left since would have to be found in the provider's reports.",
    advice="make one, and let it be made every day: newsletter backup",
)
OUTBOX_LARGE = Ailment(
    code="outbox-large",
    health=_W,
    title="The outbox takes much of the disk.",
    why="Nothing takes mails away from there, and they hold addresses of readers.",
    advice="delete the mails of letters that are done",
)
