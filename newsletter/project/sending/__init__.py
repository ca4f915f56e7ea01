"""Campaigns: let through, planned, sent, steered, corrected; and mails to one person."""
