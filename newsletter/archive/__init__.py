"""The archive: letters that went out, as pages, feeds and pictures that are the same for everybody.

`neutral` closes the slots, `article` writes the letter as HTML, `edition` says what an archive is made of,
`pages`, `feeds`, `search` and `card` make its files, and `privacy` looks through all of them before any is
written.
"""
