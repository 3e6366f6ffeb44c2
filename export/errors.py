"""What the exporter tells a user who asked for something it cannot do."""


class ExportError(Exception):
    """The export cannot go on; the message is one line that says what the user can do next."""
