"""Hours in the words that were typed, closures with an end

Revision: 0013. After: 0012.
"""

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
