"""One way in for every format: records of a source, checked, compared with what stands, and written where they differ."""
