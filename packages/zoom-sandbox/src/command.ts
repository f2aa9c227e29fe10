/** The command line of the sandbox. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createSandbox } from "./create-sandbox.ts";
import type { CompanyChoice } from "./options.ts";
import { SANDBOX_PASSWORD } from "./seed.ts";

const help = `zoom-sandbox: a local Zoom to develop and test against

  --port <number>     default 3100, or SANDBOX_PORT; 0 takes any free port
  --state <file>      keeps everything between runs in this file (SANDBOX_STATE)
  --seed <text>       the same seed gives the same identifiers (SANDBOX_SEED)
  --company <which>   what is in it at first: "small" (six people), "default", "large" (100,000), or a file of YAML
                      (SANDBOX_COMPANY)
  --plan <plan>       free, pro or business: the account's rate limits (SANDBOX_PLAN)
  --no-rate-limits    nothing is refused for coming too often (SANDBOX_RATE_LIMITS=off)
  --tls-cert <file>, --tls-key <file>
                      serves https with this certificate (SANDBOX_TLS_CERT, SANDBOX_TLS_KEY)
`;

const text = { type: "string" } as const;
const { env } = process;

try {
  const { values } = parseArgs({
    options: {
      ...{
        port: text,
        state: text,
        seed: text,
        company: text,
        plan: text,
        "tls-cert": text,
        "tls-key": text,
      },
      "no-rate-limits": { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  const given = (name: string, fallback: string | undefined): string | undefined =>
    (values[name as keyof typeof values] as string | undefined) || fallback || undefined;
  const port = Number(given("port", env.SANDBOX_PORT) ?? "3100");
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    fail(`The port is "${given("port", env.SANDBOX_PORT)}"; it must be a whole number from 0 to 65535.`);
  }
  const plan = given("plan", env.SANDBOX_PLAN);
  if (plan !== undefined && plan !== "free" && plan !== "pro" && plan !== "business") {
    fail(`The plan is "${plan}"; it must be free, pro or business.`);
  }
  const [seed, stateFile, company] = [
    given("seed", env.SANDBOX_SEED),
    given("state", env.SANDBOX_STATE),
    given("company", env.SANDBOX_COMPANY),
  ];
  const [cert, key] = [given("tls-cert", env.SANDBOX_TLS_CERT), given("tls-key", env.SANDBOX_TLS_KEY)];
  if ((cert === undefined) !== (key === undefined)) fail("TLS needs both --tls-cert and --tls-key.");

  const sandbox = await createSandbox({
    port,
    ...(plan && { plan }),
    rateLimits: !values["no-rate-limits"] && env.SANDBOX_RATE_LIMITS !== "off",
    ...(seed && { seed }),
    ...(stateFile && { stateFile }),
    company: companyOf(company || "default"),
    ...(cert && key && { tls: { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") } }),
  });
  console.log(`The Zoom sandbox is ready.
  Sign in       ${sandbox.url}/signin   (everybody's password is "${SANDBOX_PASSWORD}")
  Portal        ${sandbox.url}/portal
  Marketplace   ${sandbox.url}/marketplace
  Control plane ${sandbox.url}/_sandbox
  REST API      ${sandbox.url}/v2`);
  const stop = (): void => void sandbox.close().then(() => process.exit(0));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
} catch (error) {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") fail("The port is in use; choose another with --port or SANDBOX_PORT.");
  if (code === "EACCES") fail("The port may not be opened by this user; choose one above 1023.");
  fail(error instanceof Error ? error.message : String(error));
}

function companyOf(choice: string): CompanyChoice {
  if (choice === "small" || choice === "default" || choice === "large") return choice;
  try {
    return { yaml: readFileSync(choice, "utf8") };
  } catch {
    return fail(
      `The company is "${choice}"; it must be small, default, large, or a file of YAML that can be read.`,
    );
  }
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
