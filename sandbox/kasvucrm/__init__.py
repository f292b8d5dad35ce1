"""KasvuCRM in miniature: the Web API of Microsoft Dataverse.

KasvuCRM's platform is not public; Dataverse is the likeliest and is fully documented.

Documented, and played as written: the client credentials grant, the headers, entity sets, `$select`, `$filter`,
`odata.maxpagesize` of at most 5,000, `@odata.nextLink`, no `$skip`, counts capped at 5,000, an unfiltered
`RetrieveTotalRecordCount` up to a day old, the limits of a user with 429 and `Retry-After`, the shape of errors.
The sandbox's own: the tenant, the texts and most codes of errors, how a `$skiptoken` looks, and that of all the
columns of accounts and contacts only those stand here that the snapshot query touches.
"""
