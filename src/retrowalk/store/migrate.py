"""Bring a database up to date with the Alembic steps that ship in `migrations/`."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from retrowalk.errors import MigrationNeeded, StoreError

HEAD = "0007"  # the newest step; a test compares it with the files
STEPS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """Run the steps this database lacks, in the caller's transaction."""
    found = _found(connection)
    if found == HEAD:  # Alembic takes half a second to import: only when needed
        _prove_writable(connection)
    else:
        _climb(connection, found)


def _found(connection: Connection) -> str:
    """The step the database stands on; empty for a new one."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
    if tables:
        raise StoreError(
            f"The database holds tables retrowalk does not know ({', '.join(tables[:3])}): "
            "move it to another place, or choose another data folder."
        )
    return ""


def _prove_writable(connection: Connection) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


def _climb(connection: Connection, found: str) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if found and found not in known:
        raise MigrationNeeded(
            f"These data were written by a newer retrowalk (step {found}, this one knows {HEAD}): "
            "install the newer version again; nothing was changed."
        )
    command.upgrade(config, "head")
