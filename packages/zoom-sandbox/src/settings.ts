/** Behaviour of Zoom that is uncertain or that a test wants otherwise; set by `PUT /_sandbox/settings`. */
export interface Settings {
  /** How long a used refresh token still works. */
  refreshGraceMs: number;
  /** Whether server-to-server tokens of an app live side by side, or a new one kills the one before. */
  serverToServerTokens: "many" | "one";
  /** Whether the rate limits of the account's plan hold. */
  rateLimits: boolean;
  /** Allows this many times what the plan allows a second and a day: for load tests that still count. */
  rateLimitFactor: number;
}

/** What the settings are until changed. */
export const DEFAULT_SETTINGS: Readonly<Settings> = {
  refreshGraceMs: 0,
  serverToServerTokens: "many",
  rateLimits: true,
  rateLimitFactor: 1,
};
