/** What of a job's data is written sealed: what its recipe masks, and wherever that was copied to. */
import { createHash } from "node:crypto";
import type { Program } from "@greenroom/recipes";
import type { JobDetails } from "../database/job-tables.ts";
import { hidden } from "../store/job-masks.ts";

/** A shorter text is found everywhere by chance. */
const minLength = 4;

/** Seals the data of one job. */
export interface JobSeal {
  /** Remembers what is to be hidden of `trigger` or of a step, by its id. */
  learn(name: string | undefined, ...data: readonly unknown[]): void;
  /** The same data, with what is to be hidden sealed. */
  seal<T>(name: string | undefined, data: T): T;
  /** A text for people, without what is to be hidden. */
  words(text: string | undefined): string | undefined;
  /** Whether it has something in it that is to be hidden. */
  finds(text: string): boolean;
}

/** Makes the seal of a job whose recipe masks something. */
export function createJobSeal(
  { masked }: Pick<Program, "masked">,
  seal: (value: unknown) => string,
): JobSeal {
  const secrets = new Set<string>();

  function collect(data: unknown, shown: unknown): void {
    if (data === shown || data == null) return;
    if (typeof data !== "object") {
      const text = `${data as string | number | boolean}`;
      if (text.length >= minLength) secrets.add(text);
      return;
    }
    for (const [key, inner] of Object.entries(data)) collect(inner, fieldOf(shown, key));
  }
  const finds = (text: string) => secrets.values().some((secret) => text.includes(secret));

  function sealed(data: unknown, shown: unknown): unknown {
    if (data == null || typeof data === "boolean") return data === shown ? data : seal(data);
    if (shown === hidden && data !== hidden) return seal(data);
    if (typeof data === "string" || typeof data === "number" || typeof data === "bigint")
      return finds(String(data)) ? seal(typeof data === "bigint" ? String(data) : data) : data;
    if (Array.isArray(data))
      return data.map((item: unknown, index) => sealed(item, fieldOf(shown, String(index))));
    if (typeof data !== "object" || Object.getPrototypeOf(data) !== Object.prototype) return data;
    return Object.fromEntries(
      Object.entries(data).map(([key, inner]) => [key, sealed(inner, fieldOf(shown, key))]),
    );
  }

  return {
    learn(name, ...data) {
      if (name !== undefined) for (const one of data) collect(one, masked(name, one));
    },
    seal: <T>(name: string | undefined, data: T) =>
      sealed(data, name === undefined ? data : masked(name, data)) as T,
    words(text) {
      let left = text;
      for (const secret of secrets) left = left?.replaceAll(secret, hidden);
      return left;
    },
    finds,
  };
}

/** An event's payload with what these recipes mask of it sealed. */
export function sealPayload<T>(
  payload: T,
  programs: readonly Pick<Program, "masked">[],
  seal: (value: unknown) => string,
): T {
  return programs.reduce((left, program) => {
    const job = createJobSeal(program, seal);
    job.learn("trigger", payload);
    return job.seal("trigger", left);
  }, payload);
}

/** What a job was given, as it is written: nobody knows which recipe's mask it comes from. */
export function sealGiven(
  { trigger, inputs, ...rest }: JobDetails,
  seal: (value: unknown) => string,
): object {
  return { ...rest, ...(trigger && { trigger: seal(trigger) }), ...(inputs && { inputs: seal(inputs) }) };
}

/** Stands for a key that is to be hidden; equal for equal keys. */
export const keyInItsPlace = (key: string) => `sha256:${createHash("sha256").update(key).digest("hex")}`;

function fieldOf(shown: unknown, key: string): unknown {
  if (shown === hidden) return hidden;
  return typeof shown === "object" && shown !== null
    ? (shown as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
