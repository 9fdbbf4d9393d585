"""The glossary: the field's words, each told in two sentences. ``glossary.toml`` beside lessons.

A folder of a teacher's own may have one too; its words are added, and stand in for those of the
same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from .errors import LessonError, did_you_mean
from .format import Table
from .format import Text as Words
from .markup import Text, anchor, read_markup
from .places import line_of
from .shape import Breach
from .toml import Document, read_toml


class TermTable(Table):
    """One word."""

    text: Annotated[Words, Meta(description="Markdown: what it means, in a sentence or two")]
    also: Annotated[list[Words], Meta(description="other forms: plurals, other names")] = (
        msgspec.field(default_factory=list)
    )
    see: Annotated[list[Words], Meta(description="other words of the glossary")] = msgspec.field(
        default_factory=list
    )


class GlossaryTable(Table):
    """The whole of ``glossary.toml``: a table for each word."""

    terms: dict[Words, TermTable]


@dataclass(frozen=True)
class Term:
    name: str
    table: TermTable
    text: Text

    @property
    def anchor(self) -> str:
        return anchor(self.name)


@dataclass
class Glossary:
    """All terms by name. ``errors`` is what was wrong with the files."""

    terms: dict[str, Term] = field(default_factory=dict)
    errors: list[LessonError] = field(default_factory=list)

    def find(self, word: str) -> Term | None:
        """The term that a word of a text means: its name or another form of it."""
        return self._forms().get(word.lower())

    def advice(self, word: str) -> str:
        return did_you_mean(word.lower(), self._forms())

    def _forms(self) -> Mapping[str, Term]:
        forms = {form.lower(): term for term in self.terms.values() for form in term.table.also}
        return {**forms, **{name.lower(): term for name, term in self.terms.items()}}

    def read(self, path: Path) -> None:
        """Add the terms of a file, if there is one."""
        if not path.is_file():
            return
        document = read_toml(path, GlossaryTable)
        self.errors += document.errors
        if document.value is None:
            return
        for name, table in document.value.terms.items():
            line = line_of(document.lines, ("terms", name, "text"))
            text = read_markup(table.text, document.name, above=line - 1)
            self.errors += text.flaws
            self.terms[name] = Term(name, table, text)
        self.terms = dict(sorted(self.terms.items(), key=lambda item: item[0].lower()))
        self.errors += self._see(document)

    def _see(self, document: Document[GlossaryTable]) -> list[LessonError]:
        table = document.value
        return [
            document.error(
                Breach(("terms", name, "see"), f"There is no word {word!r}.", self.advice(word))
            )
            for name, term in (table.terms.items() if table else ())
            for word in term.see
            if self.find(word) is None
        ]
