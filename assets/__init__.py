"""The sources of the styles and scripts, and the command that builds them: `python -m assets.build`."""
