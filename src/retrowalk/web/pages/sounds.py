"""/sounds/{name}.wav: the clips a session's page plays; nothing is fetched from anywhere else."""

from starlette.requests import Request
from starlette.responses import Response

from retrowalk import sounds


async def clip(request: Request) -> Response:
    return Response(sounds.clip(str(request.path_params["name"])), media_type="audio/wav")
