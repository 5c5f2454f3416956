"""Was anything left out? Where POSTCASE_NOTHING_SKIPPED is set, a skipped test is a failed run."""

from __future__ import annotations

import os

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get("POSTCASE_NOTHING_SKIPPED"):
        reporter.write_line(f"{len(skipped)} tests were skipped, and nothing may be skipped here", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
