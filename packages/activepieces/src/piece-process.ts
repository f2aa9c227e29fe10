/** Runs pieces in processes of their own, with limits of time and memory: a bad piece ends its process, and nothing else. */
import { type ChildProcess, fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AddressPolicy, ConnectorError, type ErrorKind } from "@greenroom/connector-kit";
import type { FromPiece, PieceCall, PieceFailure, PieceQuestion, ToPiece } from "./piece-calls.ts";

/** What a piece may use up. */
export interface PieceLimits {
  /** @default 60 seconds */
  readonly timeoutMs: number;
  /** Of the whole process. @default 512 MB */
  readonly memoryMb: number;
  /** Which networks it may call; the connector kit's address policy. */
  readonly allowPrivateNetworks: AddressPolicy["allowPrivateNetworks"];
}

/** A piece on the disk. */
export interface PieceFolder {
  /** As people call it. */
  readonly title: string;
  /** The folder of its package. */
  readonly folder: string;
  /** The folder that all it needs is in. */
  readonly root: string;
  readonly addons: boolean;
}

/** One call, and what it is about. */
export interface PieceRun {
  readonly call: PieceCall;
  /** Whether it only reads: then it is no question what a failure may have left done. */
  readonly reads: boolean;
  readonly answer: (question: PieceQuestion) => Promise<unknown>;
  readonly signal?: AbortSignal | undefined;
}

/** The processes of one piece. */
export interface PieceProcesses {
  /** @throws {ConnectorError} */
  run(run: PieceRun): Promise<unknown>;
  /** Ends those that nobody uses. */
  close(): void;
}

const host = fileURLToPath(new URL("./piece-host.ts", import.meta.url));
/** Processes of one piece at the same time. */
const mostAtOnce = 4;
const idleMs = 30_000;
const startsWithinMs = 30_000;
const looksAtMemoryMs = 100;
const mostStderr = 2_000;
const pageBytes = 4_096;

interface Worker {
  readonly child: ChildProcess;
  idle: NodeJS.Timeout | undefined;
  stderr: string;
}

/** Why a process was ended by us. */
type Ended = "timeout" | "memory";

/** Makes the processes of a piece; none is started before it is needed. */
export function pieceProcesses(piece: PieceFolder, limits: PieceLimits): PieceProcesses {
  const idle: Worker[] = [];
  let busy = 0;
  const queue: (() => void)[] = [];

  async function turn(): Promise<void> {
    if (busy >= mostAtOnce) await new Promise<void>((resolve) => queue.push(resolve));
    else busy += 1;
  }
  function free(): void {
    const next = queue.shift();
    if (next) next();
    else busy -= 1;
  }

  async function spawn(reads: boolean, signal: AbortSignal | undefined): Promise<Worker> {
    const policyModule = import.meta.resolve("@greenroom/connector-kit/address-policy");
    const policy = fileURLToPath(policyModule);
    const readable = [
      `${piece.root}/`,
      host,
      join(dirname(host), "socket-guard.ts"),
      policy,
      join(dirname(host), "../package.json"),
      join(dirname(policy), "../package.json"),
    ];
    const child = fork(host, [], {
      // Nothing of ours is told it: not the database, not the key, not the owner's.
      ...{ env: {}, cwd: piece.root, serialization: "advanced", stdio: ["ignore", "ignore", "pipe", "ipc"] },
      execArgv: [
        "--permission",
        ...readable.map((path) => `--allow-fs-read=${path}`),
        ...(piece.addons ? ["--allow-addons"] : []),
        `--max-old-space-size=${limits.memoryMb}`,
        "--no-warnings",
      ],
    });
    const worker: Worker = { child, idle: undefined, stderr: "" };
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      worker.stderr = (worker.stderr + text).slice(-mostStderr);
    });
    const start: ToPiece = {
      type: "start",
      piece: piece.folder,
      policyModule,
      allowPrivateNetworks: rulesOf(limits.allowPrivateNetworks),
    };
    await exchange(worker, start, {
      reads,
      timeoutMs: startsWithinMs,
      signal,
      answer: () => Promise.reject(new Error("it asks while it is loaded")),
    });
    return worker;
  }

  /** Sends a message and waits for what it comes to. @throws {ConnectorError} */
  function exchange(
    { child, ...worker }: Worker,
    message: ToPiece,
    {
      reads,
      timeoutMs,
      answer,
      signal,
    }: { reads: boolean; timeoutMs: number; answer: PieceRun["answer"]; signal?: AbortSignal | undefined },
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let ended: Ended | undefined;
      const end = (why: Ended) => {
        ended ??= why;
        child.kill("SIGKILL");
      };
      const late = setTimeout(() => end("timeout"), timeoutMs);
      const watch = setInterval(
        () => void memoryOf(child.pid).then((bytes) => bytes > limits.memoryMb * 1_048_576 && end("memory")),
        looksAtMemoryMs,
      );
      const aborted = () => child.kill("SIGKILL");
      const settle = (done: () => void) => {
        clearTimeout(late);
        clearInterval(watch);
        signal?.removeEventListener("abort", aborted);
        child.off("message", heard);
        child.off("exit", exited);
        child.off("error", broke);
        done();
      };
      const exited = (code: number | null, how: string | null) =>
        settle(() =>
          reject(
            signal?.aborted
              ? signal.reason
              : endedError(piece.title, reads, ended ?? crashOf(worker.stderr), `${code ?? how}`, {
                  timeoutMs,
                  limits,
                }),
          ),
        );
      const broke = (error: Error) =>
        settle(() => reject(endedError(piece.title, reads, "crash", error.message, { timeoutMs, limits })));
      const heard = (said: FromPiece) => {
        if (said.type === "question") {
          void answer(said.question).then(
            (value) =>
              child.connected &&
              child.send({ type: "answer", id: said.id, value, failed: undefined } satisfies ToPiece),
            (error: unknown) =>
              child.connected &&
              child.send({
                type: "answer",
                id: said.id,
                value: undefined,
                failed: error instanceof Error ? error.message : String(error),
              } satisfies ToPiece),
          );
        } else if (said.type === "failed")
          settle(() => reject(failedError(piece.title, reads, said.failure)));
        else settle(() => resolve(said.type === "done" ? said.value : undefined));
      };
      child.on("message", heard).once("exit", exited).once("error", broke);
      if (signal?.aborted) aborted();
      else signal?.addEventListener("abort", aborted, { once: true });
      if (child.exitCode !== null || child.signalCode !== null) exited(child.exitCode, child.signalCode);
      else child.send(message, (error) => error && broke(error));
    });
  }

  return {
    async run({ call, reads, answer, signal }) {
      signal?.throwIfAborted();
      await turn();
      let worker: Worker | undefined;
      try {
        do worker = idle.pop();
        while (worker && !worker.child.connected);
        clearTimeout(worker?.idle);
        worker ??= await spawn(reads, signal);
        const { timeoutMs } = limits;
        return await exchange(worker, { type: "call", call }, { reads, timeoutMs, answer, signal });
      } finally {
        free();
        if (worker?.child.connected) rest(worker);
      }
    },
    close() {
      for (const { child, idle: timer } of idle.splice(0)) {
        clearTimeout(timer);
        child.kill();
      }
    },
  };

  /** Kept for the next call for a while; it does not keep Greenroom from ending. */
  function rest(worker: Worker): void {
    worker.child.unref();
    worker.child.channel?.unref();
    worker.idle = setTimeout(() => {
      idle.splice(idle.indexOf(worker), 1);
      worker.child.kill();
    }, idleMs);
    worker.idle.unref();
    idle.push(worker);
  }
}

