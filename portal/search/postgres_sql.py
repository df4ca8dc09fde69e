"""The statements of the second engine, in PostgreSQL's own words. Lists go in as arrays: one statement a batch."""

FIRST_MARK = """
INSERT INTO search_mark (number, format, community, epoch, stamp, change, whole, listings, shared)
VALUES (1, '', '', '', 0, 0, false, 0, 0) ON CONFLICT DO NOTHING
"""

# Not TRUNCATE: it would wait for a backup that is running, and every search behind it.
EMPTY = (
    "DELETE FROM search_row",
    "DELETE FROM search_text",
    "DELETE FROM search_card",
    "DELETE FROM search_word",
    "DELETE FROM search_shared",
)

KNOWN = """
SELECT number, facts FROM search_row WHERE number = ANY(CAST(:numbers AS bigint[])) AND facts IS NOT NULL
"""

# Listings that are here, in the stretch of numbers that a sweep has come to; without a last one, all the rest.
BETWEEN = """
SELECT number FROM search_row
WHERE number > :after AND number <= coalesce(CAST(:last AS bigint), number) AND facts IS NOT NULL
"""

PUT_FACTS = """
INSERT INTO search_row (number, stamp, facts)
SELECT number, :stamp, facts FROM unnest(CAST(:numbers AS bigint[]), CAST(:facts AS bytea[])) AS new (number, facts)
ON CONFLICT (number) DO UPDATE SET stamp = excluded.stamp, facts = excluded.facts
"""

PUT_CARDS = """
INSERT INTO search_card (number, card)
SELECT number, card FROM unnest(CAST(:numbers AS bigint[]), CAST(:cards AS text[])) AS new (number, card)
ON CONFLICT (number) DO UPDATE SET card = excluded.card
"""

PUT_TEXTS = """
INSERT INTO search_text (number, words)
SELECT number, CAST(words AS tsvector)
FROM unnest(CAST(:numbers AS bigint[]), CAST(:words AS text[])) AS new (number, words)
ON CONFLICT (number) DO UPDATE SET words = excluded.words
"""

DROP_CARDS = "DELETE FROM search_card WHERE number = ANY(CAST(:numbers AS bigint[]))"
DROP_TEXTS = "DELETE FROM search_text WHERE number = ANY(CAST(:numbers AS bigint[]))"

LISTINGS = "SELECT count(*) FROM search_row WHERE facts IS NOT NULL"

# NULL where there is nothing to be lost yet.
LOST = """
SELECT listings <> (SELECT count(*) FROM search_row WHERE facts IS NOT NULL)
    OR listings <> (SELECT count(*) FROM search_text)
    OR listings <> (SELECT count(*) FROM search_card) OR shared <> (SELECT count(*) FROM search_shared)
FROM search_mark WHERE whole
"""

# Before texts are replaced each of their words has one listing less, after it one more.
_COUNT = """
INSERT INTO search_word (stem, stamp, listings)
SELECT stem, :stamp, {sign} count(*)
FROM search_text, unnest(tsvector_to_array(words)) AS stem
WHERE number = ANY(CAST(:numbers AS bigint[]))
GROUP BY stem
ON CONFLICT (stem) DO UPDATE SET stamp = excluded.stamp, listings = search_word.listings + excluded.listings
"""
COUNT_LESS = _COUNT.format(sign="-")
COUNT_MORE = _COUNT.format(sign="")

COUNT_WORDS = """
INSERT INTO search_word (stem, stamp, listings)
SELECT word, :stamp, ndoc FROM ts_stat('SELECT words FROM search_text')
ON CONFLICT (stem) DO UPDATE SET stamp = excluded.stamp, listings = excluded.listings
WHERE search_word.listings <> excluded.listings
"""

FORGET_WORDS = """
UPDATE search_word SET stamp = :stamp, listings = 0
WHERE listings <> 0 AND stem NOT IN (SELECT word FROM ts_stat('SELECT words FROM search_text'))
"""

# ---- asking ----

# What changed since a stamp. `facts` is NULL for what is gone.
NEW_FACTS = "SELECT number, facts FROM search_row WHERE stamp > :stamp"
ALL_FACTS = "SELECT string_agg(facts, ''::bytea ORDER BY number) FROM search_row WHERE facts IS NOT NULL"
NEW_SHARED = "SELECT kind, number, value FROM search_shared WHERE stamp > :stamp ORDER BY number"
NEW_WORDS = "SELECT stem, listings FROM search_word WHERE stamp > :stamp"

# Every listing that has a word, and how well: pairs of eight and four bytes, see postgres_records.postings_of.
POSTINGS = """
SELECT string_agg(int8send(number) || float4send(ts_rank(ARRAY[1, 1, 1, 1]::real[], words, asked)), ''::bytea)
FROM search_text, CAST(:word AS tsquery) AS asked
WHERE words @@ asked
"""

# The same of a few listings, for words that are known already: number, word, how often it counts.
POSTINGS_OF = """
SELECT number, lexeme, array_length(positions, 1)
FROM search_text, unnest(words)
WHERE number = ANY(CAST(:numbers AS bigint[])) AND lexeme = ANY(CAST(:stems AS text[]))
"""

CARDS = "SELECT number, card FROM search_card WHERE number = ANY(CAST(:numbers AS bigint[]))"
