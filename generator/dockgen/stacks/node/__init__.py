"""Node: servers, workers, programs, and the sites and single-page apps that its tools build."""
