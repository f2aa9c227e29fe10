/** A kept connection that posts webhooks: as little as HTTP needs, so that what is measured is the server and not its caller. */
import { connect } from "node:net";

/** A connection to a server. */
export interface WebhookSocket {
  /** Posts a body. Resolves with how long the answer took; rejects when it is not 200. */
  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<number>;
  close(): void;
}

/** Opens one. */
export async function openWebhookSocket({ hostname, port }: URL): Promise<WebhookSocket> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let answered: ((text: string | Error) => void) | undefined;
  let text = "";
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  const lost = (error?: Error) => answered?.(error ?? new Error("the server closed a connection"));
  socket.on("error", lost).on("close", () => lost());
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    const end = text.indexOf("\r\n\r\n");
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN);
    if (end < 0 || Buffer.byteLength(text) < end + 4 + length) return;
    const whole = text;
    text = "";
    if (Number.isNaN(length)) answered?.(new Error(`an answer without a length: ${whole}`));
    else answered?.(whole);
  });
  return {
    post(path, headers, body) {
      const begun = performance.now();
      return new Promise((resolve, reject) => {
        answered = (answer) => {
          answered = undefined;
          if (answer instanceof Error) reject(answer);
          else if (answer.startsWith("HTTP/1.1 200")) resolve(performance.now() - begun);
          else reject(new Error(`a webhook was answered ${answer.slice(9, 12)}`));
        };
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(
          `POST ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n${lines.join("")}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      });
    },
    close: () => void socket.destroy(),
  };
}
