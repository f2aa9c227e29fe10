/**
 * A load on one address, in a process of its own and as lean as HTTP allows: kept connections, one request on each at a
 * time, the same bytes each time. Every answer's status and length are read. Prints what it measured as JSON.
 */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What is sent, how, and for how long. */
export interface Load {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly inFlight: number;
  /** Requests begun a second, whether or not others are answered; default: each connection begins anew when it is answered. */
  readonly perSecond?: number | undefined;
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

/** What came of it. Times in milliseconds, from when a request was due; a server that cannot keep up answers fewer than asked. */
export interface Loaded {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function load(given: Load): Promise<Loaded> {
  const { hostname, port, pathname, search } = new URL(given.url);
  const { method, headers, body = "", warmUpMs, measuredMs, perSecond } = given;
  const lines = Object.entries({ host: `${hostname}:${port}`, ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  const length = body === "" ? "" : `content-length: ${Buffer.byteLength(body)}\r\n`;
  const request = Buffer.from(`${method} ${pathname}${search} HTTP/1.1\r\n${lines}${length}\r\n${body}`);

  let ended = false;
  let failed: Error | undefined;
  let taken: number[] | undefined;
  const idle: Connection[] = [];
  /** When requests were due that found no idle connection. */
  const late: number[] = [];
  const answered = (connection: Connection, dueMs: number): void => {
    const nowMs = performance.now();
    taken?.push(nowMs - dueMs);
    if (ended) return;
    if (perSecond === undefined) connection.send(request, nowMs);
    else {
      const due = late.shift();
      if (due === undefined) idle.push(connection);
      else connection.send(request, due);
    }
  };
  const sockets = await Promise.all(
    Array.from({ length: given.inFlight }, () => opened(hostname, Number(port))),
  );
  const connections = sockets.map(
    (socket) => new Connection(socket, answered, (error) => (failed ??= error)),
  );
  let tick: NodeJS.Timeout | undefined;
  if (perSecond === undefined) for (const one of connections) one.send(request, performance.now());
  else {
    idle.push(...connections);
    const begun = performance.now();
    let sent = 0;
    tick = setInterval(() => {
      for (; sent < ((performance.now() - begun) / 1000) * perSecond; sent += 1) {
        const due = begun + (sent / perSecond) * 1000;
        const connection = idle.pop();
        if (connection) connection.send(request, due);
        else late.push(due);
      }
    }, 1);
  }
  await sleep(warmUpMs);
  const measured: number[] = [];
  taken = measured;
  const begun = performance.now();
  await sleep(measuredMs);
  const seconds = (performance.now() - begun) / 1000;
  taken = undefined;
  ended = true;
  clearInterval(tick);
  for (const socket of sockets) socket.destroy();
  if (failed) throw failed;
  measured.sort((one, other) => one - other);
  const at = (share: number): number => measured[Math.floor((measured.length - 1) * share)] ?? Number.NaN;
  return { perSecond: measured.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function opened(hostname: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, noDelay: true });
    socket.once("connect", () => resolve(socket)).once("error", reject);
  });
}

const headEnd = Buffer.from("\r\n\r\n");
const lengthName = /content-length: (\d+)/i;

/** One kept connection with at most one request under way. */
class Connection {
  readonly #socket: Socket;
  #dueMs = 0;
  /** What has come of an answer that is not whole yet. */
  #part: Buffer | undefined;

  constructor(
    socket: Socket,
    answered: (connection: Connection, dueMs: number) => void,
    refused: (error: Error) => void,
  ) {
    this.#socket = socket;
    socket.on("error", refused).on("data", (chunk: Buffer) => {
      const text = this.#part ? Buffer.concat([this.#part, chunk]) : chunk;
      const end = text.indexOf(headEnd);
      if (end >= 0) {
        const head = text.toString("latin1", 0, end);
        const whole = end + 4 + Number(lengthName.exec(head)?.[1] ?? Number.NaN);
        if (text.length >= whole || Number.isNaN(whole)) {
          if (!head.startsWith("HTTP/1.1 2") || text.length !== whole)
            refused(new Error(`It was answered: ${text.toString()}`));
          this.#part = undefined;
          answered(this, this.#dueMs);
          return;
        }
      }
      this.#part = text;
    });
  }

  /** Sends a request that was due then. */
  send(request: Buffer, dueMs: number): void {
    this.#dueMs = dueMs;
    this.#socket.write(request);
  }
}

if (import.meta.main) {
  // The one who starts this writes it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  console.log(JSON.stringify(await load(JSON.parse(process.argv[2] ?? "") as Load)));
}
