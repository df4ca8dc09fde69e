"""Terms in a tree, and the need words that they stand for

Revision: 0018. After: 0017.
"""

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
