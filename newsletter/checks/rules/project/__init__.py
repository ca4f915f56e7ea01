"""Rules on project and schedule."""
