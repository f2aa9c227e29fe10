/** Workato's actions as ours. */
import { importInput } from "./import-input.ts";
import type { Body, Making } from "./import-making.ts";
import { findOperation } from "./operations.ts";
import { variableName } from "./refer.ts";
import { filled, type Json, objectOf, textOf, without } from "./workato-json.ts";

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
  const { input, kept } = importInput(given, {
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

const keptInput = (kept: Json): Json => (Object.keys(kept).length > 0 ? { input: kept } : {});

/** A request of the customer's own making, with a connection's credentials. */
function importCustomAction(making: Making): Body {
  const { step, named, tell, context, the } = making;
  const provider = textOf(step.provider);
  const { use, doubt } = findOperation(step, the.aliases, the.catalogue);
  if (doubt !== undefined) tell("", doubt, true);
  const { verb, path, input: data, ...rest } = objectOf(step.input);
  const method = textOf(verb).toUpperCase() || "GET";
  const given = filled({
    method,
    path: textOf(path).replace(/^(https?:\/\/[^/]+)?\/*(v2\/)?/, "/"),
    [method === "GET" || method === "DELETE" ? "query" : "body"]: objectOf(data).data,
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
    case "workato_variable/declare_variable":
    case "workato_variable/update_variable":
    case "workato_variable/update_variables": {
      const variables = objectOf(input.variables);
      const set = values(
        "data" in variables ? variables.data : "variables" in input ? variables : without(input, ["name"]),
      );
      if (Object.keys(set).length === 0) tell("set", "It sets no variable that could be read.", true);
      return { step: { set: Object.keys(set).length > 0 ? set : { unknown: null } }, kept: { input } };
    }
    case "workato_variable/declare_list":
      return { step: { set: { [variableName(step)]: [] } }, kept: { input } };
    case "workato_variable/insert_to_list": {
      const list = listNameOf(making, textOf(input.name));
      return {
        step: { append: { [list]: values(input.list_item ?? without(input, ["name", "location"])) } },
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
