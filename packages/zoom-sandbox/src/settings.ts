/** Behaviour of Zoom that is uncertain or that a test wants otherwise; set by `PUT /_sandbox/settings`. */
export interface Settings {
  /** How long a used refresh token still works. */
  refreshGraceMs: number;
  /** Whether the rate limits of the account's plan hold. */
  rateLimits: boolean;
}

/** What the settings are until changed. */
export const DEFAULT_SETTINGS: Readonly<Settings> = { refreshGraceMs: 0, rateLimits: true };
