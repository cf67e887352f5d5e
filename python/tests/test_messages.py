"""The program's messages in the words of Python."""

import pytest

import pottsmodel
from pottsmodel._messages import Messages, Vocabulary, in_python_words
from pottsmodel._program import _vocabulary

WORDS = Vocabulary(
    flags=frozenset({"force", "no-focus", "all-single"}),
    choices={"method": frozenset({"plm", "mean-field", "plm-asymmetric"}), "gaps": frozenset({"missing", "state"}), "unknown": frozenset({"gap"})},
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("raise --max-iterations, or take", "raise max_iterations, or take"),
        ("model fewer columns (--max-column-gap 0.3), or", "model fewer columns (max_column_gap=0.3), or"),
        ("choose a target with --focus NAME, or", "choose a target with focus=NAME, or"),
        ("use --force to overwrite it", "use force=True to overwrite it"),
        ("every column with --no-focus", "every column with no_focus=True"),
        ("fit it with --method mean-field, or", 'fit it with method="mean-field", or'),
        ("--method plm-asymmetric needs about 3 GB", 'method="plm-asymmetric" needs about 3 GB'),
        ("--like ccmpred needs --gaps state", 'like ccmpred needs gaps="state"'),
        ("--unknown gap keeps them", 'unknown="gap" keeps them'),
        ("--lambda-j 3 is an absolute penalty: 3x is", "lambda_j=3 is an absolute penalty: 3x is"),
        ("--lambda-j 0.02x", 'lambda_j="0.02x"'),
        ("--max-memory=60GB.", 'max_memory="60GB".'),
        ("--pseudocount is 2, but must lie between", "pseudocount is 2, but must lie between"),
        ("fit them with --sites 1-8, 17-24", 'fit them with sites="1-8", 17-24'),
        ("(--offset -3 would fit)", "(offset=-3 would fit)"),
        ("(--offset 0,-3 would fit)", '(offset="0,-3" would fit)'),
        ("--offset numbers the residues", "offset numbers the residues"),
        ("leave --input-format out", "leave input_format out"),
        ("name a table with --file TABLE, or use --all-single", "name a table with mutants, or use single_mutants()"),
        ("fit it again with --no-focus --target NAME, or", "fit it again with no_focus=True, target=NAME, or"),
        ("or use --all-single or --all-double", "or use single_mutants() or double_mutants()"),
        ("as `potts fit --sites A-B -o PART.h5` wrote; --sites 1-8", 'as `potts fit --sites A-B -o PART.h5` wrote; sites="1-8"'),
        ("say what they are: potts convert FILE MODEL.h5 --alphabet LETTERS", "say what they are: potts convert FILE MODEL.h5 --alphabet LETTERS"),
        ("an ending such as .h5 (--help lists them)", "an ending such as .h5 (--help lists them)"),
        ("a dash - or -- is no option", "a dash - or -- is no option"),
        (
            "invalid value 'some' for '--top <N|xL|all>': 'some' is not a number\n\nFor more information, try '--help'.\n",
            "invalid value 'some' for top: 'some' is not a number",
        ),
        (
            "unexpected argument '--lamda-j' found\n\n  tip: a similar argument exists: '--lambda-j'\n\n"
            "Usage: potts fit --lambda-j <X> <ALIGNMENT>\n\nFor more information, try '--help'.\n",
            "there is no setting lamda_j\n  a similar one exists: lambda_j",
        ),
        (
            "the argument '--no-focus' cannot be used with '--focus <NAME>'\n\nUsage: potts fit --no-focus <ALIGNMENT>\n",
            "no_focus cannot be used with focus",
        ),
    ],
)
def test_options_are_keywords(said, expected):
    assert in_python_words(said, WORDS) == expected


def test_the_programs_help_tells_its_words(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    _vocabulary.cache_clear()
    words = _vocabulary()
    assert {"force", "no-focus", "strict", "no-reweighting"} <= words.flags
    assert not {"output", "focus", "method", "lambda-j", "threads"} & words.flags
    assert words.choices["gaps"] == {"missing", "state"}
    assert {"plm", "plm-asymmetric", "mean-field", "independent"} <= words.choices["method"]
    assert {"plmc", "ccmpred", "pydca"} <= words.choices["like"]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"lambda_j": -3}, "invalid value '-3' for lambda_j"),
        ({"lamda_j": 3}, "no setting lamda_j"),
        ({"method": "foo"}, "invalid value 'foo' for method"),
        ({"no_focus": True, "focus": "PLANT_DEMO/24-101"}, "no_focus cannot be used with|focus cannot be used with no_focus"),
        ({"method": "independent", "sites": "1-8"}, 'use method="plm-asymmetric"'),
    ],
)
def test_errors_speak_of_keywords(alignment, tmp_path, setting, expected):
    with pytest.raises(pottsmodel.PottsError, match=expected) as failure:
        pottsmodel.fit(alignment, output=tmp_path / "m.h5", **setting)
    said = str(failure.value)
    assert "--" not in said and "Usage" not in said and not said.startswith("error")
    assert failure.value.exit_code == 2


def test_a_file_that_is_there_needs_force(alignment, planted):
    with pytest.raises(pottsmodel.PottsError, match="exists already\n.*force=True"):
        pottsmodel.fit(alignment, output=planted.path)


def test_lines_are_sorted():
    said = Messages()
    lines = [
        "warning: first\n",
        "  with advice\n",
        " sequences  3000 read\n",
        "  eightlet  is a field of the log\n",
        "iteration 1: objective 3\n",
        "warning: second\n",
        "    result  NOT converged\n",
        "error: broken\n",
        "  because: of this\n",
        "\n",
        "Usage: nothing\n",
    ]
    shown = [line for line in lines if said.hear(line)]
    assert shown == [lines[2], lines[3], lines[4], lines[6]]
    assert said.warnings == ["first\n  with advice\n", "second\n"]
    assert said.error == "broken\n  because: of this\n\nUsage: nothing\n"
    assert said.log == "".join(lines)
