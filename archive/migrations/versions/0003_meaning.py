"""Tables of the first release: archive/models/meaning.py, written from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_proposal_collection_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_proposal_document_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_proposal_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_collection_id"), "proposal", ["collection_id"], unique=False)
    op.create_index(op.f("ix_proposal_document_id"), "proposal", ["document_id"], unique=False)
    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("target_document_id", sa.BigInteger(), nullable=True),
        sa.Column("target_entry_id", sa.Integer(), nullable=True),
        sa.Column("target_version_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint(
            "decision IN ('confirm', 'reject', 'redirect', 'add')", name=op.f("ck_ruling_decision")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_ruling_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_document_id"], ["document.id"], name=op.f("fk_ruling_target_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_entry_id"], ["entry.id"], name=op.f("fk_ruling_target_entry_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_ruling_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
    )
    op.create_index(op.f("ix_ruling_document_id"), "ruling", ["document_id"], unique=False)
    op.create_index(
        op.f("ix_ruling_target_document_id"), "ruling", ["target_document_id"], unique=False
    )
    op.create_table(
        "fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("identifier", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("retracted_by", sa.Text(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("where", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_fact_user_id")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_fact_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
    )
    op.create_index(op.f("ix_fact_version_id"), "fact", ["version_id"], unique=False)
    op.create_table(
        "identifier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("where", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint(
            "(document_id IS NULL) <> (entry_id IS NULL)", name=op.f("ck_identifier_bearer")
        ),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_identifier_collection_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_identifier_document_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_identifier_entry_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_identifier_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identifier")),
    )
    op.create_index(op.f("ix_identifier_document_id"), "identifier", ["document_id"], unique=False)
    op.create_index(op.f("ix_identifier_entry_id"), "identifier", ["entry_id"], unique=False)
    op.create_index("ix_identifier_key", "identifier", ["key", "scheme"], unique=False)
    op.create_index(op.f("ix_identifier_version_id"), "identifier", ["version_id"], unique=False)
    op.create_table(
        "reference",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("groups", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("mention_count", sa.Integer(), nullable=False),
        sa.Column("candidate_count", sa.Integer(), nullable=False),
        sa.Column("home_candidate_count", sa.Integer(), nullable=False),
        sa.Column("fixed_document_id", sa.BigInteger(), nullable=True),
        sa.Column("fixed_entry_id", sa.Integer(), nullable=True),
        sa.Column("dictionary_entry_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("where", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collection.id"], name=op.f("fk_reference_collection_id")
        ),
        sa.ForeignKeyConstraint(
            ["dictionary_entry_id"], ["entry.id"], name=op.f("fk_reference_dictionary_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_reference_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["fixed_document_id"], ["document.id"], name=op.f("fk_reference_fixed_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["fixed_entry_id"], ["entry.id"], name=op.f("fk_reference_fixed_entry_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_reference_user_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_reference_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference")),
    )
    op.create_index(
        op.f("ix_reference_dictionary_entry_id"), "reference", ["dictionary_entry_id"], unique=False
    )
    op.create_index(op.f("ix_reference_document_id"), "reference", ["document_id"], unique=False)
    op.create_index(
        op.f("ix_reference_fixed_document_id"), "reference", ["fixed_document_id"], unique=False
    )
    op.create_index(
        op.f("ix_reference_fixed_entry_id"), "reference", ["fixed_entry_id"], unique=False
    )
    op.create_index("ix_reference_key", "reference", ["key", "scheme"], unique=False)
    op.create_index(
        "ix_reference_many",
        "reference",
        ["recorded_at", "id"],
        unique=False,
        sqlite_where=sa.text("retracted_at IS NULL AND candidate_count > 1"),
        postgresql_where=sa.text("retracted_at IS NULL AND candidate_count > 1"),
    )
    op.create_index(op.f("ix_reference_version_id"), "reference", ["version_id"], unique=False)
    op.create_index(
        "ix_reference_wanted",
        "reference",
        ["recorded_at", "id"],
        unique=False,
        sqlite_where=sa.text(
            "retracted_at IS NULL AND key IS NOT NULL AND home_candidate_count = 0"
        ),
        postgresql_where=sa.text(
            "retracted_at IS NULL AND key IS NOT NULL AND home_candidate_count = 0"
        ),
    )
    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("retracted_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_candidate_document_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_candidate_entry_id")),
        sa.ForeignKeyConstraint(
            ["reference_id"],
            ["reference.id"],
            name=op.f("fk_candidate_reference_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
    )
    op.create_index(op.f("ix_candidate_document_id"), "candidate", ["document_id"], unique=False)
    op.create_index(op.f("ix_candidate_entry_id"), "candidate", ["entry_id"], unique=False)
    op.create_index(op.f("ix_candidate_reference_id"), "candidate", ["reference_id"], unique=False)
    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("more", sa.JSON(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("where", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reference_id"],
            ["reference.id"],
            name=op.f("fk_mention_reference_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_reference_id"), "mention", ["reference_id"], unique=False)
