"""The roof: settings, addresses, the embedded database and the ways to start; nothing imports it."""
