/** Addresses of recipes: a token nobody can guess, and a secret that signatures are made with. */
import { randomBytes } from "node:crypto";
import { ConnectorError, type HookTrigger, Secret } from "@greenroom/connector-kit";
import { eq } from "drizzle-orm";
import type { Clock } from "../clock.ts";
import type { Database } from "../database/database.ts";
import { hooks } from "../database/trigger-tables.ts";
import type { RunningRecipe } from "../inbox/matcher.ts";
import type { SecretBox } from "../secret-box.ts";

/** A recipe's address as whoever calls it needs it. */
export interface Hook {
  readonly token: string;
  readonly recipeId: string;
  readonly secret: Secret;
}

/** What takes the calls of an address in. */
export interface HookListener {
  readonly trigger: HookTrigger;
  readonly recipe: RunningRecipe;
}

/** A hook that takes calls in. */
export interface OpenHook extends Hook, HookListener {
  /** Its recipe is stopped: what comes waits in the inbox for the next start. */
  readonly isStopped: boolean;
}

/** The addresses of recipes. */
export interface Hooks {
  /** The recipe's address; made when it is first asked for. */
  of(recipeId: string): Promise<Hook>;
  /** The address of a token: `stopped` when its recipe is not running and never was, or its service is told by itself. */
  open(token: string): Promise<OpenHook | "unknown" | { readonly stopped: string }>;
  /** Sets the secret, or makes a new one; it is told this once. */
  setSecret(recipeId: string, secret: string | undefined): Promise<Secret>;
  /** Makes a new token: the old address is dead. */
  renew(recipeId: string): Promise<Hook>;
}

const newToken = () => randomBytes(24).toString("base64url");
const shortestSecret = 8;

/** Makes the addresses. */
export function createHooks(context: {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  /** What a running recipe whose trigger has an address listens to. */
  readonly listening: (recipeId: string) => Promise<HookListener | undefined>;
  /** The same of a stopped one whose events wait for its next start. */
  readonly waiting: (recipeId: string) => Promise<HookListener | undefined>;
}): Hooks {
  const { database, secretBox, clock, listening, waiting } = context;
  const place = (recipeId: string) => `hooks/${recipeId}`;
  const hookOf = ({ token, recipeId, secret }: typeof hooks.$inferSelect): Hook => ({
    ...{ token, recipeId, secret: new Secret(secretBox.open(place(recipeId), secret)) },
  });

  /** @throws {ConnectorError} */
  async function of(recipeId: string): Promise<Hook> {
    const row = {
      ...{ token: newToken(), recipeId, createdAt: clock.now() },
      secret: secretBox.seal(place(recipeId), newToken()),
    };
    await database.insert(hooks).values(row).onConflictDoNothing();
    const [kept] = await database.select().from(hooks).where(eq(hooks.recipeId, recipeId));
    if (!kept) throw new Error(`the address of ${recipeId} was not kept`);
    return hookOf(kept);
  }

  return {
    of,
    async open(token) {
      const [row] = await database.select().from(hooks).where(eq(hooks.token, token));
      if (!row) return "unknown";
      const found = await listening(row.recipeId);
      if (found) return { ...hookOf(row), ...found, isStopped: false };
      const stopped = await waiting(row.recipeId);
      return stopped ? { ...hookOf(row), ...stopped, isStopped: true } : { stopped: row.recipeId };
    },
    async setSecret(recipeId, given) {
      await of(recipeId);
      if (given !== undefined && given.length < shortestSecret)
        throw new ConnectorError("invalid-input", "short-secret", "The secret is too short.", {
          fields: [{ field: "secret", message: `must have at least ${shortestSecret} characters` }],
          hint: "Leave it out, and one is made.",
        });
      const secret = given ?? newToken();
      await database
        .update(hooks)
        .set({ secret: secretBox.seal(place(recipeId), secret) })
        .where(eq(hooks.recipeId, recipeId));
      return new Secret(secret);
    },
    async renew(recipeId) {
      await of(recipeId);
      await database.update(hooks).set({ token: newToken() }).where(eq(hooks.recipeId, recipeId));
      return await of(recipeId);
    },
  };
}
