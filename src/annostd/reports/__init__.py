"""Reports: what the verbs found out, viewed as text and as JSON; the command line colours them."""

from annostd.reports.catalogue_text import (
    detection_text,
    explanation_text,
    standards_text,
    trials_text,
)
from annostd.reports.conversion_text import conversion_text, outcome_line
from annostd.reports.json_report import json_conversion, json_error, json_reports, report_schema
from annostd.reports.lines import Line, Role, Span, line, plain, shown
from annostd.reports.model import (
    Candidate,
    ConversionReport,
    Detection,
    Dialect,
    Entry,
    Explanation,
    Identity,
    Report,
    Trial,
    Verdict,
    in_order,
    tool_version,
)
from annostd.reports.text_report import text_report, verdict_line

__all__ = [
    "Candidate",
    "ConversionReport",
    "Detection",
    "Dialect",
    "Entry",
    "Explanation",
    "Identity",
    "Line",
    "Report",
    "Role",
    "Span",
    "Trial",
    "Verdict",
    "conversion_text",
    "detection_text",
    "explanation_text",
    "in_order",
    "json_conversion",
    "json_error",
    "json_reports",
    "line",
    "outcome_line",
    "plain",
    "report_schema",
    "shown",
    "standards_text",
    "text_report",
    "tool_version",
    "trials_text",
    "verdict_line",
]
