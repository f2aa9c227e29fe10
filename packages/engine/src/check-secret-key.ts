/** A secret key that is not the database's own ends the start, before anything is sealed with it. */
import { eq } from "drizzle-orm";
import type { Database } from "./database/database.ts";
import { settings } from "./database/schema.ts";
import type { SecretBox } from "./secret-box.ts";
import { StartError } from "./start-error.ts";

/** Where a text that only the right key opens is kept, among the settings and in backups. */
export const secretKeyCheckPlace = "secret-key-check";

/** Proves that this key opens what this database keeps. @throws {StartError} */
export async function checkSecretKey(database: Database, secretBox: SecretBox): Promise<void> {
  const key = secretKeyCheckPlace;
  await database
    .insert(settings)
    .values({ key, value: secretBox.seal(key, "greenroom") })
    .onConflictDoNothing();
  const [row] = await database.select().from(settings).where(eq(settings.key, key));
  try {
    if (row) secretBox.open(key, row.value);
  } catch {
    throw new StartError(
      "The secret key does not fit this database: its connections were sealed with another one. Set GREENROOM_SECRET_KEY to the key it was made with (without that variable, the key is read from the file secret.key in GREENROOM_HOME).",
    );
  }
}
