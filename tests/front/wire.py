"""What a request may carry that must not matter, and how an answer is unpacked."""

import gzip
from collections.abc import Callable

import brotli

UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
}
MUTATIONS = {
    "host": ["evil.test", "testserver:99", "TESTSERVER", "testserver, evil.test", "", "[::1"],
    "x_forwarded_host": ["evil.test"],
    "x_forwarded_proto": ["https", "gopher"],
    "x_forwarded_for": ["10.0.0.1"],
    "forwarded": ["host=evil.test;proto=https"],
    "x_original_url": ["/admin/"],
    "x_http_method_override": ["DELETE"],
    "accept_language": ["en", "de;q=0, fr", "x" * 9000],
    "accept": ["text/html", "application/xml"],
    "accept_encoding": ["gzip", "br", "gzip;q=0", "*;q=0", "deflate, br;q=0.1", "x" * 9000, "é"],
    "cookie": ["django_language=en; sessionid=x"],
    "authorization": ["Basic eA=="],
    "range": ["bytes=0-1"],
    "if_none_match": ['"other"', "x", 'W/"', ",,,"],
    "if_modified_since": ["Thu, 01 Jan 2099 00:00:00 GMT"],
    "if_match": ['"x"'],
    "cache_control": ["no-cache", "only-if-cached"],
    "connection": ["close, host"],
    "content_type": ["multipart/form-data"],
}
