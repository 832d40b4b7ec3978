"""Keys: what is kept of one, and where a request carries it."""

import pytest

from shop_content.access.keys import given_key, hash_of, new_secret, prefix_of


def test_keys_differ_and_have_a_readable_prefix() -> None:
    secrets = {new_secret() for _key in range(100)}
    assert len(secrets) == 100
    for secret in secrets:
        assert secret.startswith(prefix_of(secret) + "_")
        assert len(secret) > len(prefix_of(secret)) + 40
        assert len(hash_of(secret)) == 64


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({}, None),
        ({"HTTP_AUTHORIZATION": "Bearer abc"}, "abc"),
        ({"HTTP_AUTHORIZATION": "bearer  abc "}, "abc"),
        ({"HTTP_AUTHORIZATION": "Bearer"}, ""),
        ({"HTTP_AUTHORIZATION": "Basic eA=="}, None),
        ({"HTTP_X_API_KEY": "abc"}, "abc"),
        ({"HTTP_X_API_KEY": ""}, ""),
        ({"HTTP_AUTHORIZATION": "Basic eA==", "HTTP_X_API_KEY": "abc"}, "abc"),
        ({"HTTP_AUTHORIZATION": "Bearer abc", "HTTP_X_API_KEY": "def"}, "abc"),
    ],
)
def test_key_is_a_bearer_or_has_a_header_of_its_own(
    headers: dict[str, str], key: str | None
) -> None:
    assert given_key(headers) == key
