/** What processes cost, from /proc: CPU time and peak memory of a process and its children. Linux only. */
import { readdirSync, readFileSync } from "node:fs";

/** Kernel ticks a second; 100 on every Linux that Node supports. */
const ticksPerSecond = 100;

/** CPU time in milliseconds and peak memory in MiB. */
export interface Cost {
  readonly cpuMs: number;
  readonly peakMiB: number;
}

/** The process and all its descendants, and those named by `also`. */
export function costOf(pids: readonly number[]): Cost {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(Number(name));
    if (stat) parents.set(Number(name), stat.parent);
  }
  const wanted = new Set(pids);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, parent] of parents) {
      if (wanted.has(parent) && !wanted.has(pid)) grown = Boolean(wanted.add(pid));
    }
  }
  let cpuMs = 0;
  let peakKiB = 0;
  for (const pid of wanted) {
    const stat = statOf(pid);
    if (!stat) continue;
    // Its own time and that of children that have ended.
    cpuMs += (stat.ticks * 1000) / ticksPerSecond;
    peakKiB += Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  }
  return { cpuMs, peakMiB: peakKiB / 1024 };
}

function statOf(pid: number): { parent: number; ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [, parent = 0] = fields;
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15);
    return { parent, ticks: utime + stime + cutime + cstime };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
