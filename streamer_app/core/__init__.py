"""The rules, without I/O: no driver, no Qt, no clock is read here."""
