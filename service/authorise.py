"""Who may ask for what costs more than a read: everybody, or those with the bearer token, when one is set (RFC 6750)."""

import hmac
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPBearer
from fastapi.security.base import SecurityBase

from service.documented import Responses, describe_problem

__all__ = ["COSTLY", "UNAUTHORISED", "demand"]

_BEARER: Final[SecurityBase] = HTTPBearer(auto_error=False, description="Demanded only where the service was given a token.")
_REALM: Final = 'Bearer realm="imaging-kg"'


def demand(request: Request) -> None:
    """Refuse a request without the token, where there is one.

    Raises:
        HTTPException: 401: no token, or another one.
    """
    token = request.app.state.settings.token
    if token is None:
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(401, "This costs more than a read and needs a bearer token.", {"WWW-Authenticate": _REALM})
    if not hmac.compare_digest(given.strip().encode(), token.get_secret_value().encode()):
        raise HTTPException(
            401, "The bearer token is not the right one.", {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
        )


def _costly(request: Request, _: Annotated[object, Depends(_BEARER)]) -> None:  # the scheme stands in the OpenAPI document
    demand(request)


COSTLY: Final = Depends(_costly)
"""For the ``dependencies`` of a route that costs more than a read."""
UNAUTHORISED: Final[Responses] = {401: describe_problem("The service was given a token, and the request has not got it.")}
"""What such a route documents."""
