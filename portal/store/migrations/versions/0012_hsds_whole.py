"""The rest of HSDS 3.1: programs, funding, identifiers, capacity, contacts and schedules of every parent

Going down takes out what the tables below have no place for: rows of a service or a place alone, and hours without times.

Revision: 0012. After: 0011.
"""

from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

OURS = uuid5(NAMESPACE_URL, 'urn:handrail:taxonomy')

TEXTS = {
    'organization': ('tax_status', 'tax_id', 'legal_status', 'logo', 'uri'),
    'service': ('wait_time', 'fees', 'accreditations', 'licenses'),
    'location': ('alternate_name', 'url', 'external_identifier', 'external_identifier_type'),
    'address': ('attention', 'region'),
    'accessibility': ('url',),
    'required_document': ('uri',),
    'service_area': ('description', 'uri'),
    'schedule': ('wkst', 'byweekno', 'bymonthday', 'byyearday', 'schedule_link', 'attending_type', 'notes'),
    'taxonomy': ('uri',),
    'taxonomy_term': ('language', 'term_uri'),
}
# What may be empty: (column, type)
MAYBE = {
    'organization': (('year_incorporated', sa.Integer()),),
    'service_at_location': (('not_in_source_since', sa.DateTime(timezone=True)),),
    'cost_option': (('valid_from', sa.Date()), ('valid_to', sa.Date())),
    'schedule': (
        ('dtstart', sa.Date()),
        ('until', sa.Date()),
        ('interval', sa.Integer()),
        ('count', sa.Integer()),
        ('timezone', sa.Double()),
    ),
    'taxonomy': (('source', sa.String()),),
    'contact': (('source', sa.String()),),
    'metadata': (('id', sa.Uuid()), ('source', sa.String())),
}
# Further parents: (column, table it names, whether every row is indexed or only those that have it)
PARENTS = {
    'organization': (('parent_organization_id', 'organization', True),),
    'service': (('program_id', 'program', True),),
    'contact': (
        ('service_id', 'service', False),
        ('service_at_location_id', 'service_at_location', False),
        ('location_id', 'location', False),
    ),
    'phone': (('service_id', 'service', False), ('location_id', 'location', False)),
    'schedule': (('service_id', 'service', False), ('location_id', 'location', False)),
    'language': (('location_id', 'location', False), ('phone_id', 'phone', False)),
    'service_area': (('service_at_location_id', 'service_at_location', False),),
    'taxonomy_term': (('parent_id', 'taxonomy_term', True),),
}
# Columns that need no longer be filled.
LOOSER = {
    'contact': (('organization_id', sa.Uuid()),),
    'language': (('service_id', sa.Uuid()),),
    'service_area': (('service_id', sa.Uuid()),),
    'schedule': (
        ('service_at_location_id', sa.Uuid()),
        ('opens_at', sa.Time()),
        ('closes_at', sa.Time()),
    ),
}
HAS_PARENT = {
    'contact': ('organization_id', 'service_id', 'service_at_location_id', 'location_id'),
    'phone': ('organization_id', 'contact_id', 'service_at_location_id', 'service_id', 'location_id'),
    'schedule': ('service_at_location_id', 'service_id', 'location_id'),
    'service_area': ('service_id', 'service_at_location_id'),
    'language': ('service_id', 'location_id', 'phone_id'),
}
ONE_PARENT = (
    '(CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END + CASE WHEN contact_id IS NULL THEN 0 ELSE 1 END'
    ' + CASE WHEN service_at_location_id IS NULL THEN 0 ELSE 1 END) = 1'
)
PHONES = "'voice', 'intake', 'crisis', 'hotline', 'text', 'fax', 'tty'"
MORE_PHONES = "'cell', 'video', 'pager', 'textphone'"
AREAS = "'zip', 'county', 'state', 'nation', 'polygon'"
NEW = (
    'meta_table_description', 'attribute', 'service_capacity', 'unit', 'url', 'organization_identifier', 'funding', 'program',
)


