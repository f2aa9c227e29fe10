/** `npm run bench`: measures what the program does for its users, and prints a table and JSON. `-- --jobs-only`, `-- --all-jobs` (with history, `--history=N`, and two workers), `-- --sandbox-only`, `-- --pipeline-only`, `-- --pages-only`, `-- --start-only` and `-- --bulk-only` (`--plan=pro`) measure only that; `-- --profile` writes a CPU profile of the server. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { measureBulkRegistrants } from "./bulk-registrants.ts";
import { measureColdStart } from "./cold-start.ts";
import { compareJobs } from "./compare-jobs.ts";
import { type JobsResult, type JobsSetup, prepareJobs } from "./jobs.ts";
import { measurePages } from "./pages.ts";
import { measurePipeline } from "./pipeline.ts";
import { measureSandbox } from "./sandbox.ts";

const folder = join(import.meta.dirname, "results");
mkdirSync(folder, { recursive: true });
const machine = `${cpus().length} cores of ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
console.log(`Machine: ${machine}\n`);

const argument = (name: string) => process.argv.find((one) => one.startsWith(`--${name}=`))?.split("=")[1];
if (process.argv.includes("--profile"))
  console.log(`The server writes a CPU profile to ${folder} when it ends.`);
/** What is measured alone when it is asked for by `--<name>-only`. */
const alone = {
  pipeline: () => measurePipeline(),
  sandbox: () => measureSandbox(),
  pages: () => measurePages(),
  start: () => measureColdStart(),
  bulk: () =>
    measureBulkRegistrants(
      argument("plan") === "pro" ? "pro" : "business",
      Number(argument("registrants") ?? 10_000),
    ),
};
for (const [name, measure] of Object.entries(alone)) {
  if (!process.argv.includes(`--${name}-only`)) continue;
  console.table(await measure());
  process.exit(0);
}
const profile = process.argv.includes("--profile");

async function measureJobs(setup: JobsSetup, runs: readonly (readonly [inFlight: number, jobs: number])[]) {
  const bench = await prepareJobs(setup);
  try {
    await bench.run(50, 1_500);
    const results: JobsResult[] = [];
    for (const [inFlight, count] of runs) results.push(await bench.run(inFlight, count));
    return results;
  } finally {
    await bench.stop();
  }
}

const jobs = await measureJobs({ profile }, [
  [1, 300],
  [50, 4_000],
]);
console.log(
  "Webhook → if with a formula → HTTP POST with made values → end. CPU and memory: server and PostgreSQL.",
);
const shown = (results: readonly JobsResult[]) =>
  results.map((result) => ({
    "in flight": result.inFlight,
    jobs: result.jobs,
    "jobs/s": Math.round(result.jobsPerSecond),
    "answer p50/p99 ms": `${result.answerP50.toFixed(1)} / ${result.answerP99.toFixed(1)}`,
    "job p50/p99 ms": `${result.jobP50.toFixed(1)} / ${result.jobP99.toFixed(1)}`,
    "CPU ms/job": result.cpuMsPerJob.toFixed(2),
    "peak MiB": Math.round(result.peakMiB),
  }));
console.table(shown(jobs));

if (process.argv.includes("--jobs-only")) process.exit(0);

const history = Number(argument("history") ?? 1_000_000);
console.log(
  "The same in turns, as the machine may be faster at one time than at another; medians of the rounds:",
);
console.table(
  await compareJobs(
    { "empty database": {}, [`${history} jobs of history`]: { history }, "two workers": { workers: 2 } },
    { rounds: Number(argument("rounds") ?? 5), inFlight: 50, jobs: 2_000 },
  ),
);
if (process.argv.includes("--all-jobs")) process.exit(0);

const sandbox = await measureSandbox();
console.log("The sandbox, its rate limits counted, load from another process on the same machine:");
console.table(
  sandbox.map(({ request, inFlight, perSecond, p50Ms, p99Ms }) => ({
    request,
    "in flight": inFlight,
    "a second": Math.round(perSecond),
    "p50 ms": p50Ms,
    "p99 ms": p99Ms,
  })),
);

const pipeline = await measurePipeline();
console.log("A read through the connector's pipeline, beside a bare fetch: CPU ms a call.");
console.table(pipeline);

const coldStart = await measureColdStart();
console.log("Cold start to the first answer, medians:");
console.table(coldStart.map(({ what, medianMs }) => ({ what, ms: Math.round(medianMs) })));

const pages = await measurePages();
console.log("In a browser, from the press of a key or button to the picture of what it did:");
console.table(pages);

const bulk = await measureBulkRegistrants();
console.log("One job that registers 10,000 people, as fast as the limits of a Business account allow:");
console.table(bulk);

const report = { at: new Date().toISOString(), machine, jobs, sandbox, pipeline, coldStart, pages, bulk };
const file = join(folder, `${report.at.replaceAll(":", "-")}.json`);
writeFileSync(file, JSON.stringify(report, null, 2));
console.log(`JSON (also in ${file}):\n${JSON.stringify(report)}`);
