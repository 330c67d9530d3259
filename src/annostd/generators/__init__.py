"""Texts made of a standard: pages, the catalogue of rules, examples as data, a skeleton."""

from annostd.generators.cases import apply
from annostd.generators.code_page import code_page
from annostd.generators.conversions_page import conversions_page
from annostd.generators.docs_page import docs_page
from annostd.generators.faults_page import faults_page
from annostd.generators.rules import RuleWords, catalogue, rule_words
from annostd.generators.skeleton import skeleton
from annostd.generators.tables_page import tables_page

__all__ = [
    "RuleWords",
    "apply",
    "catalogue",
    "code_page",
    "conversions_page",
    "docs_page",
    "faults_page",
    "rule_words",
    "skeleton",
    "tables_page",
]
