"""The whole, as a person meets it: the real server, and a real Chromium with clicks and keys."""
