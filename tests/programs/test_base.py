"""Test the specs that match a source, and the defaults of the base class."""

from __future__ import annotations

import pytest

from statecode.arguments import NoOptions
from statecode.programs.base import BaseSource


class Plain(BaseSource):
    name = "plain"


class WithArgument(BaseSource):
    name = "numbered"
    form = "numbered:N"


class WithOptionalArgument(BaseSource):
    name = "numbered"
    form = "numbered[:N]"


@pytest.mark.parametrize(
    ("source", "spec", "expected"),
    [
        (Plain(), "plain", True),
        (Plain(), "plain:3", False),
        (Plain(), "./plain", False),
        (WithArgument(), "numbered:3", True),
        (WithArgument(), "numbered", False),
        (WithArgument(), "numbered:", False),
        (WithArgument(), "numbered:a:b", True),
        (WithArgument(), "numbered3", False),
        (WithOptionalArgument(), "numbered", True),
        (WithOptionalArgument(), "numbered:", False),
        (WithOptionalArgument(), "numbered:3", True),
    ],
)
def test_a_spec_is_the_name_with_an_argument_if_the_form_has_one(
    source: BaseSource, spec: str, expected: bool
) -> None:
    assert source.matches(spec) is expected


def test_a_source_has_its_name_no_options_and_reads_no_other_source_by_default() -> None:
    source = Plain()
    assert (source.form, source.label, source.Options, source.reads("plain")) == ("plain", "plain", NoOptions, ())
