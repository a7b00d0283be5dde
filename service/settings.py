"""What can be set, from the environment (``IMAGING_KG_…``), read once and frozen."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["Settings"]


class Settings(BaseSettings):
    """Settings of the service."""

    model_config = SettingsConfigDict(env_prefix="IMAGING_KG_", frozen=True)

    release: Path | None = Field(default=None, description="Folder of the release; the user's data folder when unset.")
    public_url: str | None = Field(
        default=None, description="Public address of the service; as each client sees it when unset.", pattern=r"^https?://\S+$"
    )
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
