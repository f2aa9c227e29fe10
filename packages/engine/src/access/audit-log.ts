import { and, desc, eq, gte, ilike, lt, lte, or, type SQL } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { type ActorKind, auditLog } from "../database/access-schema.ts";
import type { Database } from "../database/database.ts";
import type { Page } from "../store/page.ts";

/** Something that somebody did. */
export interface AuditRecord {
  readonly actor: { readonly kind: ActorKind; readonly id?: string | undefined; readonly name: string };
  readonly ipAddress?: string | undefined;
  readonly action: string;
  readonly subject: {
    readonly type: string;
    readonly id?: string | undefined;
    readonly name?: string | undefined;
  };
  /** What differs, as the API shows it. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** A record with its time. */
export interface AuditEntry extends AuditRecord {
  readonly id: string;
  readonly at: Date;
}

/** What to look for in the log. */
export interface AuditFilter {
  readonly search?: string | undefined;
  readonly actorId?: string | undefined;
  readonly subjectType?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The log of who changed what; it only grows. */
export interface AuditLog {
  write(record: AuditRecord): Promise<void>;
  list(filter: AuditFilter): Promise<Page<AuditEntry>>;
}

/** Makes the log. */
export function createAuditLog({ database, now }: { database: Database; now: () => Date }): AuditLog {
  return {
    async write({ actor, ipAddress, action, subject, before, after }) {
      await database.insert(auditLog).values({
        ...{ id: uuidv7(), at: now(), actorKind: actor.kind, actorId: actor.id, actorName: actor.name },
        ...{ ipAddress, action, subjectType: subject.type, subjectId: subject.id, subjectName: subject.name },
        ...{ before: before ?? null, after: after ?? null },
      });
    },

    async list({ search, actorId, subjectType, subjectId, from, to, cursor, limit }) {
      const like = search === undefined ? undefined : `%${search.replace(/[\\%_]/g, String.raw`\$&`)}%`;
      const wanted: (SQL | undefined)[] = [
        like === undefined
          ? undefined
          : or(
              ...[auditLog.actorName, auditLog.action, auditLog.subjectName, auditLog.subjectId].map(
                (column) => ilike(column, like),
              ),
            ),
        actorId === undefined ? undefined : eq(auditLog.actorId, actorId),
        subjectType === undefined ? undefined : eq(auditLog.subjectType, subjectType),
        subjectId === undefined ? undefined : eq(auditLog.subjectId, subjectId),
        from && gte(auditLog.at, from),
        to && lte(auditLog.at, to),
        cursor === undefined ? undefined : lt(auditLog.id, cursor),
      ];
      const rows = await database
        .select()
        .from(auditLog)
        .where(and(...wanted))
        .orderBy(desc(auditLog.id))
        .limit(limit + 1);
      const items = rows.slice(0, limit).map(
        (row): AuditEntry => ({
          ...{ id: row.id, at: row.at, action: row.action, ipAddress: row.ipAddress ?? undefined },
          actor: { kind: row.actorKind, id: row.actorId ?? undefined, name: row.actorName },
          subject: {
            ...{ type: row.subjectType, id: row.subjectId ?? undefined, name: row.subjectName ?? undefined },
          },
          ...{ before: row.before ?? undefined, after: row.after ?? undefined },
        }),
      );
      return { items, nextCursor: rows.length > limit ? items.at(-1)?.id : undefined };
    },
  };
}
