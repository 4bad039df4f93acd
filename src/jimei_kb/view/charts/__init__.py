"""Pictures: each one an object that says its numbers as text and draws them when it is shown."""
