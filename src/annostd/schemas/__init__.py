"""Schemas of a standard's files in other people's languages, made of its plan."""

from annostd.schemas.gaps import Gap
from annostd.schemas.json_schema import generate_json_schema
from annostd.schemas.relax_ng import generate_relax_ng
from annostd.schemas.xsd import generate_xsd

__all__ = ["Gap", "generate_json_schema", "generate_relax_ng", "generate_xsd"]
