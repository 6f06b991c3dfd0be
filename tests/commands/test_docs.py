"""The documents say what is true: every setting, command and exit code, and no link that leads nowhere."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

import manage
from services.settings import HOUSE, Settings

PAGES = sorted([*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_every_setting_is_documented() -> None:
    text = (HOUSE / "docs" / "configuration.md").read_text(encoding="utf-8")
    names = {str(field.validation_alias) for field in Settings.model_fields.values()}
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_every_command_and_exit_code_is_documented() -> None:
    text = (HOUSE / "docs" / "commands.md").read_text(encoding="utf-8")
    commands = set(get_command(manage.app).commands)  # type: ignore[attr-defined]  a group has commands
    assert {name for name in commands if not re.search(rf"`{name}\b", text)} == set()
    codes = {manage.REFUSED, manage.UNFIT, manage.SERVING, manage.NOT_A_BACKUP, manage.PORT}
    assert {code for code in codes if f"| {code} |" not in text} == set()


def test_both_readmes_name_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (HOUSE / name).read_text(encoding="utf-8")
        assert "\nmake run\n" in text
        assert "\nmake test\n" in text
