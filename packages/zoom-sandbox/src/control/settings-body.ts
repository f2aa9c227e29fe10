import { z } from "zod";

/** Behaviour of Zoom that is uncertain, and so is set. */
export const settingsBody = z.strictObject({
  refreshGraceMs: z.int().min(0).exactOptional(),
  serverToServerTokens: z.enum(["many", "one"]).exactOptional(),
  rateLimits: z.boolean().exactOptional(),
  rateLimitFactor: z.number().min(1).max(1_000_000).exactOptional(),
  /** What the account has paid for; its rate limits follow. */
  plan: z.enum(["free", "pro", "business"]).exactOptional(),
});
