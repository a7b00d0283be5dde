"""What can be set: by the environment (``IMAGING_KG_…``) over a TOML file over the defaults; read once and frozen."""

import os
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

__all__ = ["FILE", "Settings"]

FILE: Final = "IMAGING_KG_SETTINGS"
"""The environment variable that names the TOML file."""


class Settings(BaseSettings):
    """Settings of the service."""

    model_config = SettingsConfigDict(env_prefix="IMAGING_KG_", frozen=True, extra="forbid")

    release: Path | None = Field(default=None, description="Folder of the release; the user's data folder when unset.")
    sparql_workers: int = Field(default=2, ge=1, description="Processes that run SPARQL queries.")
    sparql_timeout: float = Field(
        default=10.0, gt=0, description="Seconds a query may take when its client asks for nothing else."
    )
    sparql_timeout_cap: float = Field(
        default=60.0, gt=0, description="The longest deadline that a client may ask for, in seconds."
    )
    sparql_result_bytes: int = Field(default=50_000_000, gt=0, description="The largest result that is sent, in bytes.")
    sparql_memory_bytes: int = Field(
        default=2_000_000_000, gt=0, description="Memory that one SPARQL process may take, in bytes."
    )
    reload_seconds: float = Field(
        default=5.0, ge=0, description="How often to look for a newer release, in seconds; 0 never looks, SIGHUP always does."
    )
    shutdown_seconds: int = Field(default=15, ge=0, description="Seconds that requests have to end when the service stops.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="The least that is logged.")
    log_format: Literal["json", "text"] = Field(default="json", description="One JSON object a line, or lines for people.")
    metrics: bool = Field(default=True, description="Whether /metrics tells Prometheus what goes on.")
    token: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="Bearer token that whatever costs more than a read then demands; nothing does when unset.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # the signature is the library's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What wins over what: arguments, the environment, the file."""
        named = os.environ.get(FILE)
        file = (TomlConfigSettingsSource(settings_cls, Path(named)),) if named else ()
        return (init_settings, env_settings, *file)
