"""The command line: options, exit codes and colours; all else is the API's."""

from annostd.cli.app import app, main

__all__ = ["app", "main"]
