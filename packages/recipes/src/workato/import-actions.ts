/** Workato's actions as ours. */
import { importInput } from "./import-input.ts";
import { fieldText } from "./cel-text.ts";
import { attempt, type Body, type Making } from "./import-making.ts";
import { findOperation } from "./operations.ts";
import { readText, textToCel } from "./read-value.ts";
import { variableName } from "./refer.ts";
import { filled, type Json, listOf, objectOf, textOf, without } from "./workato-json.ts";

/** An action, of a connector or of Workato's own. */
export function importAction(making: Making): Body {
  const { step, named, tell, context, the } = making;
  const own = importOwn(making);
  if (own) return own;
  const provider = textOf(step.provider);
  if (step.name === "__adhoc_http_action") return importCustomAction(making);
  const { use, input: given, chosen, fields, doubt } = findOperation(step, the.aliases, the.catalogue);
  if (doubt !== undefined) tell("", doubt, true);
  const schema = the.catalogue.action(use)?.input;
  const { input, kept } = importInput(use === "http/send-request" ? requestOf(given) : given, {
    schema,
    fields,
    context,
    tell: (field, ...rest) => tell(`input.${field}`, ...rest),
  });
  return {
    id: named?.id,
    step: filled({
      use,
      connection: the.connections.get(provider),
      input: Object.keys(input).length > 0 ? input : undefined,
    }),
    kept: keptInput({ ...chosen, ...kept }),
  };
}

/** The generic connector keeps what it sends in an object of its own. */
function requestOf({ request, request_body: body, request_headers: headers, ...rest }: Json): Json {
  return { ...filled({ body, headers }), ...rest, ...objectOf(request) };
}

const keptInput = (kept: Json): Json => (Object.keys(kept).length > 0 ? { input: kept } : {});

/** A request of the customer's own making, with a connection's credentials. */
function importCustomAction(making: Making): Body {
  const { step, named, tell, context, the } = making;
  const provider = textOf(step.provider);
  const { use, doubt } = findOperation(step, the.aliases, the.catalogue);
  if (doubt !== undefined) tell("", doubt, true);
  const { verb, path, input: sent, ...others } = objectOf(step.input);
  const { data, ...about } = objectOf(sent);
  const rest = filled({ ...others, input: Object.keys(about).length > 0 ? about : undefined });
  const method = textOf(verb).toUpperCase() || "GET";
  const given = filled({
    method,
    path: textOf(path).replace(/^(https?:\/\/[^/]+)?\/*(v2\/)?/, "/"),
    [method === "GET" || method === "DELETE" ? "query" : "body"]: data,
  });
  const { input, kept } = importInput(given, {
    schema: undefined,
    fields: {},
    context,
    tell: (field, ...more) => tell(`input.${field}`, ...more),
  });
  return {
    id: named?.id,
    step: filled({ use, connection: the.connections.get(provider), input }),
    kept: { input: { ...rest, ...kept } },
  };
}

/** Workato's own providers that are steps of the language here. */
function importOwn(making: Making): Body | undefined {
  const { step, named, tell, context } = making;
  const input = objectOf(step.input);
  const values = (given: unknown, types?: Json): Json =>
    importInput(objectOf(given), { schema: undefined, types, fields: {}, context, tell }).input;
  switch (`${textOf(step.provider)}/${textOf(step.name)}`) {
    case "clock/wait_for_interval": {
      const seconds = attempt<unknown>(making, "wait", input.interval, "1s", () =>
        readText(textOf(input.interval), context),
      );
      return {
        step: {
          wait: `${typeof seconds === "string" && seconds !== "" ? seconds : "1"}s`.replace(/ss$/, "s"),
        },
      };
    }
    case "workato_variable/declare_variable":
    case "workato_variable/update_variable":
    case "workato_variable/update_variables": {
      const pairs = listOf(input.variables).map(objectOf);
      if (pairs.length > 0 || input.variable_name !== undefined) {
        const assigned: readonly Json[] =
          pairs.length > 0 ? pairs : [{ variable: input.variable_name, value: input.variable_value }];
        const given = assigned.map(({ variable, value = null }) => [textOf(variable), value]);
        return { step: { set: values(Object.fromEntries(given)) }, kept: { input } };
      }
      const variables = objectOf(input.variables);
      const set = values(
        "data" in variables ? variables.data : "variables" in input ? variables : without(input, ["name"]),
      );
      if (Object.keys(set).length === 0) tell("set", "It sets no variable that could be read.", true);
      const unread = "data" in variables ? { ...input, variables: without(variables, ["data"]) } : input;
      return Object.keys(set).length > 0
        ? { step: { set }, kept: { input: unread } }
        : { step: { set: { unknown: null } }, kept: { input } };
    }
    case "workato_variable/declare_list":
      return { step: { set: { [variableName(step)]: [] } }, kept: { input } };
    case "workato_variable/insert_to_list_batch": {
      const list = listNameOf(making, textOf(input.name ?? input.list_name));
      const more = attempt(
        making,
        "set",
        input.list_items,
        "[]",
        () => textToCel(textOf(input.list_items), context).text,
      );
      return {
        step: { set: { [list]: `{{ ${fieldText("vars", list)}.concat(${more}) }}` } },
        kept: { input },
      };
    }
    case "workato_variable/insert_to_list": {
      const list = listNameOf(making, textOf(input.name ?? input.list_name));
      return {
        step: {
          append: { [list]: values(input.list_item ?? without(input, ["name", "list_name", "location"])) },
        },
        kept: { input: without(input, ["list_item"]) },
      };
    }
    case "workato_recipe_function/call_recipe":
    case "workato_recipe_function/call_recipe_async": {
      const called =
        textOf(objectOf(input.flow_id).name) || textOf(objectOf(step.dynamicPickListSelection).flow_id);
      if (called === "") tell("call", "Which recipe is called cannot be told.", true);
      return {
        id: named?.id,
        step: filled({
          call: called || "unknown",
          input: values(input.parameters),
          background: /async/.test(textOf(step.name)) || undefined,
        }),
        kept: { input: { flow_id: input.flow_id } },
      };
    }
    case "workato_recipe_function/return_result":
    case "workato_genie/workflow_return_result":
      return { step: { return: values(input.result, making.the.result) } };
    case "workato_api_platform/return_response":
      tell(
        "return",
        "The answer's status and headers are not sent.",
        false,
        "A webhook's answer is what the recipe returns.",
      );
      return { step: { return: values(input.response) }, kept: { input: without(input, ["response"]) } };
    case "greenroom/step":
      return importExported(textOf(input.step));
    default:
      return undefined;
  }
}

/** A step of ours that was exported as it is, since Workato has nothing like it. */
function importExported(text: string): Body | undefined {
  try {
    const { disabled: _, ...step } = objectOf(JSON.parse(text) as unknown);
    return { step };
  } catch {
    return undefined;
  }
}

/** A list is named by the step that declares it. */
function listNameOf({ the }: Making, name: string): string {
  const [line = name] = name.split(":");
  const declared = the.names.get(line);
  return declared ? variableName(declared.step) : variableName({ input: { name } });
}
