"""How things are shown, as plain text with every fact and as HTML that needs no trust; knows only the records."""
