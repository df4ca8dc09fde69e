"""Programs of the cast's team are here too: see tests/programs/conftest.py."""

from tests.programs.conftest import co_response

__all__ = ["co_response"]
