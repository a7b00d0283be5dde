"""A JSON object that a question is made of: what JSON's grammar lets through and no answer could repeat is refused where it comes in."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator

__all__ = ["JsonObject"]


def _sound(value: dict[str, Any]) -> dict[str, Any]:
    """The value itself.

    Raises:
        ValueError: It holds half of a surrogate pair, NaN or an infinity, or is nested too deeply.
    """
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"a text holds \\u{ord(error.object[error.start]):04x} alone, which is half a character") from error
    except ValueError as error:
        raise ValueError("NaN and infinities are no numbers of JSON") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return value


JsonObject = Annotated[dict[str, Any], AfterValidator(_sound)]
"""For a body or a field that takes an object whose members its reader knows."""
