/** Commands that run Greenroom's own programs. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { Api } from "../api.ts";
import { homeOf, type Surroundings } from "../context.ts";
import { CliFailure, exitCodes } from "../failure.ts";
import { type OwnProcess, programFile, startProgram, whenReady } from "../own-process.ts";

interface StartOptions {
  readonly port: string;
  readonly host?: string;
  readonly databaseUrl?: string;
  readonly publicUrl?: string;
  readonly sandbox?: boolean;
  readonly sandboxPort: string;
  readonly logs?: boolean;
}

/** Adds `start`, `worker` and `sandbox`. */
export function addServerCommands(program: Command, surroundings: Surroundings): void {
  const { env } = surroundings;
  program
    .command("start")
    .description("runs the server: web app, API, webhooks and jobs, until Ctrl-C")
    .option("-p, --port <port>", "where it listens", env["PORT"] || "3000")
    .option("--host <address>", "the address it listens on; by default only this machine's")
    .option("--database-url <url>", "a PostgreSQL; by default an embedded one in the data directory")
    .option("--public-url <url>", "how browsers and Zoom reach it")
    .option("--sandbox", "also runs the Zoom sandbox")
    .option("--sandbox-port <port>", "where that listens", env["SANDBOX_PORT"] || "3100")
    .option("--logs", "shows the logs here instead of keeping them in the data directory")
    .addHelpText(
      "after",
      "\nExamples:\n  greenroom start\n  greenroom start --sandbox\n  greenroom start --port 8080 --public-url https://greenroom.example.com\n",
    )
    .action(async (options: StartOptions, command: Command) =>
      start(options, homeOf(command, surroundings), surroundings),
    );
  program
    .command("worker")
    .description("runs jobs only, beside a server on the same database, until Ctrl-C")
    .option("--database-url <url>", "the server's PostgreSQL", env["DATABASE_URL"] || undefined)
    .addHelpText(
      "after",
      "\nGREENROOM_SECRET_KEY, PUBLIC_URL, PRIVATE_NETWORKS and GREENROOM_ENVIRONMENT must be the server's: greenroom doctor\ntells where they are not.\n\nExamples:\n  greenroom worker --database-url postgres://db.example.com/greenroom\n",
    )
    .action(async ({ databaseUrl }: { readonly databaseUrl?: string }, command: Command) => {
      if (databaseUrl === undefined)
        throw new CliFailure("A worker needs the server's database.", {
          exitCode: exitCodes.usage,
          hint: "Give --database-url, or set DATABASE_URL.",
        });
      if (!env["GREENROOM_SECRET_KEY"] && !existsSync(join(homeOf(command, surroundings), "secret.key"))) {
        throw new CliFailure("A worker needs the server's secret key.", {
          exitCode: exitCodes.usage,
          hint: "Set GREENROOM_SECRET_KEY to it.",
        });
      }
      const settings = {
        ...env,
        DATABASE_URL: databaseUrl,
        GREENROOM_HOME: homeOf(command, surroundings),
        GREENROOM_ROLES: "worker",
        PORT: "0",
        HOST: "127.0.0.1",
      };
      await untilStopped([startProgram(programFile("@greenroom/server", "main"), settings)], surroundings);
    });
  program
    .command("sandbox")
    .description("runs the Zoom sandbox, a stateful Zoom on this machine, until Ctrl-C")
    .option("-p, --port <port>", "where it listens", env["SANDBOX_PORT"] || "3100")
    .option("--state <file>", "keeps its state there over restarts")
    .addHelpText(
      "after",
      "\nExamples:\n  greenroom sandbox\n  greenroom sandbox --port 4100 --state zoom.json\n",
    )
    .action(async ({ port, state }: { readonly port: string; readonly state?: string }) => {
      const url = `http://127.0.0.1:${portOf(port)}`;
      const settings = { ...env, SANDBOX_PORT: port, ...(state !== undefined && { SANDBOX_STATE: state }) };
      const sandbox = startProgram(sandboxFile(), settings);
      await whenReady(sandbox, `${url}/_sandbox/healthz`, "The sandbox");
      surroundings.terminal.result({ url }, () =>
        surroundings.terminal.line(`The Zoom sandbox is at ${url}. Ctrl-C stops it.`),
      );
      await untilStopped([sandbox], surroundings);
    });
}

const sandboxFile = (): string => programFile("@greenroom/zoom-sandbox", "main");

