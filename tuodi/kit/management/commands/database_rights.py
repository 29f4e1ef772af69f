"""`tuodi database rights --app ROLE`: what the application's PostgreSQL role may do, read from the tables' own guards.

Run as the owner after each migrate. Tables guarded by an append-only trigger lose UPDATE or DELETE for the role, so
that even a slip in our code or a stolen application password cannot rewrite the journal or the ledger.
"""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction


def plan(cursor: Any) -> dict[str, list[str]]:
    """What may be done with each table of the schema: SELECT and INSERT always, the rest where no guard forbids it."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    tables = sorted(row[0] for row in cursor.fetchall())
    # tgtype bit 0: fires for each row. A statement-level guard forbids every update, a row-level one only some.
    cursor.execute(
        "SELECT c.relname, t.tgname, (t.tgtype & 1) = 1 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND n.nspname = current_schema()"
    )
    guards = {(table, name.removeprefix(f"{table}_")): by_row for table, name, by_row in cursor.fetchall()}
    rights = {}
    for table in tables:
        may = ["SELECT", "INSERT"]
        if table == "django_migrations":
            may = ["SELECT"]
        else:
            if guards.get((table, "no_update"), True):
                may.append("UPDATE")
            if (table, "no_delete") not in guards:
                may.append("DELETE")
        rights[table] = may
    return rights


class Command(BaseCommand):
    help = "（PostgreSQL）按表给应用角色授权：日志、账本等只增不改的表不给修改和删除权"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--app", required=True, metavar="ROLE", help="应用使用的数据库角色，如 tuodi_app")
        parser.add_argument("--dry-run", action="store_true", help="只列出，不执行")

    def handle(self, **options: Any) -> None:
        role = options["app"]
        if connection.vendor != "postgresql":
            raise CommandError("只用于 PostgreSQL：SQLite 没有数据库角色，由触发器保护")
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", role):
            raise CommandError("角色名只能用小写字母、数字和下划线")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_user, (SELECT count(*) FROM pg_roles WHERE rolname = %s)", [role])
            owner, exists = cursor.fetchone()
            if not exists:
                raise CommandError(
                    f"数据库里没有 {role} 这个角色：先执行 CREATE ROLE {role} LOGIN PASSWORD '…'"
                )
            if owner == role:
                raise CommandError("请用库主角色连接来执行：应用角色不能给自己授权")
            rights = plan(cursor)
            if not options["dry_run"]:
                cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
                cursor.execute(f"REVOKE CREATE ON SCHEMA public FROM {role}")
                cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
                for table, may in rights.items():
                    cursor.execute(f'REVOKE ALL ON "{table}" FROM {role}')
                    cursor.execute(f'GRANT {", ".join(may)} ON "{table}" TO {role}')
        kept = [t for t, may in rights.items() if "DELETE" not in may and "UPDATE" not in may]
        partly = [t for t, may in rights.items() if "DELETE" not in may and "UPDATE" in may]
        self.stdout.write(f"{role}：{len(rights)} 张表；只增不改 {len(kept)} 张：{'、'.join(kept)}")
        self.stdout.write(f"可改状态、不可删除 {len(partly)} 张：{'、'.join(partly)}")
