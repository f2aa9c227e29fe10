import { type Identity, Secret, type TokenSet } from "@greenroom/connector-kit";
import { and, eq } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../database/database.ts";
import { connections, tokens } from "../database/schema.ts";
import type { Row } from "./connection-summary.ts";

/** What is kept of a connection whose form is all it takes: its identity hangs on it, and it never expires. */
export const noTokens: TokenSet = {
  ...{ accessToken: new Secret(""), refreshToken: undefined, scopes: [], apiUrl: undefined },
  expiresAt: new Date("9999-12-31T00:00:00Z"),
};

/** Keeps new tokens in the one row of their app and user; the connection, and all that share the row, are connected. */
export async function saveTokens(
  database: Database,
  {
    row,
    identity,
    set,
    connectedAt,
    seal,
  }: {
    readonly row: Row;
    readonly identity: Identity;
    readonly set: TokenSet;
    readonly connectedAt: Date;
    readonly seal: (tokenId: string, set: TokenSet) => Buffer;
  },
): Promise<string> {
  const connected = {
    ...({ state: "connected", reason: null } as const),
    ...{ connectedAt, testedAt: connectedAt },
  };
  return await database.transaction(async (tx) => {
    const { profileId } = row;
    const { accountId, userId } = identity;
    const same = and(
      ...[eq(tokens.profileId, profileId), eq(tokens.accountId, accountId), eq(tokens.userId, userId)],
    );
    const [existing] = await tx.select({ id: tokens.id }).from(tokens).where(same).for("update");
    const id = existing?.id ?? uuidv7();
    const values = {
      ...{ id, profileId, accountId, userId, identity, secrets: seal(id, set) },
      ...{ scopes: [...set.scopes], apiUrl: set.apiUrl ?? null, expiresAt: set.expiresAt },
      ...{ refreshedAt: connectedAt, refreshBegunAt: null },
      ...{ revokeSince: null, revokeTriedAt: null, revokeFor: null },
    };
    await tx.insert(tokens).values(values).onConflictDoUpdate({ target: tokens.id, set: values });
    await tx
      .update(connections)
      .set({ ...connected, tokenId: id })
      .where(eq(connections.id, row.id));
    // The others that share it had lost it too.
    await tx.update(connections).set(connected).where(eq(connections.tokenId, id));
    return id;
  });
}