async function start(options: StartOptions, home: string, surroundings: Surroundings): Promise<void> {
  const { terminal, env } = surroundings;
  const url = `http://127.0.0.1:${portOf(options.port)}`;
  const settings = {
    ...env,
    ...{ PORT: options.port, GREENROOM_HOME: home },
    ...(options.host !== undefined && { HOST: options.host }),
    ...(options.databaseUrl !== undefined && { DATABASE_URL: options.databaseUrl }),
    ...(options.publicUrl !== undefined && { PUBLIC_URL: options.publicUrl }),
    // The sandbox is on this machine, which the server otherwise does not call.
    ...(options.sandbox === true && { PRIVATE_NETWORKS: env["PRIVATE_NETWORKS"] ?? "127.0.0.0/8,::1" }),
  };
  const logFile = (name: string) => (options.logs === true ? undefined : join(home, `${name}.log`));
  if (await isTaken(url))
    throw new CliFailure(`Something answers at ${url} already.`, {
      hint: "Stop it, or give another --port.",
    });
  terminal.remark("Starting …");
  const processes = [
    startProgram(programFile("@greenroom/server", "main"), settings, { logFile: logFile("server") }),
  ];
  const sandboxUrl = `http://127.0.0.1:${portOf(options.sandboxPort)}`;
  if (options.sandbox === true) {
    const sandboxSettings = {
      ...env,
      SANDBOX_PORT: options.sandboxPort,
      SANDBOX_STATE: join(home, "sandbox.json"),
    };
    processes.push(startProgram(sandboxFile(), sandboxSettings, { logFile: logFile("sandbox") }));
  }
  const [server, sandbox] = processes;
  if (server) await whenReady(server, `${url}/healthz`, "The server");
  if (sandbox) await whenReady(sandbox, `${sandboxUrl}/_sandbox/healthz`, "The sandbox");
  const shown = {
    url: options.publicUrl ?? url,
    home,
    ...(sandbox && { sandboxUrl }),
    ...(await firstSteps(url, home, server)),
  };
  terminal.result(shown, () => {
    terminal.line(`Greenroom is at ${terminal.style("cyan", shown.url)}`);
    if (shown.setupUrl !== undefined) terminal.line(`Make the first account there: ${shown.setupUrl}`);
    if (sandbox) terminal.line(`The Zoom sandbox is at ${terminal.style("cyan", sandboxUrl)}`);
    terminal.line(terminal.style("dim", `Data and logs are in ${home}. Ctrl-C stops it.`));
  });
  await untilStopped(processes, surroundings);
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new CliFailure(`“${text}” is no port.`, {
    exitCode: exitCodes.usage,
    hint: "Ports are numbers from 1 to 65535.",
  });
}

async function isTaken(url: string): Promise<boolean> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  }
}

/** Where the first account is made, while there is none: the server tells an address that lets in whoever has it. */
async function firstSteps(
  url: string,
  home: string,
  server: OwnProcess | undefined,
): Promise<{ readonly setupUrl?: string }> {
  const api = new Api({ url, key: readFileSync(join(home, "owner.key"), "utf8").trim() });
  const { setupNeeded } = await api.get<{ setupNeeded?: boolean }>("/sign-in-options");
  if (setupNeeded !== true) return {};
  for (let tries = 0; tries < 80; tries += 1) {
    const setupUrl = /"url":"([^"]*#setup=[^"]+)"/.exec(server?.said() ?? "")?.[1];
    if (setupUrl !== undefined) return { setupUrl };
    await sleep(25);
  }
  // With --logs it stands in the log, on the screen.
  return { setupUrl: url };
}

/** Waits for Ctrl-C, or for one of them to end by itself; ends all in the order they were started. */
async function untilStopped(
  processes: readonly ReturnType<typeof startProgram>[],
  { stop, terminal }: Surroundings,
): Promise<void> {
  const asked = new Promise<undefined>((resolve) => {
    if (stop.aborted) resolve(undefined);
    stop.addEventListener("abort", () => resolve(undefined));
  });
  const code = await Promise.race([asked, ...processes.map(({ ended }) => ended)]);
  if (stop.aborted) terminal.remark("\nStopping …");
  for (const each of processes) await each.stop();
  if (code !== undefined && code !== 0) {
    const sentences = processes.map((each) => each.lastSentence()).filter((sentence) => sentence !== "");
    throw new CliFailure([`It ended by itself with code ${code}.`, ...sentences].join("\n"));
  }
}
