"""Kinds of notices as data: one rule file a genre; `jimei_kb.document.genre` reads them."""
