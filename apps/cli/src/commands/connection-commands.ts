/** Commands on connections. */
import { spawn } from "node:child_process";
import type { Command } from "commander";
import type { Api } from "../api.ts";
import { changesOf } from "../change-stream.ts";
import { apiOf, type Surroundings } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { type Connection, named } from "../found.ts";

interface AppProfile {
  readonly id: string;
  readonly name: string;
  readonly connector: string;
  readonly kind: string;
}

/** Adds `connection list`, `connection connect` and `connection limit`. */
export function addConnectionCommands(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  const connection = program
    .command("connection")
    .description("looks at connections and connects them: list, connect, limit");
  connection
    .command("list")
    .description("lists connections and whether they work")
    .action(async (_: object, command: Command) => {
      const items = await connectionsOf(apiOf(command, surroundings));
      terminal.result(items, () =>
        terminal.table(
          ["NAME", "CONNECTOR", "STATE", "AS"],
          items.map((each) => [
            each.name,
            each.connector,
            terminal.state(each.state),
            each.identity?.email ?? each.identity?.userId ?? each.reason ?? "",
          ]),
        ),
      );
    });
  connection
    .command("connect")
    .description("connects a connection; opens the browser where its service wants that")
    .argument("<connection>", "its name or id; a new name makes a new one")
    .option("--app <app>", "for a new one: the name or id of its app profile")
    .option("--no-browser", "only prints the address")
    .option("--no-wait", "does not wait until it is connected")
    .addHelpText(
      "after",
      '\nExamples:\n  greenroom connection connect zoom\n  greenroom connection connect "Zoom EU" --app "Our Zoom app" --no-browser\n',
    )
    .action(
      async (
        wanted: string,
        options: { readonly app?: string; readonly browser: boolean; readonly wait: boolean },
        command: Command,
      ) => {
        const api = apiOf(command, surroundings);
        const chosen = await existingOrNew(api, wanted, options.app, surroundings);
        // The page, not the service's address: only the browser that begins an authorization may end it.
        const { page } = await api.post<{ page?: string }>(`/connections/${chosen.id}/authorize`);
        if (page !== undefined) {
          terminal.remark(`Open this page and choose Connect there:\n  ${page}`);
          if (options.browser && terminal.isInteractive) openBrowser(page);
        }
        const after =
          page !== undefined && options.wait
            ? await connected(api, chosen.id, surroundings)
            : await api.get<Connection>(`/connections/${chosen.id}`);
        terminal.result({ ...after, ...(page !== undefined && { page }) }, () =>
          terminal.line(`“${after.name}” is ${terminal.state(after.state)}.`),
        );
      },
    );
  addLimitCommand(connection, surroundings);
}

function addLimitCommand(connection: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  connection
    .command("limit")
    .description("limits how many steps of jobs use a connection at once, over all recipes and workers")
    .argument("<connection>", "its name or id")
    .argument("<steps>", "a number from 1 to 10000, or none")
    .addHelpText(
      "after",
      "\nExamples:\n  greenroom connection limit zoom 5\n  greenroom connection limit zoom none\n",
    )
    .action(async (wanted: string, steps: string, _: object, command: Command) => {
      const concurrency = steps === "none" ? null : Number(steps);
      if (concurrency !== null && !(Number.isInteger(concurrency) && concurrency >= 1))
        throw new CliFailure(`“${steps}” is no limit.`, { hint: "Give a number from 1, or none." });
      const api = apiOf(command, surroundings);
      const { id } = named(await connectionsOf(api), wanted, "connection");
      const after = await api.patch<Connection & { readonly concurrency?: number }>(`/connections/${id}`, {
        concurrency,
      });
      terminal.result(after, () =>
        terminal.line(
          after.concurrency === undefined
            ? `Any number of steps may use “${after.name}” at once.`
            : `At most ${after.concurrency} ${after.concurrency === 1 ? "step uses" : "steps use"} “${after.name}” at once.`,
        ),
      );
    });
}

/** All connections. */
export async function connectionsOf(api: Api): Promise<readonly Connection[]> {
  return (await api.get<{ items: Connection[] }>("/connections")).items;
}

async function existingOrNew(
  api: Api,
  wanted: string,
  app: string | undefined,
  { terminal }: Surroundings,
): Promise<Connection> {
  const all = await connectionsOf(api);
  const found = all.find(({ id, name }) => id === wanted || name === wanted);
  if (found) return found;
  const { items: apps } = await api.get<{ items: AppProfile[] }>("/app-profiles");
  if (app === undefined && !terminal.isInteractive) {
    named(all, wanted, "connection");
  }
  const profile = app === undefined ? await askForApp(apps, wanted) : named(apps, app, "app profile");
  return await api.post<Connection>("/connections", {
    name: wanted,
    connector: profile.connector,
    profileId: profile.id,
  });
}

async function askForApp(apps: readonly AppProfile[], name: string): Promise<AppProfile> {
  if (apps.length === 0)
    throw new CliFailure("There is no app profile yet.", {
      hint: "Make one in the web app under Connections.",
    });
  // Only people are asked, so only they wait for it to load.
  const { isCancel, select } = await import("@clack/prompts");
  const choice = await select({
    message: `There is no connection “${name}” yet. Through which app shall it connect?`,
    options: apps.map((app) => ({ value: app.id, label: app.name, hint: app.connector })),
  });
  const chosen = apps.find(({ id }) => id === choice);
  if (isCancel(choice) || !chosen) throw new CliFailure("Nothing was connected.");
  return chosen;
}

async function connected(api: Api, id: string, { terminal, stop }: Surroundings): Promise<Connection> {
  terminal.remark("Waiting until it is connected; Ctrl-C ends the waiting.");
  for await (const _ of changesOf(api, stop)) {
    const now = await api.get<Connection>(`/connections/${id}`);
    if (now.state === "connected") return now;
  }
  return await api.get<Connection>(`/connections/${id}`);
}

function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open"]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", ""]
        : ["xdg-open"];
  // Without a browser the address is on the screen all the same.
  spawn(command ?? "xdg-open", [...args, url], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
