"""Judged relevance: questions people ask, and what a person who knows the listings would want to see.

`demonstration.txt` is asked of the demonstration community, `samhsa.txt` of the SAMHSA workbooks of 2022 imported beside
it. Both were written by reading listings, not by asking the search what it finds. `questions` reads them, `judge` turns
their rules into grades by plain SQL and its own arithmetic, `judging` measures an answer against the grades.

`unseen.txt` and `unseen_samhsa.txt` are crisis phrases held back for each: they tell what a phrase finds that nobody
prepared for, so whoever writes need words reads neither them nor their misses, and no phrase of theirs is a training one.
"""
