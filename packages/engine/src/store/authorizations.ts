import { type BegunAuthorization, ConnectorError, Secret } from "@greenroom/connector-kit";
import { eq, lt } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { authorizations } from "../database/schema.ts";
import type { SecretBox } from "../secret-box.ts";

/** Codes are good for about five minutes; a person may take twice that to sign in. */
const lifeMs = 10 * 60_000;

/** Authorizations that a browser is at. */
export interface Authorizations {
  keep(connectionId: string, begun: BegunAuthorization): Promise<void>;
  /** The connection that a callback belongs to, even a refused one. */
  connectionOf(callbackUrl: URL): Promise<string | undefined>;
  /** Taken, not read: a state is good once. @throws {ConnectorError} when it was not begun here, or is too old. */
  take(callbackUrl: URL): Promise<{ connectionId: string; state: string; codeVerifier: Secret }>;
}

/** Makes the store of begun authorizations. */
export function createAuthorizations({
  database,
  secretBox,
  now,
}: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly now: () => Date;
}): Authorizations {
  const place = (state: string) => `authorizations/${state}`;
  const stateOf = (callbackUrl: URL) => callbackUrl.searchParams.get("state") ?? "";
  return {
    async keep(connectionId, { state, codeVerifier }) {
      await database.delete(authorizations).where(lt(authorizations.expiresAt, now()));
      await database.insert(authorizations).values({
        ...{ state, connectionId, codeVerifier: secretBox.seal(place(state), codeVerifier.reveal()) },
        expiresAt: new Date(now().getTime() + lifeMs),
      });
    },

    async connectionOf(callbackUrl) {
      const same = eq(authorizations.state, stateOf(callbackUrl));
      const [found] = await database.select().from(authorizations).where(same);
      return found?.connectionId;
    },

    async take(callbackUrl) {
      const same = eq(authorizations.state, stateOf(callbackUrl));
      const [begun] = await database.delete(authorizations).where(same).returning();
      if (!begun || begun.expiresAt < now()) {
        throw new ConnectorError(
          "forbidden",
          "unknown-state",
          "This sign-in was not begun here, or it took longer than ten minutes.",
          { hint: "Open the connection and choose Connect again." },
        );
      }
      const { connectionId, state } = begun;
      const codeVerifier = new Secret(secretBox.open(place(state), begun.codeVerifier));
      return { connectionId, state, codeVerifier };
    },
  };
}
