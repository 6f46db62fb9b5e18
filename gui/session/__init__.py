"""What a window holds of its study: the document, recent files, the selection."""
