"""Python: services, workers and command-line programs, by any of the usual package managers."""
