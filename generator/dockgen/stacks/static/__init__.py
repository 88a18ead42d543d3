"""Static sites: a folder with an index.html, served as it is."""
