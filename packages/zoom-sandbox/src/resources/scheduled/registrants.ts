/**
 * Registration for meetings and webinars.
 *
 * Not emulated: confirmation e-mail, blocked domains.
 */
import type { Call } from "../../call.ts";
import { type Sandbox, invalidField, zoomError } from "../../sandbox.ts";
import { type Meeting, type Registrant, zoomTime } from "../meetings/meeting-rows.ts";
import { settingsOf } from "../users/user-settings.ts";
import { type Kind, ofPath } from "./kinds.ts";
import { registrationPage } from "./registration-page.ts";
import { eventRegistration, shownRegistrant } from "./registrant-views.ts";

interface NewRegistrant {
  readonly email: string;
  readonly first_name: string;
  readonly last_name?: string;
  readonly auto_approve?: boolean;
  readonly source_id?: string;
}

interface Decision {
  readonly action: "approve" | "cancel" | "deny";
  readonly registrants?: readonly { readonly id?: string; readonly email?: string }[];
}

interface Questions {
  questions: { field_name: string; required: boolean }[];
  custom_questions: { title: string; required?: boolean }[];
}

// Zoom: zoom-api.md 3.5.
const ADDS_A_DAY = 3;
const STATUS_CHANGES_A_DAY = 10;
const MOST_AT_ONCE = 30;

// Zoom: the text as live clients have seen it for meetings and webinars.
const overDaily = (limit: number, what: string, email: string): string =>
  `You have exceeded the daily rate limit of (${limit}) for ${what} API requests for the registrant (${email}). You can resume these API requests at GMT 00:00:00.`;

/** What becomes of a registrant, and how it is told; who is cancelled is gone. */
const DECISIONS = {
  approve: { status: "approved", happened: "approved" },
  deny: { status: "denied", happened: "denied" },
  cancel: { status: undefined, happened: "cancelled" },
} as const;

