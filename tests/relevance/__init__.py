"""Judged relevance: questions people ask, and what a person who knows the listings would want to see.

`demonstration.txt` is asked of the demonstration community, `samhsa.txt` of the SAMHSA workbooks of 2022 imported beside
it. Both were written by reading listings, not by asking the search what it finds. `questions` reads them, `judge` turns
their rules into grades by plain SQL and its own arithmetic, `judging` measures an answer against the grades.
"""
