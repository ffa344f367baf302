"""Settings: read once, wrong ones named."""

from pathlib import Path

import pytest

from protocol.errors import SettingsError
from runtime import settings
from runtime.settings import PROJECT, VARIABLES, Settings, read


def test_nothing_set_means_the_embedded_defaults():
    assert read({}, env_file=None) == Settings()


def test_the_environment_wins_over_the_file(tmp_path):
    env = tmp_path / ".env"
    env.write_text("RASA_PORT=6005\nLOG_LEVEL=DEBUG\n")
    chosen = read({"RASA_PORT": "7005"}, env_file=env)
    assert (chosen.rasa_port, chosen.log_level, chosen.public_url) == (7005, "DEBUG", "http://localhost:7005")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RASA_PORT", "many"),
        ("RASA_PORT", "0"),
        ("LLM_TIMEOUT", "soon"),
        ("LOG_LEVEL", "LOUD"),
        ("LLM_BASE_URL", "http://x"),
        ("SAHAYAK_SECRET", "short"),
    ],
)
def test_a_wrong_value_is_named(variable, value):
    with pytest.raises(SettingsError, match=variable):
        read({variable: value}, env_file=None)


def test_postgres_urls_of_every_spelling_reach_psycopg2():
    for url in ("postgres://u@h/d", "postgresql://u@h/d"):
        assert Settings(database_url=url).application_database_url == "postgresql+psycopg2://u@h/d"


def test_every_setting_is_in_the_example_file_and_on_its_page():
    example = (PROJECT / ".env.example").read_text()
    page = (PROJECT / "docs/settings.md").read_text()
    for variable, _ in VARIABLES.values():
        assert f"#{variable}=" in example
        assert f"`{variable}`" in page


def test_relative_folders_are_of_the_project():
    assert read({"SAHAYAK_VAR": "elsewhere"}, env_file=None).var_folder == PROJECT / "elsewhere"
    assert read({"SAHAYAK_VAR": "/srv/x"}, env_file=None).var_folder == Path("/srv/x")


def test_what_the_file_sets_is_handed_on_but_not_what_the_environment_has(tmp_path, monkeypatch):
    env = tmp_path / ".env"
    env.write_text("DATABASE_URL=postgresql://h/d\nRASA_PORT=6005\n")
    monkeypatch.setenv("RASA_PORT", "7005")
    assert settings.environment(env) == {"DATABASE_URL": "postgresql://h/d"}