def upgrade() -> None:
    _make_tables()
    for table in sorted({*TEXTS, *MAYBE, *PARENTS, *LOOSER, *HAS_PARENT, 'rejected_row'}):
        with op.batch_alter_table(table, schema=None) as batch_op:
            _add_columns(batch_op, table)
            _check(batch_op, table)
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in TEXTS.get(table, ()) + (('kind',) if table == 'rejected_row' else ()):
                batch_op.alter_column(column, server_default=None)
            if table == 'metadata':
                batch_op.create_unique_constraint(batch_op.f('uq_metadata_id'), ['id'])
    for table, parents in PARENTS.items():
        for column, _, whole in parents:
            filled = None if whole else sa.text(f'{column} IS NOT NULL')
            op.create_index(f'ix_{table}_{column}', table, [column], sqlite_where=filled, postgresql_where=filled)
    with op.batch_alter_table('taxonomy_term', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_taxonomy_term_taxonomy_id_category_code'), type_='unique')
    coded = sa.text("code <> ''")
    op.create_index(
        'ix_taxonomy_term_coded', 'taxonomy_term', ['taxonomy_id', 'category', 'code'], unique=True,
        sqlite_where=coded, postgresql_where=coded,
    )
    _same_ids_everywhere()


def _add_columns(batch_op, table: str) -> None:
    for column in TEXTS.get(table, ()):
        batch_op.add_column(sa.Column(column, sa.String(), server_default='', nullable=False))
    for column, kind in MAYBE.get(table, ()):
        batch_op.add_column(sa.Column(column, kind, nullable=True))
    for column, named, _ in PARENTS.get(table, ()):
        batch_op.add_column(sa.Column(column, sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f(f'fk_{table}_{column}'), named, [column], ['id'])
    for column, kind in LOOSER.get(table, ()):
        batch_op.alter_column(column, existing_type=kind, nullable=True)


def _check(batch_op, table: str) -> None:
    if table == 'phone':
        batch_op.drop_constraint(batch_op.f('ck_phone_one_parent'), type_='check')
        _allow(batch_op, table, 'type', f'{PHONES}, {MORE_PHONES}')
    if table == 'service_area':
        _allow(batch_op, table, 'extent_type', f"{AREAS}, 'text'")
    if table in HAS_PARENT:
        named = ' OR '.join(f'{column} IS NOT NULL' for column in HAS_PARENT[table])
        batch_op.create_check_constraint(batch_op.f(f'ck_{table}_has_parent'), named)
    if table == 'schedule':
        batch_op.create_check_constraint(batch_op.f('ck_schedule_freq_known'), "freq IN ('', 'WEEKLY', 'MONTHLY')")
    if table == 'rejected_row':
        batch_op.add_column(sa.Column('kind', sa.String(), server_default='rejected', nullable=False))
        batch_op.create_check_constraint(batch_op.f('ck_rejected_row_kind_known'), "kind IN ('rejected', 'mended')")


def _allow(batch_op, table: str, column: str, listed: str) -> None:
    name = batch_op.f(f'ck_{table}_{column}_known')
    batch_op.drop_constraint(name, type_='check')
    batch_op.create_check_constraint(name, f'{column} IN ({listed})')


def _make_tables() -> None:
    def key(table: str) -> tuple:
        return sa.Column('id', sa.Uuid(), nullable=False), sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}'))

    def words(*names: str) -> list:
        return [sa.Column(name, sa.String(), nullable=False) for name in names]

    def parent(table: str, column: str, named: str, nullable: bool = False) -> list:
        return [
            sa.Column(column, sa.Uuid(), nullable=nullable),
            sa.ForeignKeyConstraint([column], [f'{named}.id'], name=op.f(f'fk_{table}_{column}')),
        ]

    def source() -> sa.Column:
        return sa.Column('source', sa.String(), nullable=True)

    def either(table: str) -> list:
        return [
            *parent(table, 'organization_id', 'organization', True),
            *parent(table, 'service_id', 'service', True),
            sa.CheckConstraint('organization_id IS NOT NULL OR service_id IS NOT NULL', name=op.f(f'ck_{table}_has_parent')),
        ]

    def hang(table: str, *columns: str, partly: bool = False) -> None:
        for column in columns:
            filled = sa.text(f'{column} IS NOT NULL') if partly else None
            op.create_index(f'ix_{table}_{column}', table, [column], sqlite_where=filled, postgresql_where=filled)

    op.create_table(
        'program', *key('program'), *parent('program', 'organization_id', 'organization'),
        *words('name', 'alternate_name', 'description'), source(), sa.Column('source_key', sa.String(), nullable=True),
        sa.Column('not_in_source_since', sa.DateTime(timezone=True), nullable=True),
        sa.UniqueConstraint('source', 'source_key', name=op.f('uq_program_source_source_key')),
    )
    hang('program', 'organization_id')
    op.create_table('funding', *key('funding'), *either('funding'), *words('source'))
    hang('funding', 'organization_id', 'service_id', partly=True)
    op.create_table(
        'organization_identifier', *key('organization_identifier'),
        *parent('organization_identifier', 'organization_id', 'organization'),
        *words('identifier_scheme', 'identifier_type', 'identifier'),
    )
    hang('organization_identifier', 'organization_id')
    op.create_table('url', *key('url'), *either('url'), *words('label', 'url'))
    hang('url', 'organization_id', 'service_id', partly=True)
    op.create_table('unit', *key('unit'), *words('name', 'scheme', 'identifier', 'uri'), source())
    op.create_table(
        'service_capacity', *key('service_capacity'), *parent('service_capacity', 'service_id', 'service'),
        *parent('service_capacity', 'unit_id', 'unit'), sa.Column('available', sa.Double(), nullable=False),
        sa.Column('maximum', sa.Double(), nullable=True), *words('description'),
        sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('available >= 0', name=op.f('ck_service_capacity_not_below_none')),
    )
    hang('service_capacity', 'service_id', 'unit_id')
    op.create_table(
        'attribute', *key('attribute'), *words('link_entity'), sa.Column('link_id', sa.Uuid(), nullable=False),
        *words('link_type'), *parent('attribute', 'taxonomy_term_id', 'taxonomy_term', True), *words('value', 'label'),
    )
    hang('attribute', 'link_id', 'taxonomy_term_id')
    op.create_table(
        'meta_table_description', *key('meta_table_description'), *words('name', 'language', 'character_set'), source(),
    )


def _same_ids_everywhere() -> None:
    """The portal's own words get the ids that they have in every install from now on. Nothing refers to the old ones."""
    connection = op.get_bind()
    taxonomy = sa.table('taxonomy', sa.column('id', sa.Uuid), sa.column('name', sa.String), sa.column('description', sa.String), sa.column('version', sa.String), sa.column('uri', sa.String))
    term = sa.table('taxonomy_term', sa.column('number', sa.Integer), sa.column('id', sa.Uuid), sa.column('taxonomy_id', sa.Uuid), sa.column('code', sa.String))
    old = connection.execute(sa.select(taxonomy).where(taxonomy.c.name == 'handrail')).one_or_none()
    if old is None or old.id == OURS:
        return
    connection.execute(sa.update(taxonomy).where(taxonomy.c.id == old.id).values(name='handrail before'))
    connection.execute(sa.insert(taxonomy).values(id=OURS, name='handrail', description=old.description, version=old.version, uri=''))
    for row in connection.execute(sa.select(term.c.number, term.c.code).where(term.c.taxonomy_id == old.id)).all():
        connection.execute(
            sa.update(term).where(term.c.number == row.number).values(id=uuid5(OURS, row.code), taxonomy_id=OURS)
        )
    connection.execute(sa.delete(taxonomy).where(taxonomy.c.id == old.id))


def downgrade() -> None:
    _take_out()
    op.drop_index('ix_taxonomy_term_coded', 'taxonomy_term')
    with op.batch_alter_table('taxonomy_term', schema=None) as batch_op:
        batch_op.create_unique_constraint(
            batch_op.f('uq_taxonomy_term_taxonomy_id_category_code'), ['taxonomy_id', 'category', 'code']
        )
    for table, parents in PARENTS.items():
        for column, _, _ in parents:
            op.drop_index(f'ix_{table}_{column}', table)
    for table in sorted({*TEXTS, *MAYBE, *PARENTS, *LOOSER, *HAS_PARENT, 'rejected_row'}):
        with op.batch_alter_table(table, schema=None) as batch_op:
            _uncheck(batch_op, table)
            for column, _, _ in PARENTS.get(table, ()):
                batch_op.drop_constraint(batch_op.f(f'fk_{table}_{column}'), type_='foreignkey')
                batch_op.drop_column(column)
            if table == 'metadata':
                batch_op.drop_constraint(batch_op.f('uq_metadata_id'), type_='unique')
            for column in (*TEXTS.get(table, ()), *(name for name, _ in MAYBE.get(table, ()))):
                batch_op.drop_column(column)
            for column, kind in LOOSER.get(table, ()):
                batch_op.alter_column(column, existing_type=kind, nullable=False)
    for table in NEW:
        op.drop_table(table)


def _uncheck(batch_op, table: str) -> None:
    if table in HAS_PARENT:
        batch_op.drop_constraint(batch_op.f(f'ck_{table}_has_parent'), type_='check')
    if table == 'phone':
        batch_op.create_check_constraint(batch_op.f('ck_phone_one_parent'), ONE_PARENT)
        _allow(batch_op, table, 'type', PHONES)
    if table == 'service_area':
        _allow(batch_op, table, 'extent_type', AREAS)
    if table == 'schedule':
        batch_op.drop_constraint(batch_op.f('ck_schedule_freq_known'), type_='check')
    if table == 'rejected_row':
        batch_op.drop_constraint(batch_op.f('ck_rejected_row_kind_known'), type_='check')
        batch_op.drop_column('kind')


def _take_out() -> None:
    op.execute("DELETE FROM rejected_row WHERE kind = 'mended'")
    op.execute("DELETE FROM service_area WHERE extent_type = 'text' OR service_id IS NULL")
    op.execute('DELETE FROM language WHERE service_id IS NULL')
    op.execute('DELETE FROM schedule WHERE service_at_location_id IS NULL OR opens_at IS NULL OR closes_at IS NULL')
    # Of a phone of several parents the nearest one stays.
    op.execute('UPDATE phone SET organization_id = NULL WHERE contact_id IS NOT NULL OR service_at_location_id IS NOT NULL')
    op.execute('UPDATE phone SET service_at_location_id = NULL WHERE contact_id IS NOT NULL')
    bare = 'SELECT id FROM contact WHERE organization_id IS NULL AND id NOT IN (SELECT desk_id FROM service_at_location WHERE desk_id IS NOT NULL)'
    op.execute(f'DELETE FROM phone WHERE contact_id IN ({bare})')
    op.execute('DELETE FROM phone WHERE organization_id IS NULL AND contact_id IS NULL AND service_at_location_id IS NULL')
    op.execute(f"UPDATE phone SET type = 'voice' WHERE type IN ({MORE_PHONES})")
    op.execute(f'DELETE FROM contact WHERE id IN ({bare})')
    op.execute("UPDATE taxonomy_term SET code = CAST(number AS VARCHAR) WHERE code = ''")
