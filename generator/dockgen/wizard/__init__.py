"""The wizard as a pure flow: what it asks is data, and whoever runs it brings the terminal and the project."""
