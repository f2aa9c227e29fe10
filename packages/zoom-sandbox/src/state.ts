import type { IdsState } from "./ids.ts";
import type { Account } from "./sandbox.ts";
import type { Settings } from "./settings.ts";

/** All that a sandbox remembers, as JSON. */
export interface SandboxState {
  readonly version: 1;
  readonly ids: IdsState;
  readonly account: Account;
  readonly settings: Settings;
  readonly cookieSecret: string;
  /** How far the clock was ahead of real time. */
  readonly clockAheadMs: number;
  /** Where the clock stood and how fast it went; files of earlier versions have none. */
  readonly clock?: { readonly nowMs: number; readonly speed: number };
  readonly tables: Record<string, [string, object][]>;
}
