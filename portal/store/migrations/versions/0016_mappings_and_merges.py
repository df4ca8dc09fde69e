"""Column mappings of tables, likely duplicates, merges that can be undone

Revision: 0016. After: 0015.
"""

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
