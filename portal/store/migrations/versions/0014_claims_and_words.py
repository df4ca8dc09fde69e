"""Claims on a listing, translations of its words

Revision: 0014. After: 0013.
"""

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
