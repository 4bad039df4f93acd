"""A base as pages for a browser: no server, no network, found by search, every place with an address."""
