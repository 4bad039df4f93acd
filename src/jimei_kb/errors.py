"""The few ways in which the kit says no: each message tells what was found, where, what was expected and what to do."""


class KbError(Exception):
    """Base of every error the kit raises on purpose."""


class FormatError(KbError):
    """A file cannot be read as a notice (missing, empty, binary, undecodable, too long, no notice)."""


class RuleError(KbError):
    """A rule file is malformed or one of its examples fails."""


class GraphError(KbError):
    """A knowledge base is missing, damaged or inconsistent with its own text."""


class ResultsError(KbError):
    """A result cannot be written in the form that was asked for, or a package for it is missing."""


class SchemeError(KbError):
    """A scoring scheme is malformed, or what is known of a unit does not fit its rules."""
