"""Plans as DuckDB SQL, written as sqlglot trees."""

from federation.sql.relation import Rel, sql_text
from federation.sql.writer import SqlWriter

__all__ = ["Rel", "SqlWriter", "sql_text"]
