"""URA, KasvuCRM and Webropol in miniature, on loopback, with people who do not exist.

`python -m sandbox --help` lists the verbs. The sandbox shares no code with the registry: it makes the
canonical form of each address first and derives from it what the systems say, so it knows the truth
without judging anything, and cannot flatter the code that does.

Which facts are a vendor's and which are the sandbox's own stands in each module's docstring.
"""
