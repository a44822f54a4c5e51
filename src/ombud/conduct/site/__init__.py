"""A static, readable site of codes of conduct, in both languages.

Takes: loaded codes of conduct.
Gives: HTML files that need no server, no script and nothing from elsewhere.
Keeps: a list of the files it wrote, so that it can replace them and nothing else.
Never: writes a text of a code as markup, links anywhere but to the web or inside the site.
"""
