/** A catalogue, Workato's names for its operations, and one recipe with everything, for tests. */
import { defineAction, defineConnector, defineTrigger } from "@greenroom/connector-kit";
import { z } from "zod";
import { createCatalogue } from "../catalogue.ts";

const nothingRuns = (): never => {
  throw new Error("nothing is run here");
};
const action = (title: string, input: z.ZodType, endpoint: `GET /${string}` = "GET /x") =>
  defineAction({
    title,
    summary: title,
    endpoint,
    scopes: [],
    effect: "read",
    input,
    output: z.looseObject({}),
    run: nothingRuns,
  });
const tag = z.strictObject({ id: z.number(), name: z.string(), label: z.string().optional() });

const meet = defineConnector({
  ...{ id: "meet", title: "Meet", summary: "" },
  actions: {
    "get-meeting": action(
      "Get meeting",
      z.strictObject({ meetingId: z.string(), show: z.boolean().optional() }),
    ),
    "get-webinar": action("Get webinar", z.strictObject({ webinarId: z.string() })),
    "create-user": action(
      "Create user",
      z.strictObject({
        action: z.string().optional(),
        first_name: z.string().optional(),
        type: z.int().optional(),
        licensed: z.boolean().optional(),
        tags: z.array(tag).optional(),
      }),
    ),
    "list-people": action(
      "List people",
      z.strictObject({ groupId: z.string(), page: z.int().optional() }),
      "GET /groups/{groupId}/people",
    ),
    "custom-action": action("Custom action", z.looseObject({})),
  },
  triggers: {
    "new-event": defineTrigger({
      ...{ title: "New event", summary: "", scopes: [], config: z.strictObject({ event: z.string() }) },
      ...{
        event: (given: { event: string }) => given.event,
        payload: z.looseObject({}),
        sample: { object: {} },
      },
    }),
    "meeting-ended": defineTrigger({
      ...{
        title: "Meeting ended",
        summary: "",
        event: "meeting.ended",
        scopes: [],
        payload: z.looseObject({}),
      },
      sample: { account_id: "a", object: { topic: "T", id: 1 } },
    }),
  },
  createClient: nothingRuns,
});

const logger = defineConnector({
  ...{ id: "logger", title: "Logger", summary: "", triggers: {}, createClient: nothingRuns },
  actions: {
    "log-message": action(
      "Log message",
      z.strictObject({ message: z.unknown(), data: z.unknown().optional() }),
    ),
  },
});

/** The catalogue. */
export const catalogue = createCatalogue([meet, logger]);

/** Workato's operations of the connector `meet`. */
export const aliases = {
  meet: {
    new_object_events: { title: "New event", objects: { "any event": "meet/new-event" } },
    get_object: {
      title: "Get object",
      objects: { Meeting: "meet/get-meeting", Webinar: "meet/get-webinar" },
    },
    create_user: { title: "Create user", objects: { User: "meet/create-user" } },
    __adhoc_http_action: { title: "Custom action", objects: { any: "meet/custom-action" } },
  },
};

/** A datapill in a formula. */
export const dp = (provider: string, line: string, ...path: unknown[]): string =>
  `_dp('${JSON.stringify({ pill_type: "output", provider, line, path })}')`;

/** A datapill in a text. */
export const pill = (provider: string, line: string, ...path: unknown[]): string =>
  `#{${dp(provider, line, ...path)}}`;

/** The current item of a list, in a datapill's path. */
export const item = { path_element_type: "current_item" };

const topic = pill("meet", "ev", "object", "topic");
const log = (number: number, message: unknown) => ({
  ...{
    number,
    keyword: "action",
    provider: "logger",
    name: "log_message",
    as: `log_${number}`,
    uuid: `u${number}`,
  },
  input: { message },
});

