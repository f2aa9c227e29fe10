/** What recipe versions say: each text is parsed once, as long as it is among the last that were asked for. */
import { type Catalogue, type OutlineStep, parseRecipe, type Recipe, stepsOutline } from "@greenroom/recipes";

/** What a version says. */
export interface VersionText {
  readonly recipe: Recipe;
  /** The names of the connections it uses. */
  readonly connections: readonly string[];
  readonly outline: readonly OutlineStep[];
}

/** A version of a recipe: immutable, so that what was read of it stays true. */
export interface Version {
  readonly id: string;
  readonly source: string;
}

/** Texts of together more characters are not kept: what is made of them takes about ten times as much memory. */
const maxCharacters = 4_000_000;

/** A text that was accepted once. */
export function acceptedRecipe({ id, source }: Version): Recipe {
  const { recipe, problems } = parseRecipe(source);
  if (!recipe) throw new Error(`saved recipe version ${id} does not parse: ${problems[0]?.message}`);
  return recipe;
}

/** The texts of versions. */
export interface VersionTexts {
  /** What a version says, if it was read lately. */
  known(versionId: string): VersionText | undefined;
  read(version: Version): VersionText;
}

/** Makes it. */
export function createVersionTexts(catalogue: Catalogue): VersionTexts {
  const texts = new Map<string, { readonly text: VersionText; readonly characters: number }>();
  let characters = 0;

  function known(id: string): VersionText | undefined {
    const found = texts.get(id);
    if (!found) return undefined;
    // Asked for last, it goes last.
    texts.delete(id);
    texts.set(id, found);
    return found.text;
  }

  function keep(id: string, text: VersionText, length: number): void {
    texts.set(id, { text, characters: length });
    characters += length;
    for (const [oldest, { characters: freed }] of texts) {
      if (characters <= maxCharacters || oldest === id) return;
      texts.delete(oldest);
      characters -= freed;
    }
  }

  return {
    known,
    read(version) {
      const before = known(version.id);
      if (before) return before;
      const text = textOf(version, catalogue);
      keep(version.id, text, version.source.length);
      return text;
    },
  };
}

/** Worked out when it is asked for: a text that no longer parses fails who asks, and nobody else. */
function textOf(version: Version, catalogue: Catalogue): VersionText {
  let recipe: Recipe | undefined;
  let connections: readonly string[] | undefined;
  let outline: readonly OutlineStep[] | undefined;
  return {
    get recipe() {
      return (recipe ??= acceptedRecipe(version));
    },
    get connections() {
      return (connections ??= catalogue.connectionsOf(this.recipe));
    },
    get outline() {
      return (outline ??= stepsOutline(this.recipe, catalogue));
    },
  };
}
