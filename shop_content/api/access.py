"""What the schema says of access, the same for every address of the API."""

from typing import Any

from shop_content.api.problems import CONTENT_TYPE

PROBLEM = {"$ref": "#/components/schemas/ProblemDocument"}
WAIT = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}
LIMITED = WAIT | {
    name: {"schema": {"type": "string"}, "description": "draft-ietf-httpapi-ratelimit-headers"}
    for name in ("RateLimit", "RateLimit-Policy")
}
REFUSALS: dict[str, dict[str, Any]] = {
    "401": {
        "description": "The API key is wrong, revoked or expired.",
        "headers": {"WWW-Authenticate": {"schema": {"type": "string"}}},
    },
    "429": {"description": "Too many requests.", "headers": LIMITED},
    "503": {"description": "The database cannot be reached.", "headers": WAIT},
}
KEYS = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "an API key"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
}


def describe_access(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Add to every operation under /api/ that a key may come, and how it may be refused."""
    result.setdefault("components", {})["securitySchemes"] = KEYS
    for path, operations in result["paths"].items():
        if not path.startswith("/api/"):
            continue
        for operation in operations.values():
            operation["security"] = [{}, {"bearer": []}, {"apiKey": []}]
            for status, told in REFUSALS.items():
                content = {CONTENT_TYPE: {"schema": PROBLEM}}
                answer = {"content": content} | told
                operation["responses"].setdefault(status, answer)
    return result
