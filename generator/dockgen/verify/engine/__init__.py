"""The edge to the machine: the engine's processes, what they leave, and the questions that are put to an app."""
