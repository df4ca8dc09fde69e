"""Service areas drawn on a map; which ZIPs have streets

Going down takes the drawn areas out: what stands below has no word for them.

Revision: 0002. After: 0001.
"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

BATCH = 500


def upgrade() -> None:
    with op.batch_alter_table('place', schema=None) as batch_op:
        batch_op.add_column(sa.Column('street', sa.Boolean(), server_default=sa.true(), nullable=False))
    _allow("'zip', 'county', 'state', 'nation', 'polygon'")
    _tell_boxes_from_streets()


def downgrade() -> None:
    op.execute("DELETE FROM service_area WHERE extent_type = 'polygon'")
    _allow("'zip', 'county', 'state', 'nation'")
    with op.batch_alter_table('place', schema=None) as batch_op:
        batch_op.drop_column('street')


def _allow(listed: str) -> None:
    name = op.f('ck_service_area_extent_type_known')
    with op.batch_alter_table('service_area', schema=None) as batch_op:
        batch_op.drop_constraint(name, type_='check')
        batch_op.create_check_constraint(name, f"extent_type IN ({listed})")


def _tell_boxes_from_streets() -> None:
    """A gazetteer that is filled already learns what a fresh one is filled with."""
    place = sa.table('place', sa.column('kind', sa.String), sa.column('code', sa.String), sa.column('street', sa.Boolean))
    connection = op.get_bind()
    if connection.scalar(sa.select(place.c.code).limit(1)) is None:
        return
    import zipcodes

    codes = [
        row['zip_code'] for digit in '0123456789' for row in zipcodes.similar_to(digit) if row['zip_code_type'] != 'STANDARD'
    ]
    for start in range(0, len(codes), BATCH):
        part = place.c.code.in_(codes[start:start + BATCH])
        connection.execute(sa.update(place).where(place.c.kind == 'zip', part).values(street=False))
