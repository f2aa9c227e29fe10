/** `greenroom doctor`: what is wrong between here, the server and its connections, and what to do. */
import type { Command } from "commander";
import type { Api } from "../api.ts";
import { apiOf, type Surroundings } from "../context.ts";
import { CliFailure, exitCodes } from "../failure.ts";
import { type Connection, recipesOf } from "../found.ts";
import { connectionsOf } from "./connection-commands.ts";

/** One thing looked at. */
interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly message: string;
  readonly todo?: string | undefined;
}

interface System {
  readonly differences: readonly {
    readonly name: string;
    readonly values: readonly { readonly value: string; readonly processes: readonly string[] }[];
  }[];
}

interface PermissionReport {
  readonly findings?: readonly {
    readonly title: string;
    readonly mend: { readonly clicks: readonly string[] };
  }[];
}

/** Adds it. */
export function addDoctorCommand(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  program
    .command("doctor")
    .description(
      "looks for what is wrong: the server, the key, connections and their rights, recipes that stopped",
    )
    .action(async (_: object, command: Command) => {
      const findings = await look(apiOf(command, surroundings), surroundings);
      const bad = findings.filter(({ ok }) => !ok);
      terminal.result({ ok: bad.length === 0, findings }, () => {
        for (const { what, ok, message, todo } of findings) {
          terminal.line(
            `${ok ? terminal.style("green", "✓") : terminal.style("red", "✗")} ${terminal.style("bold", what)}: ${message}`,
          );
          if (todo !== undefined) terminal.line(`    ${todo}`);
        }
      });
      if (bad.length > 0) throw new CliFailure("");
    });
}

async function look(api: Api, { env }: Surroundings): Promise<readonly Finding[]> {
  const findings: Finding[] = [nodeFinding()];
  const reached = await attempt("Server", `answers at ${api.url}`, () => api.get("/sign-in-options"));
  findings.push(reached);
  if (!reached.ok) return findings;
  const how = env["GREENROOM_API_KEY"] ? "by GREENROOM_API_KEY" : "by this machine's own key";
  const known = await attempt("Key", `the server knows us, ${how}`, () => api.get("/recipes/labels"));
  findings.push(known);
  if (!known.ok) return findings;
  findings.push(...(await processFindings(api)));
  for (const connection of await connectionsOf(api))
    findings.push(...(await connectionFindings(api, connection)));
  for (const { name, stoppedReason } of await recipesOf(api)) {
    if (stoppedReason !== undefined)
      findings.push({
        what: `Recipe “${name}”`,
        ok: false,
        message: `stopped by itself: ${stoppedReason}`,
        todo: `Mend that. Where it does not start by itself then: greenroom recipe start "${name}"`,
      });
  }
  return findings;
}

function nodeFinding(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  const ok = major >= 24;
  return {
    what: "Node",
    ok,
    message: process.versions.node,
    todo: ok ? undefined : "Greenroom needs Node 24 or newer.",
  };
}

async function attempt(what: string, message: string, ask: () => Promise<unknown>): Promise<Finding> {
  try {
    await ask();
    return { what, ok: true, message };
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    return { what, ok: false, message: error.message, todo: error.hint };
  }
}

/** Settings that the server's processes were not started with alike: an admin's to see. */
async function processFindings(api: Api): Promise<readonly Finding[]> {
  try {
    const { differences } = await api.get<System>("/system");
    return differences.map(({ name, values }) => {
      const each = values.map(({ value, processes }) => `“${value}” at ${processes.join(", ")}`);
      return {
        ...{
          what: "Processes",
          ok: false,
          message: `were started with different ${name}: ${each.join("; ")}`,
        },
        todo: `Set ${name} alike for all, and start them again.`,
      };
    });
  } catch (error) {
    if (error instanceof CliFailure && error.exitCode === exitCodes.refused) return [];
    throw error;
  }
}

async function connectionFindings(
  api: Api,
  { id, name, state, reason }: Connection,
): Promise<readonly Finding[]> {
  const what = `Connection “${name}”`;
  if (state !== "connected")
    return [{ what, ok: false, message: reason ?? state, todo: `greenroom connection connect "${name}"` }];
  const asked = await attempt(what, "works", () => api.post(`/connections/${id}/test`));
  if (!asked.ok) return [asked];
  try {
    const { findings = [] } = await api.get<PermissionReport>(`/connections/${id}/doctor`);
    return [
      asked,
      ...findings.map(({ title, mend }) => ({
        what,
        ok: false,
        message: title,
        todo: mend.clicks.join(" → "),
      })),
    ];
  } catch (error) {
    // Connectors without a doctor of their own refuse.
    if (error instanceof CliFailure) return [asked];
    throw error;
  }
}
