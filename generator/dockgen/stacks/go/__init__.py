"""go (not written yet)."""

def claim(project):
    return None
