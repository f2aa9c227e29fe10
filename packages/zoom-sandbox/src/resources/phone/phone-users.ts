/**
 * People with Zoom Phone: extensions, calling plans, numbers and settings.
 *
 * Not emulated: sites beyond the main one, policies, call handling, desk phones, billing accounts.
 */
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { document } from "../document.ts";
import { numbersOf, type PhoneNumber, type PhoneUser, phoneUserOf } from "./phone-rows.ts";

const FIRST_EXTENSION = 801;
const MOST_NUMBERS = 10;

/** Gives a person Zoom Phone. @throws {ZoomError} 400/300 when they have it, or the extension is taken */
export function givePhone(
  { table, ids }: Pick<Sandbox, "table" | "ids">,
  userId: string,
  given: { extension_number?: number; calling_plans?: number[]; status?: PhoneUser["status"] } = {},
): PhoneUser {
  const rows = table<PhoneUser>("phone_users");
  if (rows.has(userId)) throw zoomError(400, 300, "Validation Failed.");
  const taken = new Set(rows.all().map(({ extension_number }) => extension_number));
  let extension_number = given.extension_number ?? FIRST_EXTENSION;
  if (given.extension_number !== undefined && taken.has(extension_number)) {
    throw zoomError(400, 300, `Extension number ${extension_number} is already in use.`);
  }
  while (taken.has(extension_number)) extension_number += 1;
  const phone: PhoneUser = {
    ...{ id: userId, phone_user_id: ids.key(), extension_id: ids.key(), extension_number },
    ...{ status: given.status ?? "activate", calling_plans: given.calling_plans ?? [] },
  };
  rows.set(userId, phone);
  return phone;
}

interface BatchUser {
  readonly email: string;
  readonly calling_plans: readonly string[];
  readonly extension_number: string;
  readonly activation_status?: PhoneUser["status"];
  readonly phone_numbers?: readonly string[];
}

/** What a change of a person's settings says of hours. */
interface HoursChange {
  readonly break_hours?: { readonly break_hour_settings?: readonly object[] };
  readonly holiday_hours?: { readonly holidays?: readonly object[] };
}