/** The registrants' operations. */
export function registrants(sandbox: Sandbox, kind: Kind): void {
  const { api, table, ids, clock, limits } = sandbox;
  const rows = table<Registrant>(kind.registrants);
  const questionsTable = table<Questions>(`${kind.name}_questions`);
  const keyOf = (id: number, registrantId: string) => `${id}/${registrantId}`;
  const of = (row: Meeting) => rows.by("meeting_id", row.id);

  const open = (call: Call): Meeting => {
    const row = ofPath(sandbox, kind, call);
    if (row.settings["approval_type"] === 2) {
      throw kind.name === "meeting"
        ? zoomError(404, 404, "Registration has not been enabled for this meeting.")
        : zoomError(400, 3000, `This webinar does not have registration as required: ${row.id}.`);
    }
    return row;
  };
  const find = (row: Meeting, id: string): Registrant => {
    const found = rows.get(keyOf(row.id, id));
    if (!found)
      throw zoomError(kind.name === "meeting" ? 404 : 400, 3079, `This registrant does not exist: ${id}.`);
    return found;
  };
  const tell = (happened: string, row: Meeting, registrant: Registrant, operator: object) =>
    sandbox.emit(
      `${kind.name}.registration_${happened}`,
      { ...operator, object: eventRegistration(row, registrant) },
      { userId: row.host_id },
    );

  function checkOpen(row: Meeting): void {
    const lastEnd = (row.occurrences ?? [row])
      .map(({ start_time, duration }) => (start_time ? Date.parse(start_time) + duration * 60_000 : Infinity))
      .reduce((a, b) => Math.max(a, b), 0);
    const over = row.status !== "started" && clock.now().getTime() > lastEnd;
    if (over || row.settings["close_registration"] === true) {
      throw zoomError(400, 3038, `${kind.title} is over, you can not register now.`);
    }
  }

  /** @throws {ZoomError} when there is no room for so many more */
  function checkRoomFor(row: Meeting, count: number): void {
    const limit = Number(row.settings["registrants_restrict_number"] ?? 0);
    const capacity =
      limit || Number(settingsOf(sandbox, row.host_id)["feature"]?.[`${kind.name}_capacity`] ?? 0) || 500;
    if (of(row).filter(({ status }) => status !== "denied").length + count > capacity) {
      throw zoomError(
        400,
        kind.name === "meeting" ? 3043 : 3035,
        `${kind.title} has reached maximum attendee capacity.`,
      );
    }
  }

  function register(
    row: Meeting,
    given: NewRegistrant,
    { occurrenceIds, operator }: { occurrenceIds?: string | undefined; operator?: object } = {},
  ): Registrant {
    const { email, first_name, last_name = "", auto_approve, source_id, ...details } = given;
    checkOpen(row);
    const host = sandbox.users.find(row.host_id);
    if (host?.email === email.toLowerCase()) throw zoomError(400, 3027, "Host can not register");
    const message = overDaily(
      ADDS_A_DAY,
      `Add ${kind.name === "meeting" ? "" : "a "}${kind.name} registrant`,
      email,
    );
    if (operator) limits.daily(`${kind.name} registrant ${row.id}`, email.toLowerCase(), ADDS_A_DAY, message);
    checkAnswers(row, { last_name, ...details });
    const wanted = occurrenceIds?.split(",");
    const there = (row.occurrences ?? []).filter(({ status }) => status !== "deleted");
    if (wanted?.some((one) => !there.some(({ occurrence_id }) => occurrence_id === one)) === true)
      throw zoomError(400, 3000, "The occurrence does not exist.");
    // Zoom: the same address registered again is the same registrant, for other occurrences too.
    const known = of(row).find((one) => one.email.toLowerCase() === email.toLowerCase());
    if (known) {
      if (wanted === undefined) delete known.occurrence_ids;
      else known.occurrence_ids &&= [...new Set([...known.occurrence_ids, ...wanted])];
      return known;
    }
    checkRoomFor(row, 1);
    const id = ids.key();
    const registrant: Registrant = {
      ...{
        id,
        meeting_id: row.id,
        email,
        first_name,
        last_name,
        details,
        create_time: zoomTime(clock.now()),
      },
      status: row.settings["approval_type"] === 0 || auto_approve === true ? "approved" : "pending",
      join_url: `${sandbox.origin()}/w/${row.id}?tk=${ids.secret(43)}`,
      ...(wanted && { occurrence_ids: wanted }),
      ...(source_id && { source_id }),
    };
    rows.set(keyOf(row.id, id), registrant);
    tell("created", row, registrant, operator ?? {});
    // Who registers by themselves is let in by the host's settings.
    const approver = operator ?? { operator: host?.email ?? "", operator_id: row.host_id };
    if (registrant.status === "approved") tell("approved", row, registrant, approver);
    return registrant;
  }

  function checkAnswers(row: Meeting, answers: Record<string, unknown>): void {
    const asked = questionsTable.get(row.id);
    if (!asked) return;
    const custom = (answers["custom_questions"] ?? []) as { title?: string; value?: string }[];
    const missing = [
      ...asked.questions
        .filter(({ required, field_name }) => required && !answers[field_name])
        .map((one) => one.field_name),
      ...asked.custom_questions
        .filter(
          ({ required, title }) =>
            required === true && !custom.some((one) => one.title === title && one.value),
        )
        .map(({ title }) => `custom_questions.${title}`),
    ];
    const errors = missing.map((field) => ({ field, message: "This field is required." }));
    if (errors.length > 0) throw zoomError(400, 300, "Validation Failed.", errors);
  }

  api.on(`POST ${kind.path}/registrants`, (call) => {
    const row = open(call);
    const occurrenceIds = call.query("occurrence_ids");
    const registrant = register(row, call.body<NewRegistrant>(), { occurrenceIds, operator: call.operator });
    const chosen = occurrenceIds?.split(",");
    const occurrences = row.occurrences?.filter(
      ({ occurrence_id, status }) => status !== "deleted" && (!chosen || chosen.includes(occurrence_id)),
    );
    return {
      ...{ id: row.id, registrant_id: registrant.id, topic: row.topic, start_time: row.start_time },
      ...(registrant.status === "approved" && { join_url: registrant.join_url }),
      ...(occurrences && { occurrences }),
      participant_pin_code: Number(ids.digits(6)),
    };
  });

  api.on(`POST ${kind.path}/batch_registrants`, (call) => {
    const row = open(call);
    const { registrants: given = [], auto_approve } = call.body<{
      registrants?: NewRegistrant[];
      auto_approve?: boolean;
    }>();
    if (row.type !== kind.types.once) {
      throw kind.name === "meeting"
        ? zoomError(400, 303, "This API can only be used for scheduled meeting(meeting type: 2).")
        : zoomError(400, 300, "This API can only be used for scheduled webinars (type 5).");
    }
    if (given.length > MOST_AT_ONCE) {
      throw invalidField("registrants");
    }
    const made = given.map((one) =>
      register(
        row,
        { ...one, ...(auto_approve !== undefined && { auto_approve }) },
        { occurrenceIds: call.query("occurrence_ids"), operator: call.operator },
      ),
    );
    return {
      registrants: made.map(({ id, email, join_url }) => ({
        ...{ registrant_id: id, email, join_url, participant_pin_code: Number(ids.digits(6)) },
      })),
    };
  });

  api.on(`GET ${kind.path}/registrants`, (call) => {
    const row = open(call);
    const asked = call.query("status");
    const status = asked === "pending" || asked === "denied" ? asked : "approved";
    const [source, occurrence] = [call.query("tracking_source_id"), call.query("occurrence_id")];
    const list = of(row).filter(
      (one) =>
        one.status === status &&
        (!source || one.source_id === source) &&
        (!occurrence || !one.occurrence_ids || one.occurrence_ids.includes(occurrence)),
    );
    const { rows: shown, ...page } = call.page(list);
    return { ...page, registrants: shown.map(shownRegistrant) };
  });
  api.on(`GET ${kind.path}/registrants/{registrantId}`, (call) =>
    shownRegistrant(find(open(call), call.params.registrantId)),
  );
  api.on(`DELETE ${kind.path}/registrants/{registrantId}`, (call) => {
    const row = open(call);
    const registrant = find(row, call.params.registrantId);
    rows.delete(keyOf(row.id, registrant.id));
    tell("cancelled", row, registrant, call.operator);
  });

  api.on(`PUT ${kind.path}/registrants/status`, (call) => {
    const row = open(call);
    const { action, registrants: named = [] } = call.body<Decision>();
    const chosen = named.map((one, index) => {
      const [email, id] = [one.email?.toLowerCase(), one.id ?? ""];
      if (id === "" && !email) throw invalidField(`registrants[${index}]`);
      const found = of(row).find((other) => other.id === id || other.email.toLowerCase() === email);
      return found ?? find(row, id || (email ?? ""));
    });
    const people = new Set(chosen);
    const back = action === "approve" ? chosen.filter(({ status }) => status === "denied") : [];
    if (back.length > 0) checkRoomFor(row, new Set(back).size);
    for (const registrant of people) {
      const message = overDaily(
        STATUS_CHANGES_A_DAY,
        `Update ${kind.name} registrant status`,
        registrant.email,
      );
      limits.daily("registrant status", registrant.id, STATUS_CHANGES_A_DAY, message);
    }
    for (const registrant of people) {
      const { status, happened } = DECISIONS[action];
      if (status === registrant.status) continue;
      if (status === undefined) rows.delete(keyOf(row.id, registrant.id));
      else registrant.status = status;
      tell(happened, row, registrant, call.operator);
    }
  });

  api.on(
    `GET ${kind.path}/registrants/questions`,
    (call) => questionsTable.get(open(call).id) ?? { questions: [], custom_questions: [] },
  );
  api.on(`PATCH ${kind.path}/registrants/questions`, (call) => {
    const row = open(call);
    const { questions = [], custom_questions = [] } = call.body<Partial<Questions>>();
    questionsTable.set(row.id, { questions, custom_questions });
  });

  registrationPage(sandbox, kind, {
    questions: ({ id }) => questionsTable.get(id) ?? { questions: [], custom_questions: [] },
    register,
  });
}
