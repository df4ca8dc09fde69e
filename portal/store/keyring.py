"""Keys by id, as settings hold them: `id:base64,id:base64`, the newest first."""

import base64

SIZE = 32  # bytes
Keys = tuple[tuple[str, bytes], ...]


def keys_by_id(text: str, name: str) -> Keys:
    """The keys of the setting `name`. Raises ValueError, in one sentence, for a key that is not 32 bytes, an id that stands
    there twice, or none at all. The sentence quotes nothing of the setting."""
    pairs: list[tuple[str, bytes]] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key_id, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not key_id or len(key) != SIZE:
            raise ValueError(f"{name} wants id:base64 of {SIZE} bytes, comma separated")
        pairs.append((key_id, key))
    if not pairs:
        raise ValueError(f"{name} is empty")
    if len({key_id for key_id, _key in pairs}) != len(pairs):
        raise ValueError(f"{name} names a key twice")
    return tuple(pairs)
