"""The files around a Dockerfile that say how its image is run, built, delivered and kept current."""
