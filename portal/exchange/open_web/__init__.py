"""The directory as the open web reads it: schema.org data on a listing's page, sitemaps, a feed of changes."""

from portal.exchange.open_web.changes_feed import changes_feed
from portal.exchange.open_web.schema_org import schema_org
from portal.exchange.open_web.sitemap import directory_mark, sitemap_index, sitemap_part

__all__ = ["changes_feed", "directory_mark", "schema_org", "sitemap_index", "sitemap_part"]
