/** What a call through the connector's pipeline costs over a bare fetch: authorising, limits, checks of input and answer. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createZoom } from "@greenroom/zoom";
import { percentile } from "./jobs.ts";

/** CPU of this process a call, in milliseconds: medians of rounds in turn. */
export interface PipelineResult {
  readonly bareMs: number;
  readonly pipelineMs: number;
  /** The median of the rounds' own differences. */
  readonly overheadMs: number;
}

/** Many short ones: on a machine that does other work too, what disturbs one side then disturbs both. */
const rounds = 80;
const callsARound = 100;
const user = {
  id: "z8dsdsdsdsdsdCfp8uQ",
  email: "hana@acme.example",
  first_name: "Hana",
  type: 2,
  status: "active",
};

/** Measures a small read, one after the other, against a stub in another process. */
export async function measurePipeline(): Promise<PipelineResult> {
  const stub = spawn(process.execPath, [join(import.meta.dirname, "stub.ts")], {
    env: { ...process.env, STUB_ANSWER: JSON.stringify(user) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const port = await new Promise<string>((resolve) =>
      stub.stdout.once("data", (data: Buffer) => resolve(String(data).trim())),
    );
    const baseUrl = `http://127.0.0.1:${port}/v2`;
    // No plan is named, so that nothing waits; turns are counted all the same.
    const zoom = createZoom({ auth: { accessToken: "bench" }, baseUrl });
    const bare = async () => {
      const answer = await fetch(`${baseUrl}/users/me`, { headers: { authorization: "Bearer bench" } });
      await answer.json();
    };
    const piped = () => zoom.actions.getUser({ userId: "me" });
    const measured: { bare: number; piped: number }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      // In turn, so that what comes first is not always the same.
      const first = round % 2 === 0 ? await cpuOf(bare) : undefined;
      const second = await cpuOf(piped);
      const one = { bare: first ?? (await cpuOf(bare)), piped: second };
      // The first ten are the warm-up.
      if (round >= 10) measured.push(one);
    }
    return {
      bareMs: percentile(
        measured.map(({ bare: ms }) => ms),
        50,
      ),
      pipelineMs: percentile(
        measured.map(({ piped: ms }) => ms),
        50,
      ),
      overheadMs: percentile(
        measured.map((one) => one.piped - one.bare),
        50,
      ),
    };
  } finally {
    stub.kill();
  }
}

async function cpuOf(call: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < callsARound; index += 1) await call();
  const { user: userUs, system } = process.cpuUsage(before);
  return (userUs + system) / 1_000 / callsARound;
}