/** The operations. */
export function phoneUsers(sandbox: Sandbox): void {
  const { api, table, users, ids } = sandbox;
  const rows = table<PhoneUser>("phone_users");
  const numbers = table<PhoneNumber>("phone_numbers");
  const site = (): object => ({ id: sandbox.account.id, name: "Main Site" });

  const shown = (phone: PhoneUser, user: User): object => ({
    ...{ id: user.id, email: user.email, name: user.display_name, status: phone.status, site: site() },
    ...{ phone_user_id: phone.phone_user_id, extension_id: phone.extension_id },
    ...{ extension_number: phone.extension_number, site_id: sandbox.account.id },
    calling_plans: phone.calling_plans.map((type) => ({ type, name: `Calling plan ${type}` })),
    phone_numbers: numbersOf(sandbox, user.id).map(({ id, number }) => ({ id, number })),
    ...{ department: user.dept, cost_center: user.cost_center },
    activation_status: phone.status === "activate" ? "activated" : "ready to activate",
  });

  api.on("GET /phone/users", (call) => {
    const [status, department, keyword] = ["status", "department", "keyword"].map(call.query);
    const plan = call.query("calling_type");
    const wanted = keyword?.toLowerCase() ?? "";
    const list = rows.all().flatMap((phone) => {
      const user = users.find(phone.id);
      const fits =
        user &&
        (!status || phone.status === status) &&
        (!department || user.dept === department) &&
        (!plan || phone.calling_plans.includes(Number(plan))) &&
        `${user.display_name} ${user.email} ${phone.extension_number}`.toLowerCase().includes(wanted);
      return fits ? [{ phone, user }] : [];
    });
    const { rows: page, ...rest } = call.page(list);
    return { ...rest, users: page.map(({ phone, user }) => shown(phone, user)) };
  });
  api.on("GET /phone/users/{userId}", (call) => {
    const { user, phone } = phoneUserOf(sandbox, call);
    return { ...profile.read(user.id), ...shown(phone, user) };
  });

  api.on("POST /phone/users/batch", (call) => {
    const { users: given = [] } = call.body<{ users?: BatchUser[] }>();
    // All are checked before one is changed.
    const people = given.map((one) => {
      const user = users.byEmail(one.email);
      if (!user) throw zoomError(400, 300, `User does not exist: ${one.email}.`);
      return { one, user };
    });
    return call.answer(
      201,
      people.map(({ one, user }) => {
        givePhone(sandbox, user.id, {
          extension_number: Number(one.extension_number),
          calling_plans: one.calling_plans.map(Number).filter(Number.isInteger),
          ...(one.activation_status && { status: one.activation_status }),
        });
        for (const number of one.phone_numbers ?? []) {
          const free = numbers.find((row) => row.number === number && row.assignee_id === "");
          if (free) free.assignee_id = user.id;
        }
        return { email: user.email, id: user.id };
      }),
    );
  });
  api.on("PUT /phone/users/batch", (call) => {
    const {
      batch_type,
      user_ids = [],
      activation_status = "activate",
    } = call.body<{
      batch_type?: string;
      user_ids?: string[];
      activation_status?: PhoneUser["status"];
    }>();
    if (batch_type !== "activate") {
      throw zoomError(400, 400, `Current batch type does not support, batch type:${batch_type ?? ""}.`);
    }
    for (const id of user_ids) {
      const phone = rows.get(id);
      if (phone) phone.status = activation_status;
    }
  });

  const profile = document(sandbox, {
    ...{ name: "phone profile", get: "GET /phone/users/{userId}/settings" },
    ownerOf: (call) => phoneUserOf(sandbox, call).user.id,
    update: "PATCH /phone/users/{userId}/settings",
    // Zoom: a change holds the lists of hours in objects, an answer has them bare (OpenAPI file).
    kept: ({ break_hours, holiday_hours, ...change }: HoursChange) => {
      const breaks = break_hours?.break_hour_settings;
      const holidays = holiday_hours?.holidays;
      return {
        ...change,
        ...(breaks && { break_hours: breaks.map((one) => ({ break_hour_id: ids.secret(22), ...one })) }),
        ...(holidays && { holiday_hours: holidays.map((one) => ({ holiday_id: ids.secret(22), ...one })) }),
      };
    },
    defaults: (owner) => {
      const phone = rows.get(owner);
      const own = numbersOf(sandbox, owner);
      return {
        ...{ extension_number: phone?.extension_number ?? 0, company_number: own[0]?.number ?? "" },
        ...{ area_code: "", country: { code: "US", country_code: "1", name: "United States" } },
        ...{ audio_prompt_language: "en-US", default_transcription_language: "en-US" },
        status: phone?.status === "deactivate" ? "Inactive" : "Active",
        outbound_caller: { number: own[0]?.number ?? "" },
        outbound_caller_ids: own.map(({ number }, index) => ({ is_default: index === 0, name: "", number })),
      };
    },
  });
  api.on("PATCH /phone/users/{userId}", (call) => {
    const { user, phone } = phoneUserOf(sandbox, call);
    const { extension_number, ...change } = call.body<{ extension_number?: string }>();
    if (extension_number !== undefined) {
      const wanted = Number(extension_number);
      if (!Number.isInteger(wanted) || rows.find((row) => row !== phone && row.extension_number === wanted)) {
        throw zoomError(400, 300, `Extension number ${extension_number} is already in use.`);
      }
      phone.extension_number = wanted;
    }
    profile.change(user.id, change);
  });

  api.on("POST /phone/users/{userId}/calling_plans", (call) => {
    const { phone } = phoneUserOf(sandbox, call);
    const { calling_plans = [] } = call.body<{ calling_plans?: { type?: number }[] }>();
    for (const { type } of calling_plans)
      if (type !== undefined && !phone.calling_plans.includes(type)) phone.calling_plans.push(type);
    return {};
  });
  api.on("PUT /phone/users/{userId}/calling_plans", (call) => {
    const { phone } = phoneUserOf(sandbox, call);
    const { source_type = 0, target_type = 0 } = call.body<{ source_type?: number; target_type?: number }>();
    if (!phone.calling_plans.includes(source_type)) {
      throw zoomError(400, 404, "User did not subscribe to the source plan.");
    }
    phone.calling_plans = phone.calling_plans.map((type) => (type === source_type ? target_type : type));
  });
  api.on("DELETE /phone/users/{userId}/calling_plans/{planType}", (call) => {
    const { phone } = phoneUserOf(sandbox, call);
    const type = Number(call.params.planType);
    if (!phone.calling_plans.includes(type)) throw zoomError(400, 400, "Invalid field.");
    phone.calling_plans = phone.calling_plans.filter((one) => one !== type);
  });

  api.on("POST /phone/users/{userId}/phone_numbers", (call) => {
    const { user } = phoneUserOf(sandbox, call);
    const { phone_numbers = [] } = call.body<{ phone_numbers?: { id?: string; number?: string }[] }>();
    const found = phone_numbers.map(({ id, number }) => {
      const row = numbers.find((one) => one.id === id || one.number === number);
      if (!row || (row.assignee_id !== "" && row.assignee_id !== user.id)) {
        throw zoomError(400, 300, `Phone number ${id ?? number ?? ""} cannot be assigned.`);
      }
      return row;
    });
    if (numbersOf(sandbox, user.id).length + found.length > MOST_NUMBERS) {
      throw zoomError(400, 300, `A user has at most ${MOST_NUMBERS} phone numbers.`);
    }
    for (const row of found) row.assignee_id = user.id;
    return { phone_numbers: found.map(({ id, number }) => ({ id, number })) };
  });
  api.on("DELETE /phone/users/{userId}/phone_numbers/{phoneNumberId}", (call) => {
    const { user } = phoneUserOf(sandbox, call);
    const row = numbers.get(call.params.phoneNumberId);
    if (row?.assignee_id !== user.id) throw zoomError(404, 400, 'Invalid query parameter "phone_number".');
    row.assignee_id = "";
  });

  sandbox.onUserRemoved(({ id }) => {
    for (const row of numbersOf(sandbox, id)) row.assignee_id = "";
    rows.delete(id);
    profile.forget(id);
  });
}
