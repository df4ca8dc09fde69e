whitelist: set[str] | list[str]
