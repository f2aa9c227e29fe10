/** Telephone services of others (TSP). AT&T's rule about media links, special accounts, and calls are not emulated. */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";

interface DialInNumber {
  code?: string;
  country_label?: string;
  number?: string;
  type?: "toll" | "tollfree" | "media_link";
}

/** A person's conference at the telephone service. */
export interface TspConfig {
  id: "1" | "2";
  conference_code: string;
  leader_pin: string;
  dial_in_numbers?: DialInNumber[];
  tsp_bridge?: "US_TSP_TB" | "EU_TSP_TB";
}

/** What a person has at the telephone service. Table `user_tsp`, by the person's id. */
export interface UserTsp {
  configs: TspConfig[];
  audio_url?: string;
}

/** The account's telephone service. Table `tsp`, with one row. */
export interface AccountTsp {
  enable: boolean;
  tsp_enabled: boolean;
  dial_in_number_unrestricted: boolean;
  master_account_setting_extended: boolean;
  modify_credential_forbidden: boolean;
  tsp_bridge: "US_TSP_TB" | "EU_TSP_TB";
  tsp_provider: string;
  dial_in_numbers: DialInNumber[];
}

const INITIAL: AccountTsp = {
  ...{ enable: false, tsp_enabled: false, dial_in_number_unrestricted: false },
  ...{ master_account_setting_extended: false, modify_credential_forbidden: false },
  ...{ tsp_bridge: "US_TSP_TB", tsp_provider: "", dial_in_numbers: [] },
};

/** The operations of telephone services. */
export function tsp(sandbox: Sandbox): void {
  const { api } = sandbox;
  const accounts = sandbox.table<AccountTsp>("tsp");
  const people = sandbox.table<UserTsp>("user_tsp");
  const account = () => accounts.get("account") ?? INITIAL;

  api.on("GET /tsp", account);
  api.on("PATCH /tsp", (call) => {
    accounts.set("account", { ...structuredClone(account()), ...call.body<Partial<AccountTsp>>() });
  });

  // Zoom: adding and removing name the account in other words than the rest (its error tables).
  const personOf = (call: Call, subject = "Account"): { id: string; tsp: UserTsp } => {
    const { id } = sandbox.users.named(call.params["userId"] ?? "", call.caller);
    if (!account().enable) throw zoomError(400, 2024, `${subject} has not enabled TSP.`);
    return { id, tsp: people.get(id) ?? { configs: [] } };
  };
  const named = (configs: TspConfig[], call: Call): TspConfig => {
    const found = configs.find(({ id }) => id === call.params["tspId"]);
    if (!found) throw zoomError(400, 300, "TSP config does not exist.");
    return found;
  };

  const tell = (
    event: string,
    call: Call,
    userId: string,
    tsp_credentials: object,
    old_object?: object,
  ): void =>
    sandbox.emit(
      event,
      {
        ...call.operator,
        object: { id: userId, email: sandbox.users.find(userId)?.email ?? "", tsp_credentials },
        ...(old_object && { old_object }),
      },
      { userId },
    );

  api.on("GET /users/{userId}/tsp", (call) => ({ tsp_accounts: personOf(call).tsp.configs }));
  api.on("POST /users/{userId}/tsp", (call) => {
    const person = personOf(call, "This account");
    const { configs } = person.tsp;
    if (configs.length === 2) throw zoomError(400, 300, "You can add a maximum of two TSP configs.");
    const id = configs.some((config) => config.id === "1") ? "2" : "1";
    const config: TspConfig = { ...call.body<Omit<TspConfig, "id">>(), id };
    people.set(person.id, { ...person.tsp, configs: [...configs, config] });
    tell("user.tsp_created", call, person.id, config);
    return config;
  });
  api.on("GET /users/{userId}/tsp/{tspId}", (call) => named(personOf(call).tsp.configs, call));
  api.on("PATCH /users/{userId}/tsp/{tspId}", (call) => {
    const person = personOf(call);
    const config = named(person.tsp.configs, call);
    // Zoom: neither the new nor the old object of this event has the number of the config.
    const { id: _, ...old } = structuredClone(config);
    const { id: _id, ...now } = Object.assign(config, call.body<Partial<TspConfig>>());
    tell("user.tsp_updated", call, person.id, now, old);
  });
  api.on("DELETE /users/{userId}/tsp/{tspId}", (call) => {
    const person = personOf(call, "This account");
    const { configs } = person.tsp;
    const gone = named(configs, call);
    if (configs.length === 1) throw zoomError(400, 300, "At least one TSP config must be available.");
    people.set(person.id, { ...person.tsp, configs: configs.filter((config) => config !== gone) });
    tell("user.tsp_deleted", call, person.id, gone);
  });
  api.on("PATCH /users/{userId}/tsp/settings", (call) => {
    const person = personOf(call);
    people.set(person.id, { ...person.tsp, ...call.body<{ audio_url?: string }>() });
  });
  sandbox.onUserRemoved((user) => void people.delete(user.id));
}
