"""DELIVER: plan, submit, settle, resume."""
