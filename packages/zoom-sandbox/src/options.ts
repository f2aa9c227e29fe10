/** How a sandbox is started, and what it is then: all that a program that uses the package needs to know. */
import type { Clock } from "./clock.ts";

/** What an account has paid for. */
export type Plan = "free" | "pro" | "business";

/** A built-in company, or one in YAML. */
export type CompanyChoice = "small" | "default" | "large" | { readonly yaml: string };

/** Told of every answer, so that tests can compare it with Zoom's descriptions. */
export type AnswerObserver = (operation: string, status: number, body: string) => void;

/** How a sandbox starts. */
export interface SandboxOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** The same seed gives the same identifiers. @default "greenroom" */
  readonly seed?: string;
  /** Keeps the sandbox between runs in this file. */
  readonly stateFile?: string;
  /** Stops the clock at this moment until it is advanced. Without it the clock follows real time. */
  readonly frozenAt?: Date;
  /** What is in it at first. @default "default" */
  readonly company?: CompanyChoice;
  /** What the account has paid for; default: the company's plan. */
  readonly plan?: Plan;
  /** Serves https with this certificate, so that clients with fixed hosts can be pointed here. PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Whether Zoom's rate limits hold. @default true */
  readonly rateLimits?: boolean;
  /** Told of every answer of the REST API. */
  readonly onAnswer?: AnswerObserver;
  /** Told of every event, whether somebody subscribed to it or not. */
  readonly onEvent?: (event: string, body: string) => void;
}

/** A sandbox that is listening. */
export interface RunningSandbox {
  readonly url: string;
  /** Its clock; `advance` also waits for webhooks on the wire. */
  readonly clock: Clock;
  /** The names of the operations that are emulated, such as `GET /users`. */
  readonly emulated: () => string[];
  /** Forgets everything and starts from the seed, with the same company or another. */
  readonly reset: (seed?: string, company?: CompanyChoice) => Promise<void>;
  readonly close: () => Promise<void>;
}
