"""What the program says on standard error: a log, warnings and an error, in the words of Python."""

from __future__ import annotations

import re
from typing import Dict, FrozenSet, Iterable, List, NamedTuple, Set

# A line of the log: a name that ends in the tenth column, two spaces, the rest.
_FIELD = re.compile(r"(?=.{10}  \S) *\S+(?: \S+)*  ")
_BEGINNINGS = ("warning: ", "error: ")


class Messages:
    """Sorts lines as they come."""

    def __init__(self) -> None:
        self.lines: List[str] = []
        self._warnings: List[List[str]] = []
        self._error: List[str] = []
        self._kind = ""

    def hear(self, line: str) -> bool:
        """Takes the next line; whether it is of the log, and not of a warning or the error."""
        self.lines.append(line)
        began = next((kind for kind in _BEGINNINGS if line.startswith(kind)), "")
        # An error is the last that the program says; the lines of a warning but for the first are indented, as its advice is.
        if not self._error and began == "warning: ":
            self._kind = began
            self._warnings.append([])
        elif began == "error: ":
            self._kind = began
        elif self._kind == "warning: " and (not line.startswith("  ") or _FIELD.match(line)):
            self._kind = ""
        if self._kind == "":
            return True
        into = self._error if self._kind == "error: " else self._warnings[-1]
        into.append(line[len(began) :])
        return False

    @property
    def log(self) -> str:
        """All that was said."""
        return "".join(self.lines)

    @property
    def warnings(self) -> List[str]:
        """The warnings, each without the word."""
        return ["".join(lines) for lines in self._warnings]

    @property
    def error(self) -> str:
        """The error, without the word; where there is none, all that was said, which may tell why."""
        return "".join(self._error) or self.log


# ---- options of the command line as keywords

# Lines that tell how to type a command.
_USAGE = re.compile(r"\n*^(?:Usage: .*|For more information, try .*)$", re.MULTILINE)
_QUOTED = re.compile(r"'--([a-z][a-z-]*)(?: <[^']*>(?:\.\.\.)?|=[^']*)?'")
# A command to be typed stays as it is, and so does the option that explains all others.
_OPTION = re.compile(r"(?P<typed>\bpotts [a-z-]+[^`\n]*|--help\b)|--(?P<name>[a-z][a-z-]*)(?:[ =](?P<value>{}))?".format(
    # A number, perhaps with a unit or others after it; a place for a name, such as TABLE or A-B; a word, which may be the value or the
    # next of the sentence.
    r"[+-]?\.?\d(?:[\w,.:-]*\w)?|[A-Z][A-Z0-9]*(?:[-:,][A-Z0-9]+)*(?![\w-])|[a-z][\w-]*"
))
_PHRASES = (
    (re.compile(r"unexpected argument (\w+) found"), r"there is no setting \1"),
    (re.compile(r"\n\n  tip: a similar argument exists: "), "\n  a similar one exists: "),
    (re.compile(r"\n\n  tip: some similar arguments exist: "), "\n  similar ones exist: "),
    (re.compile(r"\bthe argument (\w+) cannot"), r"\1 cannot"),
    (re.compile(r"the following required arguments were not provided:\n  (\w+) <[^>]*>"), r"\1 is needed as well"),
    # Two settings that go together.
    (re.compile(r'(\b\w+=(?:"[^"]*"|[\w.-]+)) (?=\w+=)'), r"\1, "),
)
# Options that Python has other words for.
_OTHERS = {"all-single": "single_mutants()", "all-double": "double_mutants()", "file": "mutants", "with": "columns"}


class Vocabulary(NamedTuple):
    """Which options take no value, and which take one of some words."""

    flags: FrozenSet[str]
    choices: Dict[str, FrozenSet[str]]


_HELP_OPTION = re.compile(r"^ {2,6}(?:-\w, )?--([a-z][a-z-]*)(.*)$")
_HELP_CHOICE = re.compile(r"^ +- ([a-z0-9-]+): ")
_HELP_CHOICES = re.compile(r"\[possible values: ([^\]]*)\]")


def read_help(texts: Iterable[str]) -> Vocabulary:
    """The vocabulary that the help texts of some commands tell."""
    flags: Set[str] = set()
    choices: Dict[str, Set[str]] = {}
    for text in texts:
        option = ""
        for line in text.splitlines():
            listed = _HELP_OPTION.match(line)
            if listed:
                option = listed.group(1)
                if not listed.group(2).strip():
                    flags.add(option)
            single, together = _HELP_CHOICE.match(line), _HELP_CHOICES.search(line)
            words = [single.group(1)] if single else together.group(1).split(", ") if together else []
            if words:
                choices.setdefault(option, set()).update(words)
    return Vocabulary(frozenset(flags), {option: frozenset(words) for option, words in choices.items()})


def in_python_words(said: str, vocabulary: Vocabulary) -> str:
    """A message with keywords for options: ``--max-column-gap 0.3`` is ``max_column_gap=0.3``, and ``--force`` is ``force=True``."""

    def quoted(match: "re.Match[str]") -> str:
        return _keyword(match.group(1))

    def option(match: "re.Match[str]") -> str:
        if match.group("typed"):
            return match.group()
        name, value = match.group("name"), match.group("value")
        if name in _OTHERS:
            # The place for the value goes with the option.
            return _OTHERS[name] + ("" if value is None or value[0].isupper() else match.group()[len(name) + 2 :])
        if name in vocabulary.flags:
            return f"{_keyword(name)}=True" + match.group()[len(name) + 2 :]
        if value is None:
            return _keyword(name)
        if value[0].islower() and value not in vocabulary.choices.get(name, ()):
            return _keyword(name) + match.group()[len(name) + 2 :]
        return f"{_keyword(name)}={_literal(value)}"

    words = _OPTION.sub(option, _QUOTED.sub(quoted, _USAGE.sub("", said)))
    for phrase, replacement in _PHRASES:
        words = phrase.sub(replacement, words)
    return words.strip()


def _keyword(option: str) -> str:
    return option.replace("-", "_")


def _literal(value: str) -> str:
    """A value as Python has it; a place for a name stays bare."""
    if value[0].isupper():
        return value
    try:
        float(value)
    except ValueError:
        return f'"{value}"'
    return value
