"""A photo as it may be kept: small, and without what a phone writes into it (where it was taken, when, with what)."""

import base64
from io import BytesIO

from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.store import Refused

LARGEST = 12 * 1024 * 1024  # bytes, as a phone takes it
WIDEST = 640  # pixels of what is kept
MOST_PIXELS = 60_000_000


def kept_photo(picture: bytes) -> str:
    """The picture drawn anew as a small JPEG, in base64. Nothing but its pixels is taken over. Refused for what is no picture."""
    if len(picture) > LARGEST:
        raise Refused(_("This photo is too large. Use one of up to 12 MB."), "photo")
    try:
        with Image.open(BytesIO(picture), formats=("JPEG", "PNG", "WEBP")) as found:
            if found.width * found.height > MOST_PIXELS:
                raise Refused(_("This photo is too large. Use one of up to 12 MB."), "photo")
            found.draft("RGB", (WIDEST * 2, WIDEST * 2))
            drawn = ImageOps.exif_transpose(found).convert("RGB")
            drawn.thumbnail((WIDEST, WIDEST))
            plain = Image.new("RGB", drawn.size)
            plain.paste(drawn)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Refused(_("This is no photo that we can read. Use a JPEG or PNG."), "photo") from None
    out = BytesIO()
    plain.save(out, "JPEG", quality=82)
    return base64.b64encode(out.getvalue()).decode()
