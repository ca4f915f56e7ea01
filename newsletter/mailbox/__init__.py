"""Where mail comes in from: IMAP, Maildir, mbox, single files; each hands over raw mails and no more."""
