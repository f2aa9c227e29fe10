import { setTimeout as delay } from "node:timers/promises";
import type { Sandbox } from "../sandbox.ts";
import { TOO_OFTEN } from "../rate-limits.ts";
import { zoomError } from "../sandbox.ts";
import type { Tokens } from "../oauth/tokens.ts";
import type { FaultBody } from "./rule-bodies.ts";

/** A rule in force. */
export interface Fault extends FaultBody {
  readonly id: string;
  /** Requests it may still meet; null without end. */
  left: number | null;
}

/** Keeps the rules and applies them. */
export interface Faults {
  readonly add: (rule: FaultBody) => Fault;
  readonly all: () => Fault[];
  readonly any: () => boolean;
  readonly clear: () => void;
}

/** Makes the rules and puts them in front of every other route. */
export function createFaults(
  { app, ids, clock }: Pick<Sandbox, "app" | "ids" | "clock">,
  tokens: Tokens,
): Faults {
  const meets = (rule: Fault, method: string, path: string): boolean => {
    const [wantedMethod = "*", wantedPath = ""] = rule.operation?.split(" ") ?? [rule.method, rule.path];
    const prefix = rule.operation === undefined || wantedPath.startsWith("/scim2") ? "" : "/v2";
    if (wantedMethod !== "*" && wantedMethod !== method) return false;
    if (!pattern(prefix + wantedPath.replace(/\{\w+\}/g, "*")).test(path)) return false;
    return rule.share >= 1 || Number(ids.digits(6)) < 100_000 + rule.share * 900_000;
  };

  let rules: Fault[] = [];

  app.use("*", async (c, next) => {
    if (rules.length === 0 || c.req.path.startsWith("/_sandbox")) return next();
    const fault = rules.find((rule) => meets(rule, c.req.method, c.req.path));
    if (fault === undefined) return next();
    if (fault.left !== null) fault.left -= 1;
    if (fault.left === 0) rules = rules.filter((rule) => rule !== fault);
    switch (fault.kind) {
      case "status": {
        const { status, code = status, headers } = fault;
        const { message = status === 429 ? TOO_OFTEN : "The sandbox was told to fail this request." } = fault;
        return Response.json({ code, message }, { status, headers });
      }
      case "delay":
        await delay(fault.delayMs);
        return next();
      case "hang":
        await new Promise<void>((resolve) => c.env.outgoing.once("close", () => resolve()));
        return Response.json({ code: 499, message: "The client gave up." }, { status: 500 });
      case "wrong-json":
        await next();
        c.res = wrongJson(c.res);
        return undefined;
      case "drop-before-write":
        c.env.incoming.socket.destroy();
        return Response.json({});
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
      const left = rule.count ?? (rule.share < 1 ? null : 1);
      const fault: Fault = { ...rule, id: ids.key(), left };
      rules = [...rules, fault];
      return fault;
    },
    all: () => rules,
    any: () => rules.length > 0,
    clear: () => {
      rules = [];
    },
  };
}

/** What has no body, such as 204, cannot be wrong: it becomes a 200 that is. */
function wrongJson({ status, headers }: Response): Response {
  const kept = new Headers(headers);
  kept.delete("content-length");
  kept.set("content-type", "application/json");
  const bare = status === 204 || status === 304;
  return new Response('{"code": 200, "truncated', { status: bare ? 200 : status, headers: kept });
}

function pattern(path: string): RegExp {
  const source = path
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, (stars) => (stars.length > 1 ? ".*" : "[^/]*"));
  return new RegExp(`^${source}$`);
}
