/** Recipes as a connector: the trigger of those that others call. It needs no connection and no service. */
import { defineConnector, defineTrigger } from "@greenroom/connector-kit";
import { z } from "zod";

/** The trigger of recipes that are called. */
export const calledTrigger = "recipe/called";

/** The connector `recipe`, part of every catalogue. */
export const recipeConnector = defineConnector({
  id: "recipe",
  title: "Recipe",
  summary: "Recipes that other recipes call.",
  actions: {},
  triggers: {
    called: defineTrigger({
      title: "Called by a recipe",
      summary: "Starts when another recipe calls this one; its parameters are the trigger's data.",
      event: "recipe.called",
      scopes: [],
      payload: z.looseObject({}),
      sample: {},
    }),
  },
  createClient() {
    throw new Error("recipes are called by the engine, not by a client");
  },
});
