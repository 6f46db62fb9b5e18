"""What the headless commands do."""
