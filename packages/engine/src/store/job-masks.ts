/** Hides what a recipe's `mask` names wherever people would see it: in the event, in steps, and copied into others. */
import type { Program } from "@greenroom/recipes";

/** What stands in the place of a hidden text. */
export const hidden = "•••";
/** A shorter text is found everywhere by chance. */
const minLength = 4;

/** A job's data as people may see it. */
export interface JobMask {
  trigger<T>(payload: T): T;
  /** Call it first with every step whose data names what is hidden. */
  learn(stepId: string | null, ...data: readonly unknown[]): void;
  step(stepId: string | null, data: unknown): unknown;
  /** Any other text or data of the job. */
  rest<T>(data: T): T;
}

/** Makes the mask of one job. */
export function createJobMask({ masked }: Pick<Program, "masked">): JobMask {
  const secrets = new Set<string>();
  const hide = (name: string, data: unknown) => {
    const shown = masked(name, data);
    collect(data, shown, secrets);
    return shown;
  };
  const rest = <T>(data: T): T => (secrets.size === 0 ? data : (redact(data, secrets) as T));
  return {
    trigger: (payload) => rest(hide("trigger", payload) as typeof payload),
    learn(stepId, ...data) {
      if (stepId !== null) for (const one of data) hide(stepId, one);
    },
    step: (stepId, data) => rest(stepId === null ? data : masked(stepId, data)),
    rest,
  };
}

/** Remembers the texts that were hidden. */
function collect(data: unknown, shown: unknown, into: Set<string>): void {
  if (data === shown || data == null) return;
  if (typeof data !== "object") {
    const text = `${data as string | number | boolean}`;
    if (text.length >= minLength) into.add(text);
    return;
  }
  const inner =
    typeof shown === "object" && shown !== null ? (shown as Readonly<Record<string, unknown>>) : {};
  for (const [key, value] of Object.entries(data)) collect(value, inner[key], into);
}

function redact(data: unknown, secrets: ReadonlySet<string>): unknown {
  if (typeof data === "string") {
    let text = data;
    for (const secret of secrets) if (text.includes(secret)) text = text.replaceAll(secret, hidden);
    return text;
  }
  if (typeof data === "number" || typeof data === "bigint") return secrets.has(String(data)) ? hidden : data;
  if (Array.isArray(data)) return data.map((item: unknown) => redact(item, secrets));
  if (typeof data !== "object" || data === null || data instanceof Date) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, redact(value, secrets)]));
}
