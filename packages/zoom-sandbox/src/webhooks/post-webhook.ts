import type { ClientRequest, RequestOptions } from "node:http";
import { http } from "../http.ts";

/** How an attempt to post a webhook went. */
export interface PostResult {
  /** Missing when no answer came. */
  readonly status?: number;
  /** Why no answer came. */
  readonly problem?: string;
  readonly answer: string;
}

// Zoom: an answer later than 3 seconds is a failure (zoom-api.md 5.3). Real seconds: the network knows no other.
const TIME_LIMIT_MS = 3000;
const IDLE_MS = 1000;
const LONGEST_ANSWER = 10_000;

/** Posts a body to a webhook address; never throws. By node:http, which takes a third of the time that fetch does. */
export async function postWebhook(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<PostResult> {
  try {
    return await post(new URL(url), { method: "POST", headers, agent: agentOf(url) }, body);
  } catch (error) {
    const problem =
      error instanceof Late
        ? `gave no answer within ${TIME_LIMIT_MS / 1000} seconds`
        : `could not be reached (${error instanceof Error ? error.message : String(error)})`;
    return { problem, answer: "" };
  }
}

class Late extends Error {}

interface PostOptions extends RequestOptions {
  readonly headers: Record<string, string>;
}

function post(url: URL, options: PostOptions, body: string): Promise<PostResult> {
  return new Promise((resolve, reject) => {
    const { request: begin } = url.protocol === "https:" ? process.getBuiltinModule("node:https") : http;
    const headers = { ...options.headers, "content-length": Buffer.byteLength(body) };
    const request: ClientRequest = begin(url, { ...options, headers }, (response) => {
      let answer = "";
      response
        .setEncoding("utf8")
        .on("data", (part: string) => {
          if (answer.length < LONGEST_ANSWER) answer += part;
        })
        .once("end", () =>
          resolve({ status: response.statusCode ?? 0, answer: answer.slice(0, LONGEST_ANSWER) }),
        )
        .once("error", reject);
    });
    const timer = setTimeout(() => request.destroy(new Late()), TIME_LIMIT_MS);
    request
      .once("error", reject)
      .once("close", () => clearTimeout(timer))
      .end(body);
  });
}

const agents = new Map<string, RequestOptions["agent"]>();

/**
 * Keeps connections open between deliveries, for less time than any receiver would: whether one that is lost under a
 * request was closed for its age or by a receiver that took the webhook in nobody can tell, and each attempt is one request.
 */
function agentOf(url: string): RequestOptions["agent"] {
  const protocol = url.startsWith("https:") ? "https:" : "http:";
  let agent = agents.get(protocol);
  if (agent === undefined) {
    const { Agent } = protocol === "https:" ? process.getBuiltinModule("node:https") : http;
    agents.set(protocol, (agent = new Agent({ keepAlive: true, timeout: IDLE_MS })));
  }
  return agent;
}
