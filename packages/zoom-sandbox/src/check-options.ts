import type { CompanyChoice, SandboxOptions } from "./options.ts";

const COMPANIES = ["small", "default", "large"];
const PLANS = ["free", "pro", "business"];

/** Refuses what types would have refused, to who writes without them. @throws {TypeError} that names the option */
export function checkOptions({ company, frozenAt, plan, port, seed }: SandboxOptions): void {
  if (company !== undefined) checkCompany(company);
  if (frozenAt !== undefined && !(frozenAt instanceof Date && Number.isFinite(frozenAt.getTime())))
    throw new TypeError(
      `frozenAt: ${String(frozenAt)} is no valid Date; give one, or leave it out for real time.`,
    );
  if (plan !== undefined && !PLANS.includes(plan))
    throw new TypeError(`plan: ${plan} is none; there are ${PLANS.join(", ")}.`);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new TypeError(`port: ${String(port)} is none; give 0 for any free one, or a number up to 65535.`);
  if (seed !== undefined && (typeof seed !== "string" || seed === ""))
    throw new TypeError(`seed: ${seed} is no text; give one, or leave it out.`);
}

/** @throws {TypeError} unless there is such a company */
export function checkCompany(company: CompanyChoice): void {
  if (typeof company === "string" ? COMPANIES.includes(company) : typeof company?.yaml === "string") return;
  throw new TypeError(
    `company: ${JSON.stringify(company)} is none; there are ${COMPANIES.join(", ")}, or {yaml} with a text like companies/acme.yaml.`,
  );
}
