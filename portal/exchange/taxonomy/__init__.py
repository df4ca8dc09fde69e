"""Lists of terms from their holders' files: Open Eligibility's XML, any other as CSV or JSON in the shape of HSDS terms."""

from portal.exchange.taxonomy.checking import BadTaxonomy
from portal.exchange.taxonomy.importing import TaxonomyImport, import_taxonomy

__all__ = ["BadTaxonomy", "TaxonomyImport", "import_taxonomy"]
