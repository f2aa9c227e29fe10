/** What an installation chose, by key; each choice has its schema. */
import { eq } from "drizzle-orm";
import type { z } from "zod";
import type { Database } from "../database/database.ts";
import { preferences } from "../database/notice-tables.ts";

/** The choices. */
export interface Preferences {
  /** What was chosen, or what the schema says of nothing. */
  get<S extends z.ZodType>(key: string, schema: S, on?: Pick<Database, "select">): Promise<z.output<S>>;
  set(key: string, value: object): Promise<void>;
}

/** Makes the store of choices. */
export function createPreferences({ database, now }: { database: Database; now: () => Date }): Preferences {
  return {
    async get(key, schema, on = database) {
      const [row] = await on.select().from(preferences).where(eq(preferences.key, key));
      return schema.parse(row?.value ?? {});
    },
    async set(key, value) {
      const row = { value, updatedAt: now() };
      await database
        .insert(preferences)
        .values({ key, ...row })
        .onConflictDoUpdate({ target: preferences.key, set: row });
    },
  };
}
