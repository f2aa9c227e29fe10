/** What is said between Greenroom and the process that a piece runs in; all of it can be copied. */

/** A file as pieces take it. */
export interface FileForPiece {
  readonly greenroomFile: true;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Something to do with a piece. */
export type PieceCall =
  | { readonly do: "describe" }
  | { readonly do: "validate"; readonly auth: unknown; readonly authIndex: number }
  | {
      readonly do: "action";
      readonly name: string;
      readonly auth: unknown;
      readonly input: Readonly<Record<string, unknown>>;
      readonly runId: string;
    }
  | {
      readonly do: "trigger";
      readonly name: string;
      readonly hook: "onEnable" | "onDisable" | "onHandshake" | "run";
      readonly auth: unknown;
      readonly input: Readonly<Record<string, unknown>>;
      readonly store: Readonly<Record<string, unknown>>;
      readonly payload: unknown;
      readonly webhookUrl: string;
    };

/** What a trigger's hook came to. */
export interface TriggerOutcome {
  readonly items: readonly unknown[];
  readonly store: Readonly<Record<string, unknown>>;
  /** What a service that asks whether the address is ours is answered. */
  readonly answer: unknown;
  readonly schedule: { readonly cronExpression: string; readonly timezone?: string } | undefined;
}

/** What a piece asks of Greenroom while it runs. */
export type PieceQuestion =
  | { readonly ask: "store.get"; readonly key: string }
  | { readonly ask: "store.put"; readonly key: string; readonly value: unknown }
  | { readonly ask: "store.delete"; readonly key: string }
  | { readonly ask: "file"; readonly name: string; readonly bytes: Uint8Array };

/** Why a piece failed, as far as it says so. */
export interface PieceFailure {
  readonly message: string;
  /** Of the service that it called. */
  readonly status: number | undefined;
  /** Of the network or of the address guard. */
  readonly code: string | undefined;
}

/** To the piece's process. */
export type ToPiece =
  | {
      readonly type: "start";
      readonly piece: string;
      readonly policyModule: string;
      /** All, none, or the rules of those that may be called. */
      readonly allowPrivateNetworks: boolean | readonly string[];
    }
  | { readonly type: "call"; readonly call: PieceCall }
  | {
      readonly type: "answer";
      readonly id: number;
      readonly value: unknown;
      readonly failed: string | undefined;
    };

/** From the piece's process. */
export type FromPiece =
  | { readonly type: "ready" }
  | { readonly type: "question"; readonly id: number; readonly question: PieceQuestion }
  | { readonly type: "done"; readonly value: unknown }
  | { readonly type: "failed"; readonly failure: PieceFailure };
