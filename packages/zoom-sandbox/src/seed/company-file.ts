/** The file of a company, in YAML. Loaded only for a company that somebody wrote: the schemas would take a part of every start. */
import { IANAZone } from "luxon";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { checked } from "../checked.ts";
import { lineOf } from "../line-of.ts";

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 09:30");
const zone = z
  .string()
  .refine((name) => IANAZone.isValidZone(name), "must be a time zone such as Europe/Vilnius");
const minutes = z.int().min(1).max(1440);

const person = z
  .tuple([
    z.string().min(1),
    z.email(),
    z.enum(["basic", "licensed"]),
    z.enum(["owner", "admin", "member"]),
    z.string(),
    z.string(),
    zone,
  ])
  .transform(([name, email, type, role, dept, job_title, timezone]) => {
    const [first_name = "", ...rest] = name.split(" ");
    return {
      ...{ email, first_name, last_name: rest.join(" "), dept, job_title, timezone },
      type: type === "licensed" ? 2 : 1,
      role_id: { owner: "0", admin: "1", member: "2" }[role],
    };
  });

const shape = z.strictObject({
  account: z.strictObject({
    name: z.string().min(1),
    plan: z.enum(["free", "pro", "business"]).default("business"),
  }),
  /** `[name, email, basic or licensed, owner or admin or member, department, job title, time zone]`. */
  people: z.array(person).min(1),
  /** More people, made up: for load tests. */
  crowd: z.int().min(0).max(1_000_000).default(0),
  groups: z.array(z.strictObject({ name: z.string(), departments: z.array(z.string()) })).default([]),
  trackingFields: z.array(z.strictObject({ field: z.string(), values: z.array(z.string()) })).default([]),
  rooms: z.array(z.strictObject({ name: z.string(), building: z.string(), floor: z.string() })).default([]),
  weekly: z
    .array(
      z.strictObject({
        ...{ topic: z.string(), host: z.email(), departments: z.array(z.string()) },
        ...{
          weekday: z.int().min(1).max(7),
          at: time,
          minutes,
          recorded: z.number().min(0).max(1).default(0),
        },
      }),
    )
    .default([]),
  calls: z
    .strictObject({ hosts: z.array(z.email()).min(1), perWeek: z.number().min(0).max(1_000) })
    .optional(),
  webinars: z
    .array(
      z.strictObject({
        ...{ topic: z.string(), host: z.email(), day: z.int().min(1).max(28), at: time, minutes },
        registered: z.int().min(0).max(10_000),
      }),
    )
    .default([]),
  phone: z
    .strictObject({ users: z.array(z.email()).min(1), callsPerWeek: z.number().min(0).max(1_000).default(0) })
    .optional(),
  historyDays: z.int().min(0).max(1_000).default(0),
});

// A file whose parts are wrong has no whole to look at yet.
const whole = z.custom<z.output<typeof shape>>().superRefine((company, context) => {
  const emails = company.people.map(({ email }) => email.toLowerCase());
  const wrong = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  emails.forEach((email, index) => {
    if (emails.indexOf(email) !== index) wrong(["people", index], `${email} is there twice`);
  });
  if (company.people.filter(({ role_id }) => role_id === "0").length !== 1)
    wrong(["people"], "must name exactly one owner");
  const checkHost = (host: string, ...path: (string | number)[]) => {
    if (!emails.includes(host.toLowerCase())) wrong(path, `${host} is none of the people`);
  };
  company.weekly.forEach(({ host }, index) => checkHost(host, "weekly", index, "host"));
  company.webinars.forEach(({ host }, index) => checkHost(host, "webinars", index, "host"));
  company.phone?.users.forEach((user, index) => checkHost(user, "phone", "users", index));
  company.calls?.hosts.forEach((host, index) => checkHost(host, "calls", "hosts", index));
});

const schema = shape.pipe(whole);

/** A company to begin with, checked. */
export type CompanyFile = z.output<typeof schema>;

/** Reads one. @throws {Error} that names the place and what is expected there */
export function companyOf(yaml: string): CompanyFile {
  const lines = new LineCounter();
  const parsed = parseDocument(yaml, { lineCounter: lines });
  const [mistake] = parsed.errors;
  if (mistake) throw new Error(`The company is not YAML: ${mistake.message}`);
  const { data, faults } = checked(schema, parsed.toJS());
  if (faults === undefined) return data;
  const said = faults.map(
    ({ path, message }) => `line ${lineOf(parsed, lines, path)}: ${z.core.toDotPath(path)}: ${message}`,
  );
  throw new Error(`The company cannot be used:\n${said.join("\n")}`);
}
