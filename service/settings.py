"""What can be set: by the environment (``IMAGING_KG_…``) over a TOML file over the defaults; read once and frozen."""

import os
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from kg.namespaces import BASE

__all__ = ["FILE", "Settings"]

FILE: Final = "IMAGING_KG_SETTINGS"
"""The environment variable that names the TOML file."""


class Settings(BaseSettings):
    """Settings of the service."""

    model_config = SettingsConfigDict(env_prefix="IMAGING_KG_", frozen=True, extra="forbid")

    release: Path | None = Field(default=None, description="Folder of the release; the user's data folder when unset.")
    store: str | None = Field(default=None, description="Address of a SPARQL server that holds the release; wins over release.")
    store_kind: Literal["auto", "generic", "oxigraph", "virtuoso"] = Field(
        default="auto", description="What kind of server it is; auto recognises it."
    )
    sparql_workers: int = Field(
        default=2, ge=1, description="Processes that run SPARQL queries, or queries asked of a server at once."
    )
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
    sparql_spares: int = Field(
        default=2, ge=0, description="Further processes for queries that take longer than a third of a second."
    )
    sparql_result_rows: int = Field(default=250_000, gt=0, description="The most rows of a table that is sent.")
    sparql_concurrency: int = Field(default=5, ge=1, description="Queries that one client may have under way at once.")
    sparql_cpu_seconds: float = Field(
        default=60.0, gt=0, description="CPU seconds of SPARQL that one client may use in a minute."
    )
    sparql_cache_bytes: int = Field(default=32_000_000, ge=0, description="Memory for results that are kept; 0 keeps none.")
    service_allow: str = Field(
        default="", description="Endpoints that SERVICE may call, separated by spaces; empty refuses SERVICE."
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^ ?#]+/)?$",
        description="Where this service is reached from outside, with a slash at its end; the base of the IRIs when unset.",
    )
    contact: str = Field(default="", description="Whom to tell of a security problem: an https: or mailto: address.")
    dumps: Path | None = Field(default=None, description="Folder of the dumps; inside the release when unset.")
    dumps_on_demand: bool = Field(default=True, description="Whether a dump that is not there is made when it is asked for.")
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
    mcp: bool = Field(default=True, description="Whether /mcp serves agents, where the extra 'mcp' is installed.")
    mcp_hosts: str = Field(
        default="", description="Names, comma-separated, under which /mcp may be addressed besides those of this machine."
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

    @property
    def public(self) -> str:
        """The address for documents that name the service: the public one, else the base of the IRIs."""
        return self.public_url or BASE
