import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Sandbox } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";
import type { Tokens } from "../oauth/tokens.ts";

/** A rule that makes matching requests go wrong. */
export const faultRule = z.strictObject({
  /** `*` matches one part of the path, `**` any rest; default: everything. */
  path: z.string().default("/**"),
  method: z.string().toUpperCase().default("*"),
  kind: z.enum(["status", "delay", "hang", "drop-after-write", "expire-token"]),
  /** How many requests it meets before it is spent. */
  count: z.int().positive().default(1),
  /** `status` only. */
  status: z.int().min(400).max(599).default(500),
  code: z.int().default(500),
  message: z.string().default("The sandbox was told to fail this request."),
  headers: z.record(z.string(), z.string()).default({}),
  /** `delay` only: milliseconds before the request is handled. */
  delayMs: z.int().min(0).max(600_000).default(0),
});

/** A rule in force. */
export interface Fault extends z.infer<typeof faultRule> {
  readonly id: string;
  left: number;
}

/** Keeps the rules and applies them. */
export interface Faults {
  readonly add: (rule: z.infer<typeof faultRule>) => Fault;
  readonly all: () => Fault[];
  readonly clear: () => void;
}

/** Makes the rules and puts them in front of every other route. */
export function createFaults(
  { app, ids, clock }: Pick<Sandbox, "app" | "ids" | "clock">,
  tokens: Tokens,
): Faults {
  let rules: Fault[] = [];

  app.use("*", async (c, next) => {
    if (rules.length === 0 || c.req.path.startsWith("/_sandbox")) return next();
    const fault = rules.find(
      (rule) => (rule.method === "*" || rule.method === c.req.method) && pattern(rule.path).test(c.req.path),
    );
    if (fault === undefined) return next();
    fault.left -= 1;
    if (fault.left === 0) rules = rules.filter((rule) => rule !== fault);
    switch (fault.kind) {
      case "status": {
        const { status, code, message, headers } = fault;
        return Response.json({ code, message }, { status, headers });
      }
      case "delay":
        await delay(fault.delayMs);
        return next();
      case "hang":
        await new Promise<void>((resolve) => c.env.outgoing.once("close", () => resolve()));
        return Response.json({ code: 499, message: "The client gave up." }, { status: 500 });
      case "drop-after-write":
        await next();
        c.env.incoming.socket.destroy();
        return undefined;
      case "expire-token": {
        const token = tokens.access(c.req.header("authorization")?.replace(/^bearer /i, "") ?? "");
        if (token === undefined) throw zoomError(401, 124, "Invalid access token.");
        token.expires_ms = clock.now().getTime();
        return next();
      }
    }
  });

  return {
    add: (rule) => {
      const fault: Fault = { ...rule, id: ids.key(), left: rule.count };
      rules = [...rules, fault];
      return fault;
    },
    all: () => rules,
    clear: () => {
      rules = [];
    },
  };
}

function pattern(path: string): RegExp {
  const source = path
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, (stars) => (stars.length > 1 ? ".*" : "[^/]*"));
  return new RegExp(`^${source}$`);
}
