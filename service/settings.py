"""What can be set, from the environment (``IMAGING_KG_…``), read once and frozen."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from kg.namespaces import BASE

__all__ = ["Settings"]


class Settings(BaseSettings):
    """Settings of the service."""

    model_config = SettingsConfigDict(env_prefix="IMAGING_KG_", frozen=True)

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
    sparql_spares: int = Field(default=2, ge=0, description="Further processes for queries that take longer than a second.")
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

    @property
    def public(self) -> str:
        """The address for documents that name the service: the public one, else the base of the IRIs."""
        return self.public_url or BASE
