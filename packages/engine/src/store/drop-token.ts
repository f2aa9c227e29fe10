/** What becomes of the tokens that connections leave behind. */
import { ConnectorError } from "@greenroom/connector-kit";
import { eq } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import { connections, tokens } from "../database/schema.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { AppProfiles } from "./app-profiles.ts";
import type { TokenRow } from "./connection-summary.ts";

/** Makes what deletes a token that no connection uses any more, and revokes it first where asked; it returns what went wrong there. */
export function createTokenDrop(context: {
  readonly database: Database;
  readonly profiles: AppProfiles;
  readonly accessTokens: () => AccessTokens;
}): (tokenId: string, revoke: boolean) => Promise<string | undefined> {
  const { database, profiles, accessTokens } = context;

  async function dropToken(tokenId: string, revoke: boolean): Promise<string | undefined> {
    const users = await database
      .select({ id: connections.id })
      .from(connections)
      .where(eq(connections.tokenId, tokenId));
    if (users.length > 0) return undefined;
    const [row] = await database.select().from(tokens).where(eq(tokens.id, tokenId));
    if (!row) return undefined;
    let trouble: string | undefined;
    if (revoke) trouble = await revokeAtService(row);
    await database.delete(tokens).where(eq(tokens.id, tokenId));
    accessTokens().forget(tokenId);
    return trouble;
  }

  async function revokeAtService(row: TokenRow): Promise<string | undefined> {
    const app = await profiles.values(row.profileId);
    if (!app || app.kind.type === "form") return undefined;
    try {
      await app.kind.revoke({ profile: app.profile, tokens: accessTokens().open(row) });
      return undefined;
    } catch (error) {
      // Disconnecting must work when the service is away; the person is told what is left to do.
      if (!(error instanceof ConnectorError)) throw error;
      return error.message;
    }
  }

  return dropToken;
}
