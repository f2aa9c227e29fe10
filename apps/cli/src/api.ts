/** The server's HTTP API, with its refusals as failures of the command. */
import { CliFailure, exitCodes } from "./failure.ts";

/** Where the server is and what proves who we are. */
export interface ApiAccess {
  readonly url: string;
  readonly key: string | undefined;
}

interface Refusal {
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly hint?: string;
    readonly fields?: readonly { readonly field: string; readonly message: string }[];
  };
  readonly problems?: readonly RecipeProblem[];
}

/** One thing wrong with a recipe, as the server tells it. */
export interface RecipeProblem {
  readonly path: string;
  readonly message: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly expected?: string | undefined;
  readonly hint?: string | undefined;
  readonly severity?: string | undefined;
}

/** A refusal, with the code that programs go by. */
export class ApiRefusal extends CliFailure {
  readonly status: number;
  readonly code: string;
  readonly problems: readonly RecipeProblem[];

  constructor(status: number, { error, problems = [] }: Refusal) {
    const fields = (error?.fields ?? []).map(({ field, message }) => `${field}: ${message}`);
    const message = error?.message ?? `The server answered ${status}.`;
    // One field alone is what the message says.
    super([message, ...fields.filter((field) => message !== `${field}.`)].join("\n  "), {
      exitCode:
        status === 401 || status === 403
          ? exitCodes.refused
          : status === 404
            ? exitCodes.notFound
            : exitCodes.failed,
      hint:
        error?.hint ??
        (status === 401
          ? "Make an API key in the web app under your name, and set GREENROOM_API_KEY to it."
          : undefined),
    });
    this.status = status;
    this.code = error?.code ?? "";
    this.problems = problems;
  }
}

/** Speaks to one server. */
export class Api {
  readonly #access: ApiAccess;

  constructor(access: ApiAccess) {
    this.#access = access;
  }

  get url(): string {
    return this.#access.url;
  }

  get<T>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<T> {
    const pairs = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    );
    const text = String(new URLSearchParams(pairs));
    return this.#call<T>("GET", text === "" ? path : `${path}?${text}`);
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.#call<T>("POST", path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>("PUT", path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>("PATCH", path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.#call<T>("DELETE", path);
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.request(method, path, body);
    const text = await response.text();
    const answer = text === "" ? undefined : jsonOf(text);
    if (response.ok) return answer as T;
    throw new ApiRefusal(response.status, answer ?? {});
  }

  /** The raw answer, such as a stream. @throws {CliFailure} when the server is not there */
  async request(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const { url, key } = this.#access;
    try {
      return await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new CliFailure(`No Greenroom answers at ${url}.`, {
        exitCode: exitCodes.unreachable,
        hint: "Start one with `greenroom start`, or set GREENROOM_URL to where it is.",
      });
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
