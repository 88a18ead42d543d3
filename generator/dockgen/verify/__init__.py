"""Build and run the result on a local engine, say what holds, and what would mend what does not."""
