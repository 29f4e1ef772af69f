"""What a rule calls its findings and figures is kept: decisions store the names, pages and workbooks read them, columns are called so.

A name that changes on purpose is changed in names.yaml as well, and whoever reads the old one has to be found.
"""

from pathlib import Path

import pytest
import yaml

from tests.policy.case_files import FILES, cases
from tuodi.policy.cases import answer_of
from tuodi.policy.catalogue import PROGRAMMES

NAMES = yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8"))
WITH_A_RULE = [code for code, p in PROGRAMMES.items() if p.evaluate is not None]


def names_of(code):
    """The names in all cases of a programme, with the period it is paid for and the code it gives itself."""
    found = {"is": [], "period": [], "required": [], "beside": [], "figures": []}
    for case in cases(FILES[code]):
        a = answer_of(code, case).assessment
        if a is None:
            continue
        said = {
            "is": [a.programme],
            "period": [a.period],
            "required": [f.rule for f in a.findings if f.required],
            "beside": [f.rule for f in a.findings if not f.required],
            "figures": list(a.figures),
        }
        assert len({f.rule for f in a.findings}) == len(a.findings), f"{code}: two findings of one name"
        for kind, names in said.items():
            found[kind] += [n for n in names if n not in found[kind]]
    return {kind: " ".join(names) for kind, names in found.items() if names}


@pytest.mark.parametrize("code", WITH_A_RULE)
def test_findings_and_figures_keep_their_names(code):
    assert names_of(code) == NAMES[code]


def test_a_programme_that_is_gone_leaves_no_names():
    assert set(NAMES) == set(WITH_A_RULE)
