"""What the operator of a hall may set, from the environment alone; nothing here opens a database or signs anybody in."""

import os
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

HOUSE = Path(__file__).resolve().parent.parent
"""Where the code lies: the checkout, or site-packages after an installation. assets/ and migrations/ lie in it."""

SAMPLE_CODE = "430902106399"
"""The fictional village; no real hall has this code."""


class Settings(BaseSettings):
    """Read once at the start of a process; see docs/configuration.md for each."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True)

    data_dir: Path = Field(default_factory=lambda: home_of("yimen"), validation_alias="HALL_DATA_DIR")
    database: SecretStr = Field(default=SecretStr(""), validation_alias="HALL_DATABASE_URL")
    kiosk_port: int = Field(default=8501, ge=1, le=65535, validation_alias="KIOSK_PORT")
    staff_port: int = Field(default=8502, ge=1, le=65535, validation_alias="STAFF_PORT")
    staff_bind: str = Field(default="127.0.0.1", validation_alias="STAFF_BIND")
    trusted_proxy: str = Field(default="", validation_alias="TRUSTED_PROXY")
    kiosk_name: str = Field(default="kiosk-1", min_length=1, max_length=40, validation_alias="KIOSK_NAME")
    tls_cert: Path | None = Field(default=None, validation_alias="HALL_TLS_CERT")
    tls_key: Path | None = Field(default=None, validation_alias="HALL_TLS_KEY")
    public_dir: Path | None = Field(default=None, validation_alias="HALL_PUBLIC_DIR")
    keep_backups: int = Field(default=14, ge=1, validation_alias="HALL_KEEP_BACKUPS")

    @field_validator("data_dir", mode="after")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @property
    def database_url(self) -> str:
        """The database's address, with its password: for the engine only, never for a log."""
        return self.database.get_secret_value() or f"sqlite:///{self.data_dir / 'hall.db'}"

    @property
    def shown_url(self) -> str:
        """The same without the password."""
        from sqlalchemy import make_url

        return make_url(self.database_url).render_as_string(hide_password=True)

    @property
    def backups(self) -> Path:
        """Where the daily backups lie."""
        return self.data_dir / "backups"

    @property
    def public(self) -> Path:
        """Where the public pages and calendars lie, for the village's website."""
        return self.public_dir.expanduser().absolute() if self.public_dir else self.data_dir / "public"

    @property
    def logs(self) -> Path:
        """Where the logs lie."""
        return self.data_dir / "logs"

    def environment(self) -> dict[str, str]:
        """The same settings for a process started from this one."""
        return {
            **os.environ,
            "HALL_DATA_DIR": str(self.data_dir),
            "HALL_DATABASE_URL": self.database_url,
            "KIOSK_PORT": str(self.kiosk_port),
            "STAFF_PORT": str(self.staff_port),
        }

    @classmethod
    def for_sample(cls) -> Self:
        """The sample village lives in a folder of its own, so that it never mixes with a hall."""
        if "HALL_DATA_DIR" in os.environ:
            return cls()
        return cls(data_dir=home_of("yimen-sample"))


def home_of(name: str) -> Path:
    """A folder for data that belongs to whoever runs the house: /var/lib for root, else the user's own."""
    if os.geteuid() == 0:
        return Path("/var/lib") / name
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / name
