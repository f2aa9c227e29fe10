/** What a sandbox holds at first. */
import { readFileSync } from "node:fs";
import { checkCompany } from "../check-options.ts";
import type { CompanyChoice } from "../options.ts";
import type { CompanyFile } from "./company-file.ts";
import type { Offsets } from "./days.ts";

/** A company to begin with. */
export interface Company extends CompanyFile {
  /** Of its time zones; what is not among them is asked of the machine, which takes longer. */
  readonly offsets: Offsets;
}

const LARGE = 100_000;

/** Reads the company. @throws {Error} that names the place and what is expected there */
export async function readCompany(choice: CompanyChoice): Promise<Company> {
  checkCompany(choice);
  if (typeof choice === "object") {
    const { companyOf } = await import("./company-file.ts");
    return { ...companyOf(choice.yaml), offsets: {} };
  }
  const company = acme();
  if (choice === "large") return { ...company, crowd: LARGE };
  if (choice === "small") {
    // The people of the guides alone: for tests.
    const people = company.people.slice(0, 6);
    return {
      ...company,
      people,
      groups: [],
      trackingFields: [],
      rooms: [],
      weekly: [],
      calls: undefined,
      phone: company.phone && { users: people.slice(0, 4).map(({ email }) => email), callsPerWeek: 0 },
      webinars: [],
      historyDays: 0,
    };
  }
  return company;
}

/** The company that is there at first, made of companies/acme.yaml and checked by `npm run gen`. */
function acme(): Company {
  return JSON.parse(readFileSync(new URL("acme.gen.json", import.meta.url), "utf8")) as Company;
}