/** A recipe as Workato exports it, with every keyword. */
export const everything = {
  name: "Everything",
  description: "All of it",
  version: 7,
  private: true,
  concurrency: 5,
  job_report_schema: [{ name: "c" }],
  config: [
    {
      keyword: "application",
      provider: "meet",
      skip_validation: false,
      account_id: { zip_name: "m.connection.json", name: "Main", folder: "" },
    },
    { keyword: "application", provider: "logger", skip_validation: false, account_id: null },
  ],
  code: {
    ...{
      number: 0,
      keyword: "trigger",
      provider: "meet",
      name: "new_object_events",
      as: "ev",
      uuid: "t",
      format_version: 2,
    },
    input: { category: "meeting", event: "ended" },
    dynamicPickListSelection: { category: "Meeting", event: "Ended" },
    filter: {
      ...{ type: "compound", operand: "or" },
      conditions: [
        { operand: "not_contains", lhs: topic, rhs: "test", uuid: "c1" },
        { operand: "less_than", lhs: pill("meet", "ev", "object", "duration"), rhs: "30", uuid: "c2" },
      ],
    },
    block: [
      log(1, `Ended: ${topic}`),
      {
        ...{
          number: 2,
          keyword: "foreach",
          as: "person",
          source: pill("meet", "ev", "object", "people"),
          repeat_mode: "simple",
          clear_scope: "true",
          uuid: "f",
        },
        input: {},
        block: [
          {
            ...{ number: 3, keyword: "if", uuid: "i" },
            input: {
              type: "compound",
              operand: "and",
              conditions: [
                { operand: "present", lhs: pill("foreach", "person", "email"), rhs: "", uuid: "c3" },
              ],
            },
            block: [
              log(4, `=${dp("foreach", "person", "email")}.downcase`),
              {
                ...{ number: 5, keyword: "elsif", uuid: "e" },
                input: {
                  type: "compound",
                  operand: "and",
                  conditions: [
                    { operand: "equals_to", lhs: pill("foreach", "person", "name"), rhs: topic, uuid: "c4" },
                  ],
                },
                block: [log(6, "b")],
              },
              { number: 7, keyword: "else", input: {}, uuid: "l", block: [log(8, "=null")] },
            ],
          },
        ],
      },
      {
        ...{ number: 9, keyword: "try", input: {}, uuid: "y" },
        block: [
          {
            ...{
              number: 10,
              keyword: "action",
              provider: "meet",
              name: "create_user",
              as: "made",
              uuid: "m",
              title: "Make her",
            },
            input: {
              ...{ first_name: topic, type: "2", licensed: "true" },
              tags: {
                ____source: pill("meet", "ev", "object", "people"),
                id: pill("meet", "ev", "object", "people", item, "id"),
                name: `=${dp("meet", "ev", "object", "people", item, "name")}.strip`,
              },
            },
          },
          {
            ...{ number: 11, keyword: "catch", provider: null, as: "oops", uuid: "k" },
            input: { max_retry_count: "3", retry_interval: "10" },
            block: [
              {
                number: 12,
                keyword: "stop",
                uuid: "s",
                input: { stop_with_error: "true", stop_reason: `No: ${pill("catch", "oops", "message")}` },
              },
            ],
          },
        ],
      },
      {
        number: 13,
        keyword: "action",
        provider: "workato_variable",
        name: "declare_variable",
        as: "count",
        uuid: "v",
        input: { variables: { schema: "[]", data: { count: "0" } } },
      },
      {
        ...{ number: 14, keyword: "repeat", as: "again", uuid: "r" },
        input: {},
        block: [
          {
            number: 15,
            keyword: "action",
            provider: "meet",
            name: "get_object",
            as: "webinar",
            uuid: "g",
            input: { event: "Webinar", webinar_id: pill("meet", "made", "id") },
          },
          {
            ...{ number: 16, keyword: "while_condition", uuid: "w" },
            input: {
              type: "compound",
              operand: "and",
              conditions: [{ operand: "present", lhs: pill("meet", "webinar", "next"), rhs: "", uuid: "c5" }],
            },
          },
        ],
      },
      {
        number: 17,
        keyword: "action",
        provider: "workato_recipe_function",
        name: "call_recipe",
        as: "other",
        uuid: "o",
        input: {
          flow_id: { zip_name: "o.recipe.json", name: "Other", folder: "" },
          parameters: { n: pill("workato_variable", "count", "count") },
        },
      },
      log(18, pill("workato_recipe_function", "other", "result", "ok")),
    ],
  },
};
