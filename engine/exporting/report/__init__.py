"""The report of a study: its blocks, the pictures in them, and how they become a page."""
