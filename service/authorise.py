"""Who may ask for what costs more than a read: everybody, or those with the bearer token, when one is set (RFC 6750)."""

import hmac
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

__all__ = ["COSTLY", "costly"]

_BEARER: Final = HTTPBearer(auto_error=False, description="Demanded only where the service was given a token.")
_REALM: Final = 'Bearer realm="imaging-kg"'


def costly(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> None:
    """Refuse a request without the token, where there is one.

    Raises:
        HTTPException: 401: no token, or another one.
    """
    token = request.app.state.settings.token
    if token is None:
        return
    if given is None:
        raise HTTPException(401, "This costs more than a read and needs a bearer token.", {"WWW-Authenticate": _REALM})
    if not hmac.compare_digest(given.credentials.encode(), token.get_secret_value().encode()):
        raise HTTPException(
            401, "The bearer token is not the right one.", {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
        )


COSTLY: Final = Depends(costly)
"""For the ``dependencies`` of a route that costs more than a read."""
