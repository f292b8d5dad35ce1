"""Webropol in miniature.

Documented, and played as written: the token (`POST {base}/Token`, grant_type=password, no refresh token), the API
under `{base}/api/v1` with a bearer token, PascalCase keys and GUID ids, the surveys and their responses with their
paging, timestamps without a zone.
Not public, so the sandbox's own: every path and body about distribution lists (lists.py, contract.py, published as
OpenAPI under a title that says so), all error bodies, that those who unsubscribe answer a survey.
"""