/** A list of networks as it can be told to another process. */
function rulesOf(allowed: AddressPolicy["allowPrivateNetworks"]): boolean | readonly string[] {
  return typeof allowed === "boolean" ? allowed : [...allowed.rules];
}

/** What a process has in memory; nothing where the system does not tell. */
async function memoryOf(pid: number | undefined): Promise<number> {
  try {
    const [, resident = "0"] = (await readFile(`/proc/${pid}/statm`, "utf8")).split(" ");
    return Number(resident) * pageBytes;
  } catch {
    return 0;
  }
}

function crashOf(stderr: string): "crash" | "memory" {
  return /heap out of memory|Allocation failed/.test(stderr) ? "memory" : "crash";
}

function endedError(
  title: string,
  reads: boolean,
  why: Ended | "crash",
  how: string,
  { timeoutMs, limits }: { timeoutMs: number; limits: PieceLimits },
): ConnectorError {
  const what = {
    timeout: `did not end within ${timeoutMs / 1_000} seconds`,
    memory: `wanted more than ${limits.memoryMb} MB of memory`,
    crash: `crashed (${how})`,
  }[why];
  return new ConnectorError(
    reads ? "unexpected-response" : "outcome-unknown",
    `piece.${why}`,
    `The piece ${title} ${what}, and was ended${reads ? "" : "; it may have done what it was to do"}.`,
    { hint: reads ? undefined : "Check at the service whether it was done, before you run it again." },
  );
}

const kinds: Readonly<Record<number, ErrorKind>> = {
  401: "forbidden",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  410: "not-found",
};
const unreachable: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);

function failedError(title: string, reads: boolean, { message, status, code }: PieceFailure): ConnectorError {
  const text = `The piece ${title}: ${message.replace(/\.$/, "")}.`;
  if (code === "ADDRESS_REFUSED") return new ConnectorError("forbidden", "address-refused", text);
  if (status !== undefined) {
    // A piece may have called several times; after an earlier call of these it is not known what was done.
    const later: ErrorKind | undefined =
      status === 429 ? "rate-limited" : status >= 500 ? "unavailable" : undefined;
    const kind = later === undefined ? (kinds[status] ?? "invalid-input") : reads ? later : "outcome-unknown";
    return new ConnectorError(kind, `piece.${status}`, text);
  }
  if (code !== undefined && unreachable.has(code))
    return new ConnectorError(reads ? "unavailable" : "outcome-unknown", `piece.${code.toLowerCase()}`, text);
  return new ConnectorError("invalid-input", "piece.failed", text);
}
