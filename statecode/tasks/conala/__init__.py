"""TODO tasks/conala."""
