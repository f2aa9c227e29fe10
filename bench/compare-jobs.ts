/** The jobs' benchmark in several surroundings, in turns: only what ran beside each other on a shared machine compares. */
import { type JobsResult, type JobsSetup, percentile, prepareJobs } from "./jobs.ts";

/** Measures each setup in each round; gives the medians, and the rate against the first setup's of the same round. */
export async function compareJobs(
  setups: Readonly<Record<string, JobsSetup>>,
  { rounds, inFlight, jobs }: { rounds: number; inFlight: number; jobs: number },
): Promise<readonly Readonly<Record<string, string | number>>[]> {
  const benches: { name: string; bench: Awaited<ReturnType<typeof prepareJobs>>; results: JobsResult[] }[] =
    [];
  try {
    for (const [name, setup] of Object.entries(setups)) {
      const bench = await prepareJobs(setup);
      benches.push({ name, bench, results: [] });
      await bench.run(inFlight, 1_500);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const { bench, results } of benches) results.push(await bench.run(inFlight, jobs));
    }
  } finally {
    for (const { bench } of benches) await bench.stop();
  }
  const [first] = benches;
  return benches.map(({ name, results }) => {
    const median = (of: (result: JobsResult) => number) => percentile(results.map(of), 50);
    const ratios = results.map(
      ({ jobsPerSecond }, round) => jobsPerSecond / (first?.results[round]?.jobsPerSecond ?? Number.NaN),
    );
    return {
      setup: name,
      "jobs/s": Math.round(median((result) => result.jobsPerSecond)),
      "of the first": percentile(ratios, 50).toFixed(2),
      "answer p50/p99 ms": `${median(({ answerP50 }) => answerP50).toFixed(1)} / ${median(({ answerP99 }) => answerP99).toFixed(1)}`,
      "job p50/p99 ms": `${median(({ jobP50 }) => jobP50).toFixed(1)} / ${median(({ jobP99 }) => jobP99).toFixed(1)}`,
      "CPU ms/job": median(({ cpuMsPerJob }) => cpuMsPerJob).toFixed(2),
    };
  });
}
