"""The setup page: one file a card."""
